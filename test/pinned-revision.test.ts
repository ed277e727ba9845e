import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { snapshotOf } from '../src/cluster/project/snapshot-of.ts';
import type { Snapshot } from '../src/cluster/snapshot.ts';
import type { CycleResult } from '../src/cycle.ts';
import { makeRunOnce } from '../src/daemon/run-cycles.ts';
import { makeMetrics } from '../src/dashboard/metrics.ts';
import { minute, virtualClock } from '../src/lib/clock.ts';
import { listOutbox } from '../src/record/incidents.ts';
import { openRecord } from '../src/record/open-record.ts';
import { revisionWith, service } from './support/revision.ts';
import { line } from './support/told.ts';
import { noon, workload } from './support/triage.ts';

test('an edit in the middle of a cycle waits for the next one: result, record and message name one revision (F3)', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-pinned-'));
  const record = openRecord(':memory:', { now: noon });
  t.after(() => {
    record.close();
    rmSync(folder, { recursive: true });
  });
  const revisionOf = (id: string, channel: string) =>
    revisionWith({
      id,
      services: [service('P0 shop')],
      escalation: [line('SEV-1', { channels: [channel], settle: 0 })],
    });
  const [before, after] = [revisionOf('before', '#before'), revisionOf('after', '#after')];
  let inForce = before;
  const kept: CycleResult[] = [];
  // Logs are read in the middle of a cycle; the edit comes while it waits for them.
  const complete = async (snapshot: Snapshot): Promise<Snapshot> => {
    inForce = after;
    await new Promise((resolve) => setImmediate(resolve));
    return snapshot;
  };
  const down = snapshotOf(workload('Deployment shop/shop', { ready: 0, since: noon - 10 * minute }), { now: noon });
  const runOnce = makeRunOnce({
    bench: { record, folder, channels: { routes: ['slack'] }, observe: false, newId: () => `i-${kept.length}` },
    clock: virtualClock(noon),
    log: pino({ level: 'silent' }),
    metrics: makeMetrics(),
    cluster: {
      snapshot: () => down,
      coverage: () => down.coverage,
      onChange: () => () => undefined,
      ready: async () => undefined,
      stop: async () => undefined,
    },
    logs: { complete },
    revision: () => inForce,
    customResults: () => [],
    probes: () => [],
    onFailed: ({ why }) => assert.fail(why),
    onKept: (result) => void kept.push(result),
  });

  await runOnce('start');
  await runOnce('config-change');
  assert.deepEqual(
    kept.map(({ revision }) => revision.id),
    ['before', 'after'],
  );
  // Each cycle tells the channels of its own revision, and says which that was.
  const told = listOutbox(record, 'planned').map(({ channel, revision }) => `${revision} ${channel}`);
  assert.deepEqual(told.toSorted(), ['after #after', 'before #before']);
});
