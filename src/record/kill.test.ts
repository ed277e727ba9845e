import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { incidentWith, judgementOf, morning, planOf } from '../../test/support/told.ts';
import { emptySnapshot } from '../cluster/snapshot.ts';
import { minute, virtualClock } from '../lib/clock.ts';
import { sendDue } from '../notify/send.ts';
import type { Sender } from '../notify/sender.ts';
import { commitCycle } from './commit-cycle.ts';
import { takeCycleRecord } from './cycle-record.ts';
import { loadPast } from './incidents.ts';
import { loadMemory } from './memory.ts';
import { openRecord } from './open-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-kill-'));
after(() => rmSync(folder, { recursive: true }));

const snapshot = emptySnapshot(morning, { id: 'cluster', name: 'test' });
const judgement = judgementOf([
  incidentWith({ id: 'i-1', severity: 'SEV-1' }),
  incidentWith({ id: 'i-2' }),
  incidentWith({ id: 'i-3', severity: 'SEV-3' }),
]);

/** A place that only remembers what arrived; it takes over what had arrived before the kill. */
function recordingSender(arrived: string[]): Sender {
  return {
    route: 'slack',
    async send({ key }) {
      arrived.push(key);
      return { ok: true, remoteId: `C1/${arrived.length}` };
    },
  };
}

type Kill = { step: string; path: string; arrived: string[] };

/** One cycle and its sending on the database at `path`; calls back at each step with what had arrived by then. */
async function runOnce(path: string, arrived: string[], onStep: (step: string) => void): Promise<void> {
  const record = openRecord(path, { now: morning });
  const memory = loadMemory(record, 'cluster');
  const past = loadPast(record, 'cluster', morning);
  onStep('opened');
  const { deliveries, withheld } = planOf({ judgement, past, now: morning + minute });
  const result = {
    ...judgement,
    cycle: `c-${path}`,
    now: morning,
    revision: { id: 'r1' },
    snapshot,
    deliveries,
    withheld,
  };
  const cycle = takeCycleRecord(result, { trigger: 'start', took: 5, exit: 0 });
  commitCycle(record, { cycle, memory: { ...memory, ...judgement.memory }, events: [], deliveries, onStep });
  await sendDue(record.db, [recordingSender(arrived)], {
    clock: virtualClock(morning + minute),
    random: () => 0,
    fallback: '#incidents',
    onStep: (step, key) => onStep(`${step} ${key}`),
  });
  onStep('drained');
  record.close();
}

/** What a killed process leaves: the file and its log as they are at that moment. */
function freeze(path: string, step: string, arrived: readonly string[], count: number): Kill {
  const frozen = join(folder, `killed-${count}.db`);
  for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) copyFileSync(path + suffix, frozen + suffix);
  return { step, path: frozen, arrived: [...arrived] };
}

test('killed at any step and started again: every decided message arrives, at most one of them twice (A1, A2)', async () => {
  const kills: Kill[] = [];
  const path = join(folder, 'whole.db');
  const arrived: string[] = [];
  await runOnce(path, arrived, (step) => kills.push(freeze(path, step, arrived, kills.length)));
  assert.equal(new Set(arrived).size, 3);
  assert.equal(arrived.length, 3, 'none twice without a kill');
  assert.ok(kills.length >= 3 + 3 * 3, `${kills.length} steps`);

  const wanted = [...arrived].sort();
  for (const kill of kills) {
    await runOnce(kill.path, kill.arrived, () => undefined);
    const { step } = kill;
    assert.deepEqual([...new Set(kill.arrived)].sort(), wanted, `killed at ${step}: something is missing`);
    assert.ok(kill.arrived.length <= wanted.length + 1, `killed at ${step}: ${kill.arrived.length} messages`);
  }
});

test('a kill between sending and noting it is the only one that sends twice (A2)', async () => {
  const doubled: string[] = [];
  const path = join(folder, 'doubled.db');
  const arrived: string[] = [];
  const kills: Kill[] = [];
  await runOnce(path, arrived, (step) => kills.push(freeze(path, step, arrived, 100 + kills.length)));
  for (const kill of kills) {
    await runOnce(kill.path, kill.arrived, () => undefined);
    if (kill.arrived.length > 3) doubled.push(kill.step.split(' ')[0] ?? '');
  }
  assert.deepEqual([...new Set(doubled)], ['answered']);
});
