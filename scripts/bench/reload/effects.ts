import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import type { SourceFile } from '../../../src/config/revision.ts';
import { toRfc3339 } from '../../../src/lib/duration.ts';
import { recordFile } from '../../../src/record/open-record.ts';
import { eachOf } from './api.ts';
import type { Bed } from './bed.ts';
import { type Observed, observeDaemon } from './observed-daemon.ts';

/** What an edit makes of a workload that is down: told as SEV-2, told as SEV-1 because it got worse, told as expected. */
// Each is told in another way: first, got worse, no longer watched.
const stages = ['P1', 'P0', 'expected'] as const;

/** ConfigMap written until what it does to an incident is in the outbox: milliseconds of each of so many edits. */
export async function timeEffects(bed: Bed, edits: number): Promise<number[]> {
  const victims = Array.from(
    { length: Math.ceil(edits / stages.length) },
    (_, index) => `victim-${String(index).padStart(3, '0')}`,
  );
  await eachOf(victims.length, 8, (index) => makeVictim(bed, victims[index] ?? ''));
  await bed.writeAgents(atOnce(bed.files));
  const observed = await observeDaemon(bed);
  const outbox = new DatabaseSync(join(observed.folder, recordFile), { readOnly: true });
  const reached = new Map<string, (typeof stages)[number]>();
  const times: number[] = [];
  await untilOpen(
    observed,
    victims.map((victim) => `${bed.names.namespace}/${victim} `),
    () => bed.write(editOfVictims(bed, reached, 'warm-up')),
  );
  for (const victim of victims) {
    for (const stage of stages) {
      reached.set(victim, stage);
      const text = editOfVictims(bed, reached, `${victim} ${stage}`);
      times.push(await timeToEffect(observed, outbox, `edit ${victim} ${stage}.`, victim, () => bed.write(text)));
      await setTimeout(50 + 100 * Math.random());
    }
  }
  outbox.close();
  await observed.stop();
  return times.slice(0, edits);
}

/** Three or more that begin within a minute wait for each other: that minute is over before anything is timed. */
async function untilOpen(observed: Observed, victims: readonly string[], write: () => Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopLooking = observed.onCycle(({ incidents }) => {
    const open = incidents.filter(({ state }) => state === 'open').map(({ because }) => because);
    if (victims.every((victim) => open.some((because) => because.includes(victim)))) resolve();
  });
  await write();
  await promise;
  stopLooking();
}

/** Milliseconds from before `write` until a message about the victim, decided under the revision with `mark` in it, is in the outbox. */
async function timeToEffect(
  observed: Observed,
  outbox: DatabaseSync,
  mark: string,
  victim: string,
  write: () => Promise<unknown>,
): Promise<number> {
  const isQueued = outbox.prepare('SELECT 1 FROM outbox WHERE key = ?');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const stopLooking = observed.onCycle(({ revision, deliveries }) => {
    const at = performance.now();
    const isNew = revision.id === observed.daemon.keeper.active().id && observed.isInForce(mark);
    const about = deliveries.filter((delivery) => JSON.stringify(delivery).includes(victim));
    if (isNew && about.some(({ key }) => isQueued.get(key))) resolve(at);
  });
  const tooLong = AbortSignal.timeout(20_000);
  tooLong.onabort = () => reject(new Error(`${mark} has no effect after 20 s`));
  const began = performance.now();
  await write();
  const at = await promise;
  tooLong.onabort = null;
  stopLooking();
  return at - began;
}

/** The shipped CLAUDE.md, with the victims as far as each has come, and messages that wait for nothing. */
function editOfVictims(bed: Bed, reached: ReadonlyMap<string, (typeof stages)[number]>, edit: string): string {
  const base = bed.files.find(({ role }) => role === 'orchestrator')?.text ?? '';
  const of = (...wanted: string[]): string[] =>
    [...reached].filter(([, stage]) => wanted.includes(stage)).map(([name]) => name);
  const listed = (names: string[]): string =>
    names.map((name) => `- ${name}: One that is down\n  - Namespace: ${bed.names.namespace}\n`).join('');
  const issues = of('expected').map(
    (name) =>
      `### ${name} is rebuilt\n\n- Services: ${name}\n- Daily 00:00-23:59\n- Solution: Expected, DO NOT FLAG\n\n`,
  );
  return [
    ['Main application backend', `Main application backend, edit ${edit}.`],
    ['## Important Services (P1)', `${listed(of('P0', 'expected'))}\n## Important Services (P1)`],
    ['## Supporting Services (P2)', `${listed(of('P1'))}\n## Supporting Services (P2)`],
    ['## Health Check Patterns', `${issues.join('')}## Health Check Patterns`],
    ['- **Timing**: Within 5 minutes', '- **Timing**: Immediate'],
    ['### SEV-2: High', '- **Settle**: 0s\n\n### SEV-2: High'],
    ['### SEV-3: Medium', '- **Settle**: 0s\n\n### SEV-3: Medium'],
    ['## Team & Contact', '- **Settle**: 0s\n\n## Team & Contact'],
  ].reduce((text, [from = '', to = '']) => {
    if (!text.includes(from)) throw new Error(`k8s/orchestrator-configmap.yaml does not have: ${from}`);
    return text.replace(from, to);
  }, base);
}

/** The shipped agents, but a P1 service that is down is SEV-2 without any wait. */
function atOnce(files: readonly SourceFile[]): SourceFile[] {
  return files
    .filter(({ role }) => role === 'agent')
    .map((file) => ({ ...file, text: file.text.replace(/(Any P1 service down) for 10 minutes/, '$1 immediately') }));
}

/** A pod that has not been ready for an hour, and that no controller and no node looks after. */
async function makeVictim({ api, names }: Bed, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${names.namespace}/pods`;
  const spec = { schedulerName: 'bench-reload', containers: [{ name: 'app', image: 'busybox:1.35' }] };
  await api.send('POST', path, { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec });
  const hourAgo = toRfc3339(Date.now() - 3_600_000);
  const condition = (type: string, status: string): object => ({ type, status, lastTransitionTime: hourAgo });
  const app = { name: 'app', image: 'busybox:1.35', imageID: 'busybox', started: true, restartCount: 0 };
  const status = {
    phase: 'Running',
    startTime: hourAgo,
    conditions: [condition('PodScheduled', 'True'), condition('ContainersReady', 'False'), condition('Ready', 'False')],
    containerStatuses: [{ ...app, ready: false, state: { running: { startedAt: hourAgo } } }],
  };
  await api.send('PATCH', `${path}/${name}/status`, { status });
}
