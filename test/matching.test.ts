import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWatch } from './support/daemon.ts';
import { object, workload } from './support/triage.ts';
import { waitFor } from './support/wait-for.ts';

test('the daemon tells once which listed services stand for nothing, with what may be meant', async () => {
  const watch = await startWatch({
    objects: [
      ...['shop', 'data', 'monitoring', 'ingress-nginx'].map((name) => object('v1', `Namespace ${name}`)),
      ...workload('Deployment shop/orders'),
      ...workload('Deployment shop/webfrontend'),
    ],
  });
  try {
    const told = (): string[] =>
      watch.log
        .filter(({ code }) => code === 'workload-not-found' || code === 'namespace-as-a-whole')
        .map(({ message }) => message.replace(/^\S+:(\d+):\d+ +/, '$1: '));
    await waitFor('the warnings', () => told().length > 0);
    const first = told();
    assert.match(
      first[0] ?? '',
      /^17: Nothing in namespace shop is called `web-frontend`, .* Did you mean Deployment shop\/webfrontend\?/,
    );
    assert.ok(first.some((says) => /^29: No workload named `postgres` in namespace data\./.test(says)));
    assert.ok(!first.some((says) => says.includes('`orders`')));
    const cycles = watch.cycles.length;
    watch.daemon.request('signal');
    await waitFor('another cycle', () => watch.cycles.length > cycles);
    assert.deepEqual(told(), first);
  } finally {
    await watch.stop();
  }
});
