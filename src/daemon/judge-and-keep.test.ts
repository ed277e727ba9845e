import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bigRevision } from '../../test/support/big-revision.ts';
import { brokenCluster } from '../../test/support/broken-cluster.ts';
import { minute } from '../lib/clock.ts';
import { runToEnd } from '../lib/turns.ts';
import { acknowledge, listIncidents } from '../record/incidents.ts';
import { loadMemory } from '../record/memory.ts';
import { openRecord, recordFile } from '../record/open-record.ts';
import { type Bench, judgeAndKeep, judgeAndKeepInTurns, type Occasion } from './judge-and-keep.ts';

const noon = Date.parse('2026-01-15T12:00:00Z');
const revision = await bigRevision(10);
const broken = brokenCluster(200, noon, 'every Deployment crash-loops');

const occasion = (minutes: number): Occasion => ({
  cycle: `c-${minutes}`,
  trigger: 'schedule',
  revision,
  snapshot: { ...broken, at: noon + minutes * minute },
  customResults: [],
  probes: [],
  oneShot: false,
});

function makeBench(): Bench & { path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-'));
  const path = join(folder, recordFile);
  let made = 0;
  return {
    record: openRecord(path, { now: noon }),
    folder,
    path,
    channels: { routes: ['console'] },
    observe: false,
    newId: () => `i-${String(++made).padStart(4, '0')}`,
  };
}

test('a cycle that others interrupt everywhere decides and keeps the same', () => {
  const [atOnce, inTurns] = [makeBench(), makeBench()];
  for (const minutes of [0, 1, 2, 30]) {
    const whole = judgeAndKeep(atOnce, occasion(minutes));
    const work = judgeAndKeepInTurns(inTurns, occasion(minutes));
    let turns = 0;
    for (let step = work.next(); ; step = work.next()) {
      if (step.done) {
        const { result, changed, exit } = step.value;
        assert.deepEqual({ result, changed, exit }, { result: whole.result, changed: whole.changed, exit: whole.exit });
        break;
      }
      turns++;
      // Whoever writes meanwhile must not end up in its transaction.
      assert.equal(inTurns.record.db.isTransaction, false);
    }
    assert.ok(turns > 100, `${turns} turns`);
  }
});

test('what somebody acknowledges while a cycle runs is kept, and counts in the next', () => {
  const bench = makeBench();
  for (const minutes of [0, 2]) judgeAndKeep(bench, occasion(minutes));
  const other = openRecord(bench.path, { now: noon });
  const [incident] = listIncidents(other);
  assert.ok(incident);
  const work = judgeAndKeepInTurns(bench, occasion(3));
  for (let turn = 0; turn < 50; turn++) assert.equal(work.next().done, false);
  acknowledge(other, { id: incident.id, by: 'ana', now: noon + 3 * minute });
  runToEnd(work);
  const cluster = broken.cluster.id;
  assert.equal(loadMemory(bench.record, cluster).acknowledged[incident.id]?.by, 'ana');
  const { result } = judgeAndKeep(bench, occasion(4));
  assert.equal(result.incidents.find(({ id }) => id === incident.id)?.acknowledged?.by, 'ana');
});
