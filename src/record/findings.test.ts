import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgementOf, morning } from '../../test/support/told.ts';
import { emptySnapshot } from '../cluster/snapshot.ts';
import { minute } from '../lib/clock.ts';
import type { JudgedFinding } from '../triage/incident.ts';
import { commitCycle } from './commit-cycle.ts';
import { takeCycleRecord } from './cycle-record.ts';
import { listFindings } from './findings.ts';
import { type MonitorRecord, openRecord } from './open-record.ts';

const shop = { kind: 'Deployment', namespace: 'shop', name: 'web' };
const finding: JudgedFinding = {
  id: 'not-ready/Deployment/shop/web',
  check: 'not-ready',
  subject: shop,
  since: morning,
  sinceFrom: 'cluster',
  level: 'error',
  says: 'shop/web is not ready',
  next: 'kubectl describe deployment -n shop web',
  grace: 3 * minute,
  reads: ['pods'],
  evidence: [{ id: 'e1', text: 'Readiness probe failed' }],
  pods: [],
  related: [],
  services: ['web'],
  pending: { until: morning + 3 * minute, because: 'not-ready has a grace of 3m' },
};

function commit(record: MonitorRecord, at: number, findings: JudgedFinding[]): void {
  const judgement = judgementOf([], { findings });
  const result = {
    ...judgement,
    cycle: `c-${at}`,
    now: at,
    revision: { id: 'r1' },
    snapshot: emptySnapshot(at, { id: 'cluster', name: 'test' }),
    deliveries: [],
    withheld: [],
  };
  const cycle = takeCycleRecord(result, { trigger: 'cluster-change', took: 5, exit: 0 });
  commitCycle(record, { cycle, memory: judgement.memory, findings, events: [], deliveries: [] });
}

test('what a cycle finds is kept at once, pending or not, with the moment it was first found, until it is gone', () => {
  const record = openRecord(':memory:', { now: morning });
  const kept = (): [at: number, pending: boolean][] =>
    listFindings(record).map(({ at, pending }) => [at, pending !== undefined]);
  commit(record, morning, [finding]);
  assert.deepEqual(kept(), [[morning, true]]);
  const { pending: _over, ...told } = finding;
  commit(record, morning + minute, [told]);
  assert.deepEqual(kept(), [[morning, false]]);
  // Read anew, as after a restart: what is gone must be known to be there.
  record.cached = undefined;
  commit(record, morning + 2 * minute, []);
  assert.deepEqual(kept(), []);
  record.close();
});
