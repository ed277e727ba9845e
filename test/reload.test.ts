import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCycle } from '../src/cycle.ts';
import { filesSource } from '../src/daemon/source/files-source.ts';
import { minute, second } from '../src/lib/clock.ts';
import { openRecord, recordFile } from '../src/record/open-record.ts';
import { loadRevisions, savePin } from '../src/record/revisions.ts';
import { configFiles, exampleFolder } from './support/config-files.ts';
import { agents, configMaps, namespace, orchestrator, startWatch, type Watch } from './support/daemon.ts';
import { mountConfig } from './support/mounted-config.ts';
import { waitFor } from './support/wait-for.ts';

const example = readFileSync(join(exampleFolder, 'CLAUDE.md'), 'utf8');
const line = '- reports (P3): Nightly numbers for the office';
const good = example.replace(line, '- reports (P2): Nightly numbers for the office');
const broken = example.replace(line, '- reports (P5): Nightly numbers for the office');

/** Applies both ConfigMaps with this CLAUDE.md, or the one of the two that is named. */
function apply(
  watch: Watch,
  text: string,
  only?: { map: string; annotations?: Readonly<Record<string, string>> },
): void {
  for (const map of configMaps({ 'CLAUDE.md': text })) {
    const { metadata, ...rest } = map as { metadata: { name: string } };
    if (only && only.map !== metadata.name) continue;
    watch.server.put({ ...rest, metadata: { ...metadata, annotations: only?.annotations ?? {} } });
  }
}

const bundle = (map: string, word: string) => ({ map, annotations: { 'k8s-monitor.io/bundle': word } });
const configz = async (watch: Watch) => JSON.parse((await watch.get('/configz')).text);
const says = (watch: Watch, text: string): boolean => watch.log.some(({ message }) => message.includes(text));
const told = (watch: Watch, title: string) => watch.messages.filter((message) => message.title.includes(title));

/** The names of the ConfigMaps that have an Event with this reason. */
const answered = (watch: Watch, reason: string): string[] =>
  watch.server
    .objects()
    .filter((object) => object.kind === 'Event' && object['reason'] === reason)
    .map((object) => String((object['involvedObject'] as { name: string }).name))
    .toSorted();

const reload = (watch: Watch): Promise<Response> => fetch(`${watch.daemon.url}/-/reload`, { method: 'POST' });
const inForce = (watch: Watch, id: string) => waitFor(`revision ${id}`, () => watch.daemon.keeper.active().id === id);
const changed = async (watch: Watch, from: string): Promise<string> => {
  await waitFor('another revision', () => watch.daemon.keeper.active().id !== from);
  return watch.daemon.keeper.active().id;
};

function folderFor(): string {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-reload-'));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a refusal that lasts for five minutes is told in the channel once, and that it is over', async () => {
  const watch = await startWatch();
  const { keeper } = watch.daemon;
  try {
    apply(watch, broken);
    await waitFor('the refusal', () => keeper.refusal() !== undefined);
    assert.deepEqual(told(watch, 'refuses the configuration'), []);
    watch.clock.jump(5 * minute);
    await waitFor('the message', () => told(watch, 'refuses the configuration').length > 0);
    const [message] = told(watch, 'refuses the configuration');
    assert.equal(message?.channel, '#alerts');
    assert.match(message?.text ?? '', /CLAUDE\.md:\d+:\d+ .*"P5" is not a priority/);
    apply(watch, example);
    await waitFor('its end', () => told(watch, 'is accepted again').length === 1);
    assert.equal(told(watch, 'refuses the configuration').length, 1);
  } finally {
    await watch.stop();
  }
});

test('both halves of a bundle take effect together; half of one is refused after two minutes (F2)', async () => {
  const watch = await startWatch();
  const { keeper } = watch.daemon;
  const start = keeper.active().id;
  try {
    apply(watch, example, bundle(agents, 'one'));
    apply(watch, good, bundle(orchestrator, 'two'));
    await waitFor('it waits', () => answered(watch, 'WaitingForPair').length === 2);
    const { candidate, pair, active } = await configz(watch);
    assert.deepEqual([candidate.state, pair.orchestrator, pair.agents], ['waiting for pair', 'two', 'one']);
    assert.equal(active.revision, start);
    watch.clock.jump(120 * second);
    await waitFor('the refusal', () => keeper.refusal()?.problems[0]?.code === 'pair-incomplete');
    apply(watch, example, bundle(agents, 'two'));
    const next = await changed(watch, start);
    assert.equal(keeper.active().services.find(({ name }) => name === 'reports')?.priority, 'P2');
    assert.equal(keeper.refusal(), undefined);
    await waitFor('the cycle', () => watch.last()?.revision.id === next);
  } finally {
    await watch.stop();
  }
});

test('what would blind the team needs a confirmation with its hash (F33)', async () => {
  const watch = await startWatch();
  const { keeper } = watch.daemon;
  const start = keeper.active().id;
  const silent = example.replace(/(### SEV-1[\s\S]*?\*\*Channel\*\*: ).*/, '$1None');
  assert.notEqual(silent, example);
  try {
    apply(watch, silent);
    await waitFor('the refusal', () => keeper.refusal()?.problems[0]?.code === 'needs-confirmation');
    const hash = keeper.refusal()?.id ?? '';
    await waitFor('the author is told', () => answered(watch, 'ConfigRejected').includes(orchestrator));
    assert.equal(keeper.active().id, start);
    apply(watch, silent, { map: orchestrator, annotations: { 'k8s-monitor.io/confirm': 'abcdef' } });
    assert.equal((await reload(watch)).status, 422);
    apply(watch, silent, { map: orchestrator, annotations: { 'k8s-monitor.io/confirm': hash } });
    await inForce(watch, hash);
    assert.ok(watch.log.some(({ message }) => message.startsWith(`config_generation_committed: revision ${hash}`)));
  } finally {
    await watch.stop();
  }
});

test('a rollback holds until the content changes, also over a restart', async () => {
  const folder = folderFor();
  const first = await startWatch({ folder });
  const start = first.daemon.keeper.active().id;
  try {
    apply(first, good);
    const second = await changed(first, start);
    const record = openRecord(join(folder, recordFile), { now: Date.now() });
    savePin(record, { revision: start, instead: second, at: Date.now(), why: 'too loud', by: 'operator' });
    record.close();
    const answer = await reload(first);
    assert.deepEqual([answer.status, first.daemon.keeper.active().id], [200, start]);
    assert.match(await answer.text(), new RegExp(`revision ${start} is in force; a rollback holds ${second} back`));
    await waitFor('the author is told', () => answered(first, 'RolledBack').length === 2);
    const { pinned } = await configz(first);
    assert.deepEqual([pinned.revision, pinned.instead, pinned.why], [start, second, 'too loud']);
    assert.match((await first.get('/metrics')).text, /^k8s_monitor_config_pinned_info\{revision=.*by="operator"\} 1$/m);
  } finally {
    await first.stop();
  }
  const restarted = await startWatch({ folder, texts: { 'CLAUDE.md': good } });
  try {
    assert.equal(restarted.daemon.keeper.active().id, start);
    assert.ok(says(restarted, `a rollback holds revision ${start} until the content changes: too loud`));
    apply(restarted, good.replace('Nightly', 'Daily'));
    await changed(restarted, start);
    assert.equal(restarted.daemon.keeper.pin(), undefined);
  } finally {
    await restarted.stop();
  }
});

test('cycles that fail under a new revision and not under the one before send it back, also over a restart (F34)', async () => {
  const folder = folderFor();
  const isBad = (priority: string | undefined): boolean => priority === 'P2';
  const judge: typeof runCycle = (input) => {
    if (isBad(input.revision.services.find(({ name }) => name === 'reports')?.priority))
      throw new Error('cannot divide');
    return runCycle(input);
  };
  const watch = await startWatch({ folder, judge });
  const { keeper } = watch.daemon;
  const start = keeper.active().id;
  try {
    apply(watch, good);
    await changed(watch, start);
    const bad = keeper.active().id;
    await inForce(watch, start);
    await waitFor('people are told', () => told(watch, 'went back to the previous configuration').length === 1);
    assert.match(told(watch, 'went back')[0]?.text ?? '', /cannot divide/);
    await waitFor('the author is told', () => answered(watch, 'RolledBack').length === 2);
    assert.equal((await configz(watch)).pinned.by, 'probation');
    await reload(watch);
    assert.equal(keeper.active().id, start, 'it is not tried again');
    await waitFor('cycles complete again', () => watch.last()?.revision.id === start);
    await watch.daemon.stop();
    const restarted = await startWatch({ folder, judge, texts: { 'CLAUDE.md': good } });
    assert.deepEqual([restarted.daemon.keeper.active().id, restarted.daemon.keeper.pin()?.instead], [start, bad]);
    await restarted.stop();
  } finally {
    await watch.end();
  }
});

test('a start with a broken configuration runs the last good one and says so loudly (F35)', async () => {
  const folder = folderFor();
  const first = await startWatch({ folder });
  apply(first, good);
  const last = await changed(first, first.daemon.keeper.active().id);
  await first.stop();
  const watch = await startWatch({ folder, texts: { 'CLAUDE.md': broken } });
  const { keeper } = watch.daemon;
  try {
    assert.deepEqual([keeper.active().id, keeper.inForce().kind], [last, 'saved']);
    assert.ok(
      watch.log.some(({ level, message }) => level === 'error' && message.includes(`last good revision ${last}`)),
    );
    await waitFor('people are told', () => told(watch, 'started without its configuration').length === 1);
    assert.equal(told(watch, 'started without')[0]?.channel, '#alerts');
    await waitFor('the author is told', () => answered(watch, 'ConfigRejected').length > 0);
    assert.match((await watch.get('/metrics')).text, /^k8s_monitor_config_last_reload_successful 0$/m);
    apply(watch, example);
    await waitFor('its end', () => told(watch, 'is accepted again').length === 1);
    assert.equal(keeper.inForce().kind, 'api');
  } finally {
    await watch.stop();
  }
});

test('a start with a good configuration after another one goes on, and keeps both', async () => {
  const folder = folderFor();
  const first = await startWatch({ folder });
  const start = first.daemon.keeper.active().id;
  await first.stop();
  const watch = await startWatch({ folder, texts: { 'CLAUDE.md': good } });
  try {
    const now = watch.daemon.keeper.active().id;
    const record = openRecord(join(folder, recordFile), { now: Date.now() });
    assert.deepEqual(
      loadRevisions(record).map(({ id }) => id),
      [now, start],
    );
    record.close();
    assert.equal((await configz(watch)).previous.revision, start);
    await waitFor('the author is told', () => answered(watch, 'ConfigAccepted').join() === orchestrator);
  } finally {
    await watch.stop();
  }
});

test("a newcomer's broken files: the built-in default keeps watch, and the channel has the list (F6, F35)", async () => {
  const watch = await startWatch({ texts: { 'CLAUDE.md': broken } });
  const { keeper } = watch.daemon;
  try {
    assert.equal(keeper.inForce().kind, 'default');
    assert.ok(says(watch, 'the built-in default keeps watch: it knows none of your services'));
    await waitFor('people are told', () => told(watch, 'started without its configuration').length === 1);
    assert.match(
      told(watch, 'started without')[0]?.text ?? '',
      /built-in default keeps watch.*\n- CLAUDE.md:\d+:\d+ "P5" is not a priority/,
    );
    apply(watch, good);
    await waitFor('it is in force', () => keeper.inForce().kind === 'api');
  } finally {
    await watch.stop();
  }
});

test('a start with half a pair and nothing kept is told to people when the other half did not come', async () => {
  const folder = folderFor();
  const agentTexts = Object.fromEntries(
    configFiles()
      .filter(({ role }) => role === 'agent')
      .map(({ name, text }) => [name, name === 'k8s-analyzer.md' ? `${text}\n<!-- bundle: one -->\n` : text]),
  );
  mountConfig(folder, { orchestrator: { 'CLAUDE.md': `${good}\n<!-- bundle: two -->\n` }, agents: agentTexts });
  const watch = await startWatch({ source: (clock) => filesSource([folder], clock) });
  const { keeper } = watch.daemon;
  try {
    assert.deepEqual([keeper.inForce().kind, keeper.candidate()?.waits], ['default', 'pair']);
    watch.clock.jump(120 * second);
    await waitFor('people are told', () => told(watch, 'started without its configuration').length === 1);
    assert.match(told(watch, 'started without')[0]?.text ?? '', /built-in default keeps watch[\s\S]*bundle "two"/);
  } finally {
    await watch.stop();
  }
});

test("one team's good edit is no end of the other team's refusal", async () => {
  const watch = await startWatch();
  const { keeper } = watch.daemon;
  const start = keeper.active().id;
  try {
    apply(watch, broken);
    await waitFor('the refusal', () => keeper.refusal() !== undefined);
    watch.clock.jump(5 * minute + second);
    await waitFor('people are told', () => told(watch, 'refuses the configuration').length === 1);
    const analyzer = readFileSync(join(exampleFolder, 'agents', 'k8s-analyzer.md'), 'utf8');
    for (const map of configMaps({ 'k8s-analyzer.md': analyzer.replace('90% of limit', '91% of limit') }).slice(1))
      watch.server.put(map);
    await changed(watch, start);
    await keeper.settled();
    assert.notEqual(keeper.refusal(), undefined);
    watch.clock.jump(10 * minute);
    apply(watch, good, { map: orchestrator });
    await waitFor('it is over', () => told(watch, 'accepted again').length === 1);
    assert.equal(told(watch, 'refuses the configuration').length, 1);
    assert.equal(keeper.active().thresholds.memoryUsage, 0.91);
  } finally {
    await watch.stop();
  }
});

test('who made an edit is in the log, in the record and in /configz (F52)', async () => {
  const watch = await startWatch();
  try {
    const start = watch.daemon.keeper.active().id;
    const path = `/api/v1/namespaces/${namespace}/configmaps/${orchestrator}?fieldManager=argocd-controller`;
    const response = await fetch(watch.server.url + path, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ data: { 'CLAUDE.md': good } }),
    });
    assert.equal(response.status, 200);
    const next = await changed(watch, start);
    await waitFor('the log', () => says(watch, `config_generation_committed: revision ${next} by argocd-controller: `));
    assert.equal((await configz(watch)).active.author, 'argocd-controller');
    const record = openRecord(join(watch.folder, recordFile), { now: 0 });
    assert.equal(loadRevisions(record)[0]?.author, 'argocd-controller');
    record.close();
  } finally {
    await watch.stop();
  }
});

test('at rest no cycle is in flight', async () => {
  const watch = await startWatch();
  try {
    let metrics = 'config_in_flight_cycles{';
    await waitFor(
      'rest',
      () => !metrics.includes('config_in_flight_cycles{'),
      async () => {
        metrics = (await watch.get('/metrics')).text;
      },
    );
  } finally {
    await watch.stop();
  }
});
