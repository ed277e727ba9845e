import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CycleResult } from '../src/cycle.ts';
import type { FaultKind } from '../src/demo/server/faults.ts';
import { minute, second } from '../src/lib/clock.ts';
import { startWatch, type Watch } from './support/daemon.ts';
import { workload } from './support/triage.ts';
import { waitFor } from './support/wait-for.ts';

const payments = (ready: number) =>
  workload('Deployment shop/payments', { ready, since: Date.now() - 10 * minute, created: Date.now() - 60 * minute });

const stateOf = (result: CycleResult | undefined, name: string): string | undefined =>
  result?.services.find((service) => service.name === name)?.state;
const coverageOf = (result: CycleResult | undefined, source: string): string | undefined =>
  result?.snapshot.coverage.find((one) => one.source === source)?.state;
const incidentsOf = (result: CycleResult | undefined, name: string) =>
  result?.incidents.filter(({ subject }) => subject.name === name) ?? [];

/** Waits for a cycle of which this holds, with time going by in small steps, so that what answers at all answers in time. */
const until = (watch: Watch, what: string, holds: (result: CycleResult | undefined) => boolean): Promise<void> =>
  waitFor(
    what,
    () => holds(watch.last()),
    () => watch.clock.jump(second),
  );

// A watch that ends in the middle of an event has handed over every event before it: that is not blind.
for (const kind of ['403', '500', 'cut', 'stall'] as const satisfies FaultKind[]) {
  test(`${kind}: what was open stays open and unresolved, one incident says what is not seen, and both end when it is seen again (F42, A3)`, async () => {
    const watch = await startWatch({ objects: payments(0), watchList: false });
    try {
      await until(watch, 'the outage is told', () => watch.messages.some(({ title }) => title.includes('payments')));
      const [outage] = incidentsOf(watch.last(), 'payments');
      watch.server.fault('pods', { kind });
      await until(
        watch,
        'pods are not seen',
        (last) => !['complete', 'absent'].includes(coverageOf(last, 'pods') ?? ''),
      );
      assert.equal(stateOf(watch.last(), 'payments'), 'unknown');
      assert.deepEqual(incidentsOf(watch.last(), 'pods'), [], 'one cycle may be bad luck');
      // It is well again, and nobody can see that.
      for (const object of payments(1)) watch.server.put(object);
      assert.match((await watch.get('/metrics')).text, /^k8s_monitor_source_seen\{source="pods"\} 0$/m);

      await until(watch, 'it is told that pods are not seen', () =>
        watch.messages.some(({ title }) => /pods/.test(title) && /seen/.test(title)),
      );
      const [blind, ...more] = incidentsOf(watch.last(), 'pods');
      assert.deepEqual([blind?.check, blind?.severity, more], ['blind', 'SEV-2', []]);
      const held = incidentsOf(watch.last(), 'payments')[0];
      assert.deepEqual([held?.id, held?.state], [outage?.id, 'open']);
      assert.match(held?.unseen ?? '', /pods/);
      assert.ok(watch.messages.every((message) => message.kind !== 'resolved'));

      watch.server.clearFaults();
      await until(watch, 'both are resolved', () =>
        ['payments', 'pods'].every((name) =>
          watch.messages.some((message) => message.kind === 'resolved' && message.title.includes(name)),
        ),
      );
      assert.equal(stateOf(watch.last(), 'payments'), 'healthy');
    } finally {
      await watch.stop();
    }
  });
}

test('410: a watch that is too old reads the list again, and nothing is blind meanwhile (F40)', async () => {
  const watch = await startWatch({ objects: payments(1) });
  try {
    const lists = (): number =>
      watch.server.requests.filter(({ path, query }) => path === '/api/v1/pods' && !query.has('resourceVersion'))
        .length;
    const before = lists();
    watch.server.fault('pods', { kind: '410-event', times: 0 });
    await waitFor('the list is read again', () => lists() > before);
    for (const object of payments(0)) watch.server.put(object);
    await until(watch, 'what changed since is seen', (last) => stateOf(last, 'payments') === 'down');
    assert.ok(watch.cycles.every(({ result }) => coverageOf(result, 'pods') === 'complete'));
    assert.ok(watch.cycles.every(({ result }) => result.incidents.every(({ check }) => check !== 'blind')));
  } finally {
    await watch.stop();
  }
});
