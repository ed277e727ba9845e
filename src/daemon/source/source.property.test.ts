import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { connectTo } from '../../../test/support/connect-to.ts';
import { mountConfig } from '../../../test/support/mounted-config.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import type { HalfName, Offer } from '../../config/keep.ts';
import { filesOfHalf, halfNames } from '../../config/source/halves.ts';
import { jumpClock } from '../../demo/jump-clock.ts';
import { startApiServer } from '../../demo/server/start-api-server.ts';
import { second } from '../../lib/clock.ts';
import { configMapSource } from './config-map-source.ts';

const names = { namespace: 'monitoring', orchestrator: 'o', agents: 'a' };
const keys = { orchestrator: 'CLAUDE.md', agents: 'a.md' };

/** What may happen; kubelet writes what the API has or had, in the order in which the API had it. */
const steps = [
  'edit orchestrator',
  'edit agents',
  'delete agents',
  'mount orchestrator',
  'mount agents',
  'mount agents late',
  'wipe orchestrator',
  'empty agents',
  'lose the API',
  'give the API back',
  'a minute',
  'cut',
  '410',
  '410-event',
  'stall',
] as const;
type Step = (typeof steps)[number];

async function play(schedule: readonly Step[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-property-'));
  const clock = jumpClock();
  const version = { orchestrator: 1, agents: 1 };
  const mounted = { orchestrator: 1, agents: 1 };
  const map = (half: HalfName): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: names[half], namespace: 'monitoring' },
    data: { [keys[half]]: `${version[half]}` },
  });
  const server = await startApiServer({ objects: [map('orchestrator'), map('agents')], bookmarkEvery: 5 });
  const connection = connectTo(server.url, { clock });
  const mount = mountConfig(folder, { orchestrator: { 'CLAUDE.md': '1' }, agents: { 'a.md': '1' } });
  const source = configMapSource(connection, names, { folder });
  const good: Offer[] = [];
  const take = (offer: Offer): void => {
    const isGood = offer.problems.every(({ level }) => level !== 'error');
    if (isGood && halfNames.every((half) => filesOfHalf(offer.files, half).length > 0)) good.push(offer);
  };
  take(await source.read());
  const watching = source.watch(take);
  const showMount = (half: HalfName): void => {
    mount[half].write({ [keys[half]]: `${mounted[half]}` });
    mount[half].swap();
  };
  const happen: Record<Step, () => void> = {
    'edit orchestrator'() {
      version.orchestrator++;
      server.put(map('orchestrator'));
    },
    'edit agents'() {
      version.agents++;
      server.put(map('agents'));
    },
    'delete agents': () => server.remove({ kind: 'ConfigMap', namespace: 'monitoring', name: 'a' }),
    'mount orchestrator'() {
      mounted.orchestrator = version.orchestrator;
      showMount('orchestrator');
    },
    'mount agents'() {
      mounted.agents = version.agents;
      showMount('agents');
    },
    'mount agents late'() {
      mounted.agents = Math.max(mounted.agents, version.agents - 1);
      showMount('agents');
    },
    'wipe orchestrator': () => mount.orchestrator.wipe(),
    'empty agents': () => mount.agents.empty(),
    'lose the API': () => server.fault('configmaps', { kind: '403' }),
    'give the API back': () => server.clearFaults(),
    'a minute': () => clock.jump(61 * second),
    cut: () => server.fault('configmaps', { kind: 'cut', times: 2 }),
    '410': () => server.fault('configmaps', { kind: '410', times: 2 }),
    '410-event': () => server.fault('configmaps', { kind: '410-event', times: 2 }),
    stall: () => server.fault('configmaps', { kind: 'stall', verbs: ['watch'], times: 2 }),
  };
  const numbers = ({ files }: Offer): string =>
    halfNames.map((half) => filesOfHalf(files, half).map(({ text }) => text)).join('/');
  try {
    for (const step of schedule) {
      happen[step]();
      // Sometimes what happens is seen before the next thing happens, sometimes not.
      for (let turn = 0; turn < schedule.length * 7; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    server.clearFaults();
    server.put(map('agents'));
    const last = `${version.orchestrator}/${version.agents}`;
    const newest = (): string => good.slice(-1).map(numbers).join();
    // A watch that stalls is given up after 75 s, and an audit finds what it missed after 60 s.
    let looks = 0;
    await waitFor(
      `P3: ${last} is in force`,
      () => newest() === last && source.status().speaking === 'api',
      () => void (++looks % 20 === 0 && clock.jump(20 * second)),
    );
    for (const half of halfNames) {
      const order = good.map(({ files }) => Number(filesOfHalf(files, half)[0]?.text));
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
        `P2: ${half} never goes back`,
      );
    }
  } finally {
    watching.stop();
    await connection.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

test('sources: whatever happens to the API and the mount, no content comes back and the last one counts (P2, P3)', async () => {
  const schedules = fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 14 });
  await fc.assert(fc.asyncProperty(schedules, play), {
    numRuns: 25,
    endOnFailure: true,
    interruptAfterTimeLimit: 20_000,
  });
});
