import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connectTo } from '../../../test/support/connect-to.ts';
import { type MountedConfig, mountConfig, type Payload } from '../../../test/support/mounted-config.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import type { Credentials } from '../../cluster/api/credentials.ts';
import type { Offer } from '../../config/keep.ts';
import { jumpClock } from '../../demo/jump-clock.ts';
import { type ApiServer, startApiServer } from '../../demo/server/start-api-server.ts';
import { minute, second } from '../../lib/clock.ts';
import type { ConfigSource, SourceStatus } from '../config-source.ts';
import { configMapSource } from './config-map-source.ts';

const names = { namespace: 'monitoring', orchestrator: 'o', agents: 'a' };
const isRef = (name: string) => ({ kind: 'ConfigMap', namespace: 'monitoring', name });

const configMap = (name: string, data: Payload | undefined, more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace: 'monitoring',
    ...('metadata' in more && typeof more.metadata === 'object' && more.metadata),
  },
  ...(data && { data }),
  ...('immutable' in more && { immutable: more.immutable }),
});
const orchestrator = (text: string, more?: object): object => configMap('o', { 'CLAUDE.md': text }, more);
const agents = (text: string, more?: object): object => configMap('a', { 'a.md': text }, more);

/** An offer as `files CLAUDE.md text / a.md text`, with its errors. */
const says = ({ kind, files, problems }: Offer): string =>
  [
    kind,
    files.map(({ text }) => text).join('/'),
    ...problems.filter(({ level }) => level === 'error').map(({ code }) => code),
  ].join(' ');

type Setting = {
  server: ApiServer;
  source: ConfigSource;
  clock: ReturnType<typeof jumpClock>;
  mount: MountedConfig;
  /** What was offered since the source is watched. */
  offers: string[];
  last(): Offer | undefined;
  statuses: SourceStatus[];
  watch(): void;
  /** Ends watching, and everything around it. */
  stop(): Promise<void>;
  conditions(): string[];
};

type Options = {
  objects?: object[];
  orchestrator?: Payload | undefined;
  agents?: Payload | undefined;
  mounted?: boolean;
  token?: string;
  credentials?: Credentials;
  clock?: ReturnType<typeof jumpClock>;
};

const both = [orchestrator('one'), agents('two')];

async function start(t: TestContext, options: Options = {}): Promise<Setting> {
  const { objects = both, mounted = true } = options;
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-source-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const mount = mountConfig(folder, {
    orchestrator: 'orchestrator' in options ? options.orchestrator : { 'CLAUDE.md': 'one' },
    agents: 'agents' in options ? options.agents : { 'a.md': 'two' },
  });
  const clock = options.clock ?? jumpClock();
  const { token, credentials } = options;
  const server = await startApiServer({ objects, bookmarkEvery: 20, ...(token !== undefined && { token }) });
  const connection = connectTo(server.url, { clock, ...(credentials && { credentials }) });
  const source = configMapSource(connection, names, mounted ? { folder } : {});
  const offered: Offer[] = [];
  const offers: string[] = [];
  const statuses: SourceStatus[] = [];
  let stopWatching = (): void => undefined;
  const stop = async (): Promise<void> => {
    stopWatching();
    await connection.close();
    await server.stop();
  };
  t.after(() => stop().catch(() => undefined));
  return {
    server,
    source,
    clock,
    mount,
    offers,
    last: () => offered.at(-1),
    statuses,
    watch() {
      const watching = source.watch(
        (offer) => {
          offered.push(offer);
          offers.push(says(offer));
        },
        (status) => void statuses.push(status),
      );
      stopWatching = watching.stop;
    },
    stop,
    conditions: () => source.status().conditions.map((one) => one.split(':')[0] ?? ''),
  };
}

/** Started, watched, and the first content offered. */
async function startWatched(t: TestContext, options: Options = {}): Promise<Setting> {
  const setting = await start(t, options);
  await setting.source.read();
  setting.watch();
  await waitFor('the first offer', () => setting.offers.length > 0);
  await waitFor('the watch', () => setting.source.status().watchConnected === true);
  return setting;
}

async function loseApi({ server, clock, source }: Setting, kind: '403' | '401' | '500' = '403'): Promise<void> {
  server.fault('configmaps', { kind });
  await waitFor('the watch is lost', () => source.status().watchConnected === false);
  clock.jump(61 * second);
  await waitFor('the API counts as away', () => source.status().speaking !== 'api');
}

async function giveApiBack({ server, source }: Setting): Promise<void> {
  server.clearFaults();
  await waitFor('the API speaks', () => source.status().speaking === 'api');
}

function update(mount: MountedConfig['orchestrator'], payload: Payload): void {
  mount.write(payload);
  mount.swap();
}

test('start: the API gives both, with what each half says of itself', async (t) => {
  const managedFields = [
    { manager: 'kubectl-edit', operation: 'Update', time: '2026-11-24T09:00:00Z', fieldsV1: { 'f:data': {} } },
  ];
  const annotations = { 'k8s-monitor.io/bundle': '7', 'k8s-monitor.io/confirm': 'a1b2c3' };
  const { source } = await start(t, {
    objects: [
      orchestrator('one <b>\n<!-- bundle: 6 -->', { metadata: { annotations, managedFields } }),
      agents('two\n<!-- bundle: 8 -->'),
    ],
  });
  const { kind, from, halves } = await source.read();
  assert.deepEqual([kind, from], ['api', 'ConfigMaps monitoring/o and monitoring/a']);
  const { version, ...facts } = halves.orchestrator ?? {};
  assert.deepEqual(facts, {
    bundle: '7',
    confirm: 'a1b2c3',
    author: 'kubectl-edit',
    changedAt: Date.parse('2026-11-24T09:00:00Z'),
  });
  assert.match(version ?? '', /^\d+$/);
  assert.equal(halves.agents?.bundle, '8', 'a comment counts where there is no annotation');
  assert.equal(source.status().speaking, 'api');
});

test('start: without the API the mounted files, and why is told (F42)', async (t) => {
  const setting = await start(t, {
    orchestrator: { 'CLAUDE.md': 'three\n<!-- bundle: 7 -->' },
    agents: { 'a.md': 'four' },
  });
  const { server, source, mount } = setting;
  server.fault('configmaps', { kind: '500' });
  const offer = await source.read();
  assert.equal(says(offer), 'files three\n<!-- bundle: 7 -->/four');
  assert.deepEqual([offer.halves.orchestrator?.bundle, offer.halves.agents?.version], ['7', mount.agents.shown()]);
  assert.equal(source.status().speaking, 'files');
  setting.watch();
  await waitFor('the same once more', () => setting.offers.length === 1);
  await giveApiBack(setting);
  await waitFor('the API', () => setting.offers.length === 2);
  assert.deepEqual(setting.offers, ['files three\n<!-- bundle: 7 -->/four', 'api one/two']);
});

test('start: a ConfigMap is missing, so the mounted files speak until it is there (F6)', async (t) => {
  const setting = await start(t, { objects: [orchestrator('one')] });
  assert.equal(says(await setting.source.read()), 'files one/two');
  assert.deepEqual(setting.conditions(), ['ConfigMissing']);
  setting.watch();
  await waitFor('the same once more', () => setting.offers.length === 1);
  setting.server.put(agents('new'));
  await waitFor('the API', () => setting.offers.at(-1) === 'api one/new');
  assert.deepEqual(setting.conditions(), []);
});

const nothingThere: [string, Options, string, RegExp][] = [
  ['one of the two', { objects: [agents('two')] }, 'api two config-map-missing', /^ConfigMissing: .*monitoring\/o/],
  ['both', { objects: [] }, 'api  config-map-missing config-map-missing', /^ConfigMissing: .*monitoring\/o/],
  [
    'the content',
    { objects: [orchestrator('one'), configMap('a', undefined)] },
    'api one config-map-empty',
    /^ConfigEmpty: .*monitoring\/a/,
  ],
];
for (const [what, options, offered, condition] of nothingThere) {
  test(`start: ${what} missing and no files is an error, and the last good revision stays (F4, F5, F6)`, async (t) => {
    const { source } = await start(t, { ...options, orchestrator: undefined, agents: undefined });
    source.remember?.([{ from: source.name, files: [] }]);
    assert.equal(says(await source.read()), offered);
    assert.equal(source.status().speaking, 'saved');
    assert.match(source.status().conditions[0] ?? '', condition);
  });
}

test('start: neither the API nor files can be read, and both reasons are told', async (t) => {
  const { server, source } = await start(t, { orchestrator: undefined, agents: undefined });
  server.fault('configmaps', { kind: '403' });
  await assert.rejects(
    source.read(),
    /ConfigMaps monitoring\/o and monitoring\/a could not be read: .*403.*no CLAUDE\.md/,
  );
  assert.equal(source.status().speaking, 'default');
});

test('while the API is watched, the slower files only tell how far they are behind (F29)', async (t) => {
  const setting = await startWatched(t);
  const { server, source, clock, mount, offers } = setting;
  assert.equal(source.status().fileLagSeconds, 0);
  server.put(orchestrator('three'));
  await waitFor('the edit', () => offers.at(-1) === 'api three/two');
  clock.jump(40 * second);
  assert.equal(Math.round((source.status().fileLagSeconds ?? 0) / 10), 4);
  assert.deepEqual(setting.conditions(), []);
  clock.jump(5 * minute);
  assert.deepEqual(setting.conditions(), ['FilesBehind']);
  update(mount.orchestrator, { 'CLAUDE.md': 'three' });
  await waitFor('the files are there', () => source.status().fileLagSeconds === 0);
  assert.deepEqual(offers, ['api one/two', 'api three/two']);
});

test('the API away for a minute: files speak, but what the API had replaced does not come back (F39)', async (t) => {
  const setting = await startWatched(t);
  const { server, mount, offers, source } = setting;
  server.put(orchestrator('three'));
  await waitFor('the edit', () => offers.at(-1) === 'api three/two');
  await loseApi(setting);
  assert.equal(source.status().speaking, 'files');
  assert.deepEqual(setting.conditions(), ['Forbidden', 'FilesOlder']);
  update(mount.agents, { 'a.md': 'new' });
  await waitFor('a new half', () => offers.at(-1) === 'files three/new');
  update(mount.orchestrator, { 'CLAUDE.md': 'three' });
  await waitFor('the files are there', () => setting.conditions().join() === 'Forbidden');
  update(mount.orchestrator, { 'CLAUDE.md': 'four' });
  await waitFor('another new half', () => offers.at(-1) === 'files four/new');
  await giveApiBack(setting);
  await waitFor('what the API has', () => offers.at(-1) === 'api three/two');
  assert.deepEqual(offers, ['api one/two', 'api three/two', 'files three/new', 'files four/new', 'api three/two']);
  assert.deepEqual(setting.conditions().includes('Forbidden'), false);
});

test('the API away for less than a minute changes nothing', async (t) => {
  const setting = await startWatched(t);
  const { server, source, clock, mount, offers } = setting;
  server.fault('configmaps', { kind: '500' });
  await waitFor('the watch is lost', () => source.status().watchConnected === false);
  update(mount.agents, { 'a.md': 'new' });
  clock.jump(50 * second);
  assert.equal(source.status().speaking, 'api');
  server.clearFaults();
  await waitFor('the watch is back', () => source.status().watchConnected === true);
  clock.jump(50 * second);
  server.put(agents('three'));
  await waitFor('the edit', () => offers.at(-1) === 'api one/three');
  assert.deepEqual(offers, ['api one/two', 'api one/three']);
});

test('the API away and no files: the last good revision stays, nothing is offered (F42)', async (t) => {
  const setting = await startWatched(t, { mounted: false });
  await loseApi(setting, '500');
  assert.equal(setting.source.status().speaking, 'saved');
  assert.deepEqual(setting.conditions(), ['ApiAway']);
  assert.equal(setting.source.status().fileLagSeconds, undefined);
  setting.server.put(agents('new'));
  await giveApiBack(setting);
  await waitFor('what was missed', () => setting.offers.at(-1) === 'api one/new');
  assert.deepEqual(setting.offers, ['api one/two', 'api one/new']);
});

for (const kind of ['410', '410-event', 'cut'] as const) {
  test(`the watch ends with ${kind}: nothing is offered that did not change (F40)`, async (t) => {
    const { server, source, offers } = await startWatched(t);
    const before = server.requests.length;
    server.compact();
    server.fault('configmaps', { kind, times: 2 });
    await waitFor('it asks again', () => server.requests.length > before + 1);
    await waitFor('it watches again', () => source.status().watchConnected === true && server.watches() === 2);
    server.put(agents('new'));
    await waitFor('the edit', () => offers.length > 1);
    assert.deepEqual(offers, ['api one/two', 'api one/new']);
  });
}

test('a token that is not taken: it is read again, and told where that does not help (F39)', async (t) => {
  let token = 'first';
  let held = { authorization: `Bearer ${token}` };
  const credentials: Credentials = {
    headers: {},
    async get(_now, refused) {
      if (refused === held) held = { authorization: `Bearer ${token}` };
      return held;
    },
  };
  const setting = await start(t, { token: 'second', credentials });
  setting.watch();
  await waitFor('it is refused', () => setting.conditions().includes('Unauthorized'));
  token = 'second';
  await waitFor('the API', () => setting.offers.at(-1) === 'api one/two');
  await waitFor('all is well', () => setting.conditions().length === 0);
});

test('a deleted ConfigMap is an error and never an empty configuration; made anew, it counts (F4, F25)', async (t) => {
  const setting = await startWatched(t);
  const { server, offers } = setting;
  server.remove(isRef('o'));
  await waitFor('the fault', () => offers.length === 2);
  assert.equal(offers.at(-1), 'api two config-map-missing');
  assert.deepEqual([setting.source.status().speaking, setting.conditions()], ['api', ['ConfigMissing']]);
  server.put(orchestrator('three'));
  await waitFor('the new one', () => offers.at(-1) === 'api three/two');
  assert.deepEqual(setting.conditions(), []);
});

test('an emptied ConfigMap is an error (F5)', async (t) => {
  const setting = await startWatched(t);
  setting.server.put(configMap('a', {}));
  await waitFor('the fault', () => setting.offers.at(-1) === 'api one config-map-empty');
  assert.deepEqual(setting.conditions(), ['ConfigEmpty']);
});

test('an immutable ConfigMap is in force, with a warning and a condition (F25)', async (t) => {
  const setting = await startWatched(t, { objects: [orchestrator('one', { immutable: true }), agents('two')] });
  assert.deepEqual(
    setting.last()?.problems.map(({ level, code }) => `${level} ${code}`),
    ['warning config-map-immutable'],
  );
  assert.deepEqual(setting.conditions(), ['Immutable']);
});

test('a mount that is emptied while the API speaks is told and changes nothing (F28)', async (t) => {
  const setting = await startWatched(t);
  setting.mount.agents.wipe();
  await waitFor('the condition', () => setting.conditions().includes('FilesMissing'));
  assert.deepEqual(setting.offers, ['api one/two']);
});

test('a mount that is emptied while its files speak is an error, and the last good revision stays (F5, F28)', async (t) => {
  const setting = await startWatched(t);
  const { mount, offers, source } = setting;
  await loseApi(setting);
  update(mount.agents, { 'a.md': 'new' });
  await waitFor('the files speak', () => offers.at(-1) === 'files one/new');
  mount.agents.empty();
  await waitFor('nobody speaks', () => source.status().speaking === 'saved');
  await waitFor('the fault', () => offers.at(-1) === 'files one');
  mount.orchestrator.wipe();
  await waitFor('all is gone', () => offers.at(-1) === 'files  no-configuration');
  update(mount.orchestrator, { 'CLAUDE.md': 'one' });
  update(mount.agents, { 'a.md': 'new' });
  await waitFor('all is back', () => offers.at(-1) === 'files one/new');
  assert.equal(source.status().speaking, 'files');
});

test('a mount that cannot be read says what to do (F23)', async (t) => {
  const setting = await startWatched(t);
  rmSync(join(setting.mount.folder, 'CLAUDE.md'));
  setting.mount.orchestrator.wipe();
  mkdirSync(join(setting.mount.folder, 'CLAUDE.md'));
  await waitFor('the condition', () => setting.conditions().includes('FilesUnreadable'));
  assert.deepEqual(setting.offers, ['api one/two']);
});

test('files without `..data` beside them never change: told at the start, and the API goes on (F24)', async (t) => {
  const setting = await start(t, { orchestrator: undefined });
  writeFileSync(join(setting.mount.folder, 'CLAUDE.md'), 'one');
  await setting.source.read();
  assert.deepEqual(setting.conditions(), ['MountNotLive']);
  assert.match(setting.source.status().conditions[0] ?? '', /CLAUDE\.md.*without subPath/);
  setting.watch();
  setting.server.put(orchestrator('three'));
  await waitFor('the edit', () => setting.offers.at(-1) === 'api three/two');
});

test('files that hold something else make a watch that died in silence known at once (F41)', async (t) => {
  const { server, mount, offers } = await startWatched(t);
  server.fault('configmaps', { kind: 'stall', verbs: ['watch'] });
  server.put(orchestrator('three'));
  update(mount.orchestrator, { 'CLAUDE.md': 'three' });
  await waitFor('the edit', () => offers.at(-1) === 'api three/two');
});

test('a minute after a watch died in silence an edit is known by asking (F41)', async (t) => {
  const { server, clock, offers } = await startWatched(t);
  server.fault('configmaps', { kind: 'stall', verbs: ['watch'] });
  server.put(orchestrator('three'));
  clock.jump(61 * second);
  await waitFor('the edit', () => offers.at(-1) === 'api three/two');
});

test('files that are older than the API was at the start are known to be', async (t) => {
  const setting = await startWatched(t, { orchestrator: { 'CLAUDE.md': 'zero' } });
  await loseApi(setting);
  assert.deepEqual(setting.conditions(), ['Forbidden', 'FilesOlder']);
  update(setting.mount.agents, { 'a.md': 'new' });
  await waitFor('the other half', () => setting.offers.at(-1) === 'files one/new');
  assert.deepEqual(setting.offers, ['api one/two', 'files one/new']);
});

test('after a restart without the API, files do not bring back what an earlier edit had replaced', async (t) => {
  const first = await start(t, { objects: [orchestrator('three'), agents('two')] });
  const earlier = [await first.source.read()];
  first.server.put(orchestrator('four'));
  earlier.unshift(await first.source.read());
  const { server, source } = await start(t, { orchestrator: { 'CLAUDE.md': 'three' }, agents: { 'a.md': 'new' } });
  server.fault('configmaps', { kind: '500' });
  source.remember?.(earlier);
  assert.equal(source.status().speaking, 'saved');
  assert.equal(says(await source.read()), 'files four/new');
});

test('reading again while it is watched gives what is there now, or why not', async (t) => {
  const setting = await startWatched(t, { mounted: false });
  const { server, source } = setting;
  server.put(orchestrator('three'));
  assert.equal(says(await source.read()), 'api three/two');
  await loseApi(setting);
  await assert.rejects(source.read(), /could not be read: .*403/);
});

test('who speaks and what is wrong is told once each time it changes', async (t) => {
  const setting = await startWatched(t, { mounted: false });
  await loseApi(setting);
  await giveApiBack(setting);
  await waitFor('all is told', () => setting.statuses.at(-1)?.watchConnected === true);
  const told = setting.statuses.map(
    ({ speaking, conditions }) => `${speaking} ${conditions.map((one) => one.split(':')[0])}`,
  );
  assert.deepEqual(
    told.filter((one, index) => one !== told[index - 1]),
    ['api ', 'api Forbidden', 'saved Forbidden', 'api '],
  );
});

for (const api of ['healthy', 'away', 'just lost', 'not yet heard'] as const) {
  test(`stop: nothing waits any more, the API ${api}`, async (t) => {
    const clock = jumpClock();
    const waiting = new Set<object>();
    const counting: typeof clock = {
      ...clock,
      wakeAt(at, wake) {
        const sleeper = {};
        waiting.add(sleeper);
        const cancel = clock.wakeAt(at, () => {
          waiting.delete(sleeper);
          wake();
        });
        return () => {
          waiting.delete(sleeper);
          cancel();
        };
      },
    };
    const setting = await (api === 'not yet heard' ? start : startWatched)(t, { clock: counting });
    if (api === 'not yet heard') setting.watch();
    if (api === 'just lost') setting.server.fault('configmaps', { kind: '500' });
    if (api === 'away') await loseApi(setting);
    const offered = setting.offers.length;
    await setting.stop();
    await waitFor('nothing waits', () => waiting.size === 0);
    assert.equal(setting.offers.length, offered);
  });
}
