import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { knownIssue, revisionWith, service } from '../../test/support/revision.ts';
import { noon, workload, worldOf } from '../../test/support/triage.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import { day, minute } from '../lib/clock.ts';
import { makeMatchTeller } from './tell-configuration.ts';

const window = { says: 'daily', repeats: 'weekly' as const, days: [1], start: 0, end: 60 };
const backup = knownIssue('Backup', ['shop'], { type: 'windows', windows: [window] }, { until: noon + 2 * day });
const revision = revisionWith({
  id: 'r1',
  services: [service('P0 shop'), service('P1 shop-api')],
  knownIssues: [backup],
});

/** A teller, what it has said, and a cycle at some time after noon. */
function start(unmatched: string[] = []) {
  const lines: string[] = [];
  const log = pino(
    { messageKey: 'message', base: null },
    { write: (line) => void lines.push(JSON.parse(line).message) },
  );
  const tell = makeMatchTeller(log, () => unmatched);
  const cycle = (after: number, parts: { id?: string; unseen?: SourceName[] } = {}): string[] => {
    const { snapshot } = worldOf([workload('Deployment shop/shop'), workload('Deployment shop/api')].flat(), {
      unseen: parts.unseen ?? [],
    });
    tell({ revision: { ...revision, id: parts.id ?? 'r1' }, snapshot, now: noon + after });
    return lines.splice(0).map((line) => line.replace(/^\S+ +/, ''));
  };
  return { cycle };
}

const missing =
  'No workload named `shop-api`. Did you mean Deployment shop/api? Then write `Workload: api` and `Namespace: shop` below it.';

test('what stands for nothing is told once per revision', () => {
  const { cycle } = start();
  assert.deepEqual(cycle(0), [missing]);
  assert.deepEqual(cycle(minute), []);
  assert.deepEqual(cycle(2 * minute, { id: 'r2' }), [missing]);
});

test('it is told with the first cycle that saw all workloads', () => {
  const { cycle } = start();
  assert.deepEqual(cycle(0, { unseen: ['deployments'] }), []);
  assert.deepEqual(cycle(minute), [missing]);
});

test('what comes up later is told then, and nothing twice', () => {
  const { cycle } = start();
  cycle(0);
  assert.deepEqual(cycle(day), []);
  assert.match(cycle(2 * day).join(), /^Known issue "Backup" ended 2026-01-17 12:00 UTC/);
});

test('what the record says of known issues is told too', () => {
  const { cycle } = start(['Backup']);
  assert.match(cycle(0)[1] ?? '', /^Known issue "Backup" has silenced nothing for 30 days/);
});
