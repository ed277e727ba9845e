import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { connectTo } from '../../test/support/connect-to.ts';
import { revisionWith } from '../../test/support/revision.ts';
import { workload } from '../../test/support/triage.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import type { CustomCheck } from '../config/revision.ts';
import { startApiServer } from '../demo/server/start-api-server.ts';
import { virtualClock } from '../lib/clock.ts';
import { loopCustomChecks } from './custom-checks.ts';
import { tellMatchesMost } from './tell-matches-most.ts';

const at = { file: 'agents/k8s-analyzer.md', line: 1, column: 1 };
const check = (name: string, filter: string): CustomCheck => ({
  name,
  kinds: ['pods'],
  allNamespaces: true,
  filter,
  severity: 'SEV-4',
  at,
});
const withChecks = (...customChecks: CustomCheck[]) => revisionWith({ customChecks });

test('a filter that matches most objects is a warning when it is committed, and only then', async () => {
  const server = await startApiServer({ objects: workload('Deployment shop/web', { wanted: 12 }) });
  const clock = virtualClock(Date.now());
  const warnings: string[] = [];
  const log = pino({ messageKey: 'message' }, { write: (line) => warnings.push(JSON.parse(line).message) });
  let edits = 0;
  const loop = loopCustomChecks({
    connection: connectTo(server.url),
    clock,
    path: process.env['PATH'] ?? '',
    onResult: () => undefined,
    onEdited(results) {
      edits += 1;
      tellMatchesMost(log, results);
    },
  });
  try {
    const revision = withChecks(check('Everything', '.items[]'), check('One', '.items[0]'));
    loop.configurationChanged(revision);
    await waitFor('the first run', () => edits === 1);
    assert.deepEqual(warnings, [
      'custom check "Everything" matches 12 of 12 objects: look at its filter. It is told as one finding with a count.',
    ]);
    const first = loop.results()[0]?.at ?? 0;
    await clock.advance(revision.cluster.frequency);
    await waitFor('the run after an hour', () => (loop.results()[0]?.at ?? 0) > first);
    assert.equal(edits, 1, 'later it is an incident, not a warning');
    loop.configurationChanged(withChecks(check('One', '.items[0]')));
    await waitFor('the run after the edit', () => edits === 2);
    assert.equal(warnings.length, 1);
  } finally {
    loop.stop();
    await server.stop();
  }
});
