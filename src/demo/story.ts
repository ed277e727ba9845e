import { refName } from '../cluster/world.ts';
import { isError } from '../config/problems.ts';
import type { Problem } from '../config/revision.ts';
import { type Millis, minute, second } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { count, listWords } from '../lib/text.ts';
import { crashPods, healPods, unreadyPods } from './cluster-events.ts';
import { applyEdit, type Edit, sayDiff } from './edit.ts';
import { addMemoryCheck, addService, brokenEdit, clockOf, expectBackup, raiseThreshold } from './scenes.ts';
import { namespace, type Stage } from './stage.ts';

export type Narrator = {
  title(text: string): void;
  say(text: string): void;
  message(channel: string, title: string): void;
};

const payments = { kind: 'Deployment', namespace: 'shop', name: 'payments' } as const;
const postgres = { kind: 'StatefulSet', namespace: 'data', name: 'postgres' } as const;

/** Tells the whole story on the stage. Rejects where something it tells does not happen: the story is a test as well. */
export async function tellStory(stage: Stage, { title, say, message }: Narrator): Promise<void> {
  const zone = stage.daemon.keeper.active().cluster.timezone;
  const told = (): void => {
    for (const { channel, title: text } of stage.messages.splice(0)) message(channel, text);
  };
  /** Applies an edit and waits until a cycle ran under it; says the lines and how long that took. */
  const edit = async (change: Edit): Promise<void> => {
    for (const line of sayDiff(change)) say(line);
    const before = stage.daemon.keeper.active().id;
    const began = performance.now();
    await applyEdit(stage.server.url, namespace, change);
    await until(() => stage.daemon.keeper.active().id !== before, 'the edit is accepted');
    const active = performance.now() - began;
    await until(() => stage.last()?.revision.id === stage.daemon.keeper.active().id, 'a cycle ran under the edit');
    say(
      `in force after ${active.toFixed(0)} ms, a cycle judged by it after ${(performance.now() - began).toFixed(0)} ms: revision ${stage.daemon.keeper.active().id}`,
    );
  };
  const pass = (length: Millis, why: string): void => {
    say(`(${formatDuration(length)} pass${why ? `: ${why}` : ''})`);
    stage.clock.jump(length);
  };
  const incidentOf = (name: string) =>
    stage
      .last()
      ?.incidents.find(({ subject, state }) => subject.name === name && state !== 'resolved' && state !== 'absorbed');
  const open = () => stage.last()?.incidents.filter(({ state }) => state !== 'resolved' && state !== 'absorbed') ?? [];

  title('What is broken now, and why');
  await until(() => open().length > 0, 'the first incidents');
  pass(70 * second, 'an incident is told when it has settled');
  await until(() => open().every(({ state }) => state !== 'settling'), 'the incidents have settled');
  for (const { severity, says, changes, next } of open()) {
    say(`${severity}  ${says}`);
    if (changes[0]) say(`       what changed: ${changes[0].details.map((detail) => detail.says).join('; ')}`);
    say(`       next: ${next}`);
  }
  told();

  title('Scenario 1: add a critical service');
  const before = incidentOf('stock-import')?.severity;
  await edit(addService);
  await until(
    () => incidentOf('stock-import')?.services.includes('stock-import'),
    'the incident belongs to the service',
  );
  const raised = incidentOf('stock-import');
  say(`what it changed: the failed import was ${before}, now it is ${raised?.severity}: ${raised?.because}`);
  await until(() => stage.messages.length > 0, 'the worse severity is told');
  told();

  title('Scenario 2: a service is expected to be down');
  const backup = expectBackup(stage.clock.now(), zone);
  await edit(backup.edit);
  say('the backup begins: postgres, P0, does not answer any more');
  unreadyPods(stage.server, postgres, stage.clock.now());
  await until(
    () => stage.last()?.suppressed.some(({ subject }) => subject.name === 'postgres'),
    'the backup is suppressed',
  );
  const suppressed = stage.last()?.suppressed.find(({ subject }) => subject.name === 'postgres');
  say(
    `what it changed: nobody is woken. Suppressed: ${suppressed?.says} (${suppressed?.by.name}, ${suppressed?.by.at?.file}:${suppressed?.by.at?.line})`,
  );
  pass(backup.closesIn + second, 'the window closes and postgres is still down');
  await until(() => incidentOf('postgres') !== undefined, 'the incident opens');
  pass(16 * second, 'it settles, so that a blip is not news');
  await until(
    () => stage.messages.some(({ title: text }) => text.includes('postgres')),
    'what outlives the window is told',
  );
  told();
  healPods(stage.server, postgres, stage.clock.now());
  await until(() => incidentOf('postgres')?.state === 'recovering', 'postgres recovers');
  pass(4 * minute, 'postgres is healthy again');
  await until(() => stage.messages.some(({ kind }) => kind === 'resolved'), 'the resolve is told');
  told();

  title('Scenario 3: adjust a severity threshold');
  await edit(raiseThreshold);
  const rule = stage.daemon.keeper.active().severityRules.find(({ severity }) => severity === 'SEV-1');
  say(`what it changed: SEV-1 is now "${rule?.anyOf[0]?.[0]?.text ?? ''}" (see it at work below)`);

  title('Scenario 4: add a check of your own');
  await edit(addMemoryCheck);
  const found = () =>
    stage.last()?.findings.filter(({ check, says }) => check === 'custom' && says.includes('Memory Usage')) ?? [];
  await until(() => found().length > 0, 'the check has run');
  say(`what it changed: ${count(found().length, 'finding')}, not hundreds: ${found()[0]?.says ?? ''}`);
  told();

  title('An edit with a mistake');
  await refuse(stage, brokenEdit, say);

  title('A pod failure, told and resolved');
  say('both pods of payments, P0, begin to crash');
  const began = performance.now();
  crashPods(
    stage.server,
    payments,
    stage.clock.now(),
    'payments 5.1.9 starting\npanic: dial tcp 10.96.14.7:8443: connect: connection refused\n',
  );
  await until(() => stage.last()?.findings.some(({ subject }) => subject.name === 'payments'), 'the crash is seen');
  say(
    `seen and judged after ${(performance.now() - began).toFixed(0)} ms; by scenario 3 it is no SEV-1 before 2 minutes`,
  );
  pass(2 * minute + second, 'the limit of the rule');
  await until(() => incidentOf('payments') !== undefined, 'the incident opens');
  pass(16 * second, 'it settles, so that a blip is not news');
  await until(() => stage.messages.some(({ title: text }) => text.includes('payments')), 'the failure is told');
  const failure = incidentOf('payments');
  say(`${failure?.severity}  ${failure?.says}`);
  say(`       why: ${failure?.because}`);
  say(`       suffers: ${listWords(failure?.victims.map(refName) ?? []) || 'nothing else'}`);
  say(`       next: ${failure?.next}`);
  told();
  healPods(stage.server, payments, stage.clock.now());
  await until(() => incidentOf('payments')?.state === 'recovering', 'payments recovers');
  pass(4 * minute, 'payments is healthy again');
  await until(
    () => stage.messages.some(({ kind, title: text }) => kind === 'resolved' && text.includes('payments')),
    'the resolve is told',
  );
  told();
  say(
    `${clockOf(stage.clock.now(), zone)}: what is left is what was broken at the start; \`incidents list\` and the files under logs/incidents/ keep the stories`,
  );
}

/** An edit that must be refused: nothing changes, and the line is named. The good text comes back. */
async function refuse(stage: Stage, edit: Edit, say: (text: string) => void): Promise<void> {
  const { keeper } = stage.daemon;
  const before = keeper.active();
  for (const line of sayDiff(edit)) say(line);
  const began = performance.now();
  await applyEdit(stage.server.url, namespace, edit);
  await until(() => keeper.refusal() !== undefined, 'the edit is refused');
  say(`refused after ${(performance.now() - began).toFixed(0)} ms, revision ${before.id} stays in force:`);
  for (const problem of keeper.refusal()?.problems.filter(isError) ?? []) say(sayProblem(problem));
  await applyEdit(stage.server.url, namespace, { ...edit, find: edit.replace, replace: edit.find });
  await until(() => keeper.refusal() === undefined, 'the good text clears the refusal');
  say('the line is put right, and the refusal is gone');
}

const sayProblem = ({ file, line, column, message, cure }: Problem): string =>
  `${file}:${line}:${column}  ${message} ${cure}`;

/** Waits for something of the story; rejects with what did not happen. */
async function until(seen: () => boolean | undefined, what: string, limit: Millis = 10 * second): Promise<void> {
  const end = performance.now() + limit;
  while (!seen()) {
    if (performance.now() > end) throw new Error(`the story stops: ${what} did not happen within ${limit / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
