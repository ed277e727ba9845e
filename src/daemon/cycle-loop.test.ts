import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, minute, virtualClock } from '../lib/clock.ts';
import { loopCycles, type Trigger } from './cycle-loop.ts';

function loop(answers: { nextAt?: number }[] = [], fail: (run: number) => boolean = () => false) {
  const clock = virtualClock(0);
  const ran: string[] = [];
  const failures: unknown[] = [];
  let release: (() => void) | undefined;
  let hold = false;
  const cycles = loopCycles({
    clock,
    frequency: () => hour,
    onFailure: (error) => failures.push(error),
    async runOnce(trigger: Trigger) {
      ran.push(`${trigger}@${clock.now()}`);
      if (hold) await new Promise<void>((resolve) => (release = resolve));
      if (fail(ran.length)) throw new Error('no');
      return answers[ran.length - 1] ?? {};
    },
  });
  return { clock, ran, failures, cycles, hold: (on: boolean) => (hold = on), release: () => release?.() };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a cycle at start and then once an hour', async () => {
  const { clock, ran, cycles } = loop();
  cycles.request('start');
  await turn();
  await clock.advance(2 * hour);
  assert.deepEqual(ran, ['start@0', `schedule@${hour}`, `schedule@${2 * hour}`]);
  await cycles.stop();
});

test('a cycle at the next moment at which the answer can change', async () => {
  const { clock, ran, cycles } = loop([{ nextAt: 2 * minute }]);
  cycles.request('start');
  await turn();
  await clock.advance(10 * minute);
  assert.deepEqual(ran, ['start@0', `deadline@${2 * minute}`]);
  await cycles.stop();
});

test('a burst of changes of the cluster is one cycle, 500 ms after the first of them', async () => {
  const { clock, ran, cycles } = loop();
  for (let change = 0; change < 4; change++) {
    cycles.request('cluster-change');
    await clock.advance(100);
  }
  await clock.advance(1000);
  assert.deepEqual(ran, ['cluster-change@500']);
  await cycles.stop();
});

test('an edit does not wait for a burst to settle', async () => {
  const { clock, ran, cycles } = loop();
  cycles.request('cluster-change');
  await clock.advance(10);
  cycles.request('config-change');
  await clock.advance(1000);
  assert.deepEqual(ran, ['config-change@10']);
  await cycles.stop();
});

test('never two at once: what is asked for meanwhile shares the next one (F47)', async () => {
  const { clock, ran, cycles, hold, release } = loop();
  hold(true);
  cycles.request('start');
  await turn();
  cycles.request('config-change');
  cycles.request('request');
  cycles.request('cluster-change');
  assert.deepEqual(ran, ['start@0']);
  hold(false);
  release();
  await turn();
  await clock.advance(1000);
  assert.deepEqual(ran, ['start@0', 'config-change@0']);
  await cycles.stop();
});

test('a failed cycle is told and tried again after 30 s', async () => {
  const { clock, ran, failures, cycles } = loop([], (run) => run === 1);
  cycles.request('start');
  await turn();
  assert.equal(cycles.completedAt(), undefined);
  await clock.advance(minute);
  assert.deepEqual(ran, ['start@0', 'schedule@30000']);
  assert.equal(failures.length, 1);
  assert.equal(cycles.completedAt(), 30_000);
  await cycles.stop();
});

test('after stop nothing starts, and stop waits for the running one (F47)', async () => {
  const { clock, ran, cycles, hold, release } = loop();
  hold(true);
  cycles.request('start');
  await turn();
  let ended = false;
  const stopping = cycles.stop().then(() => (ended = true));
  await turn();
  assert.equal(ended, false);
  release();
  await stopping;
  cycles.request('request');
  await clock.advance(2 * hour);
  assert.deepEqual(ran, ['start@0']);
});

test('under a new revision a failed cycle is tried again as soon as it asks for', async () => {
  const clock = virtualClock(0);
  const ran: number[] = [];
  const cycles = loopCycles({
    clock,
    frequency: () => hour,
    retryAfter: () => 1000,
    onFailure: () => undefined,
    async runOnce() {
      ran.push(clock.now());
      if (ran.length === 1) throw new Error('no');
      return {};
    },
  });
  cycles.request('config-change');
  await turn();
  await clock.advance(minute);
  assert.deepEqual(ran, [0, 1000]);
  await cycles.stop();
});
