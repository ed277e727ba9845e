import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { connectTo } from '../../test/support/connect-to.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../demo/server/start-api-server.ts';
import { type Millis, minute, second, systemClock, virtualClock } from '../lib/clock.ts';
import type { Coverage, Snapshot, SourceName } from './snapshot.ts';
import { type ClusterWatch, type RelevantChange, type WatchOptions, watchCluster } from './watch-cluster.ts';
import { refName } from './world.ts';

const ends: (() => Promise<unknown>)[] = [];
const endAll = async (): Promise<void> => {
  for (const end of ends.splice(0).reverse()) await end();
};
afterEach(endAll);
after(endAll);

const meta = (name: string, namespace = 'shop'): object => ({ name, namespace, uid: `uid-${name}` });
const pod = (name: string, phase = 'Running'): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta(name),
  spec: { containers: [{ name: 'main', image: 'shop:1' }] },
  status: { phase },
});
const event = (name: string, type: string, count = 1): object => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: meta(name),
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
  type,
  reason: 'BackOff',
  message: 'again',
  count,
});
const kubeSystem = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'the-cluster' } };
const node = (name: string, heartbeat: string, ready = 'True'): object => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: `uid-${name}` },
  status: {
    conditions: [
      { type: 'Ready', status: ready, lastHeartbeatTime: heartbeat, lastTransitionTime: '2026-11-24T08:00:00Z' },
    ],
  },
});
const lease = (renewTime: string): object => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'kube-scheduler', namespace: 'kube-system', uid: 'l' },
  spec: { holderIdentity: 'a', renewTime, leaseDurationSeconds: 15 },
});
const configMap = (name: string, data: object, leader: string): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...meta(name), annotations: { 'control-plane.alpha.kubernetes.io/leader': leader } },
  data,
});

type Watched = {
  server: ApiServer;
  watch: ClusterWatch;
  changes: RelevantChange[];
  names(): string[];
  coverage(source: SourceName): Coverage | undefined;
};

async function start(
  options: Partial<ApiServerOptions> & {
    watching?: WatchOptions;
    clock?: ReturnType<typeof virtualClock>;
    before?: (server: ApiServer) => void;
  } = {},
): Promise<Watched> {
  const { watching, clock, before, ...serving } = options;
  const server = await startApiServer({ objects: [kubeSystem, pod('web-1'), pod('web-2')], ...serving });
  ends.push(() => server.stop());
  before?.(server);
  const connection = connectTo(server.url, clock ? { clock } : {});
  ends.push(() => connection.close());
  const watch = watchCluster(connection, { sources: ['pods', 'namespaces'], ...watching });
  ends.push(() => watch.stop());
  const changes: RelevantChange[] = [];
  watch.onChange((change) => changes.push(change));
  const now = (): Millis => (clock ?? systemClock).now();
  return {
    server,
    watch,
    changes,
    names: () => watch.snapshot(now()).pods.map(({ name, phase }) => (phase === 'Running' ? name : `${name} ${phase}`)),
    coverage: (source) => watch.coverage(now()).find((one) => one.source === source),
  };
}

for (const watchList of [true, false]) {
  test(`what the cluster has, and what happens to it (${watchList ? 'WatchList' : 'list and watch'})`, async () => {
    const { server, watch, names, changes, coverage } = await start({ watchList });
    await watch.ready();
    assert.deepEqual(names(), ['web-1', 'web-2']);
    assert.equal(coverage('pods')?.state, 'complete');
    assert.equal(coverage('pods')?.count, 2);
    assert.equal(coverage('nodes')?.state, 'absent');
    assert.deepEqual(watch.snapshot(0).cluster, { id: 'the-cluster', name: 'test', version: 'v1.35.0' });
    assert.equal(changes.length, 0, 'what is there at first is no change');

    server.put(pod('web-3'));
    server.put(pod('web-1', 'Failed'));
    server.remove({ kind: 'Pod', namespace: 'shop', name: 'web-2' });
    await waitFor('the three changes', () => changes.length === 3);
    assert.deepEqual(names(), ['web-1 Failed', 'web-3']);
    assert.deepEqual(
      changes.map(({ source, ref }) => `${source} ${ref && refName(ref)}`),
      ['pods Pod shop/web-3', 'pods Pod shop/web-1', 'pods Pod shop/web-2'],
    );
    const lists = server.requests.filter(({ path, query }) => path.endsWith('/pods') && !query.has('watch'));
    assert.equal(lists.length, watchList ? 0 : 1);
  });
}

test('what did not change is the very same array; what changed is a new one', async () => {
  const { server, watch, changes } = await start();
  await watch.ready();
  const before = watch.snapshot(1);
  const same = watch.snapshot(2);
  assert.equal(same.pods, before.pods);
  server.put(pod('web-1'));
  server.put(pod('web-3'));
  await waitFor('the change', () => changes.length === 1);
  const later = watch.snapshot(3);
  assert.notEqual(later.pods, before.pods);
  assert.equal(later.pods[0], before.pods[0], 'an object that was written as it was stays the same object');
  assert.equal(later.namespaces, before.namespaces);
  assert.equal(later.at, 3);
});

const early = '2026-11-24T09:00:00Z';
const late = '2026-11-24T09:05:00Z';
/** `mark` is written last, and is news: what came before it on the same watch has been dealt with when it is told. */
const noise: { is: string; source: SourceName; first: object; second: object; mark: object; news: boolean }[] = [
  {
    is: "a node's heartbeat",
    source: 'nodes',
    first: node('n1', early),
    second: node('n1', late),
    mark: node('n2', late),
    news: false,
  },
  {
    is: 'a node that is not ready',
    source: 'nodes',
    first: node('n1', early),
    second: node('n1', late, 'Unknown'),
    mark: node('n2', late),
    news: true,
  },
  {
    is: 'a normal Event',
    source: 'events',
    first: event('e', 'Normal'),
    second: event('e', 'Normal', 2),
    mark: event('mark', 'Warning'),
    news: false,
  },
  {
    is: 'a Warning that comes again',
    source: 'events',
    first: event('e', 'Warning'),
    second: event('e', 'Warning', 2),
    mark: event('mark', 'Warning'),
    news: true,
  },
  {
    is: 'a leader election in a ConfigMap',
    source: 'configmaps',
    first: configMap('c', { a: '1' }, 'x'),
    second: configMap('c', { a: '2' }, 'y'),
    mark: configMap('mark', {}, 'x'),
    news: false,
  },
  {
    is: 'a new key in a ConfigMap',
    source: 'configmaps',
    first: configMap('c', { a: '1' }, 'x'),
    second: configMap('c', { a: '1', b: '2' }, 'x'),
    mark: configMap('mark', {}, 'x'),
    news: true,
  },
];
for (const { is, source, first, second: then, mark, news } of noise) {
  test(`${is} is ${news ? 'a' : 'no'} relevant change`, async () => {
    const { server, watch, changes } = await start({ objects: [kubeSystem, first], watching: { sources: [source] } });
    await watch.ready();
    server.put(then);
    server.put(mark);
    await waitFor('the mark', () => changes.length === (news ? 2 : 1));
    const objects = watch.snapshot(0);
    assert.equal(objects.nodes.length + objects.events.length + objects.configMaps.length, 2);
  });
}

test('a renewed lease is no relevant change, and is in the snapshot', async () => {
  const { server, watch, changes } = await start({ objects: [lease(early)], watching: { sources: ['leases'] } });
  await watch.ready();
  server.put(lease(late));
  await waitFor('the renewal', () => watch.snapshot(0).leases[0]?.renewed === Date.parse(late));
  assert.deepEqual(changes, []);
});

const ways: { is: string; watchList: boolean }[] = [
  { is: 'WatchList', watchList: true },
  { is: 'list and watch', watchList: false },
];
const passing = ['cut', 'truncated', '410', '410-event', '500', '403', '429', '401'] as const;
for (const { is, watchList } of ways) {
  for (const kind of passing) {
    test(`a fault that passes (${kind}, ${is}): nothing is missed, nothing is told twice, and it is seen again`, async () => {
      const { server, watch, names, changes, coverage } = await start({ watchList });
      await watch.ready();
      // Strikes the open watch, and whoever comes back once more.
      server.fault('pods', { kind, times: 1 });
      if (kind.startsWith('410')) server.compact();
      server.put(pod('web-3'));
      server.remove({ kind: 'Pod', namespace: 'shop', name: 'web-1' });
      await waitFor('both changes are in', () => names().join() === 'web-2,web-3');
      await waitFor('it is complete again', () => coverage('pods')?.state === 'complete');
      const told = changes.filter(({ ref }) => ref).map(({ ref }) => ref?.name);
      assert.deepEqual(told.toSorted(), ['web-1', 'web-3']);
    });
  }
}

const lasting: {
  kind: '403' | '401' | '429' | '500' | 'cut' | 'truncated' | '410' | '410-event';
  state: Coverage['state'];
  reason: RegExp;
}[] = [
  { kind: '403', state: 'denied', reason: /403: pods is forbidden: User/ },
  { kind: '401', state: 'denied', reason: /401: Unauthorized/ },
  { kind: '429', state: 'partial', reason: /429: the server has received too many requests/ },
  { kind: '500', state: 'partial', reason: /^broken off since .*500: Internal error/ },
  { kind: 'cut', state: 'partial', reason: /the connection was cut/ },
  { kind: 'truncated', state: 'partial', reason: /cut in the middle|no complete JSON/ },
  { kind: '410', state: 'partial', reason: /410: .*too old/ },
  { kind: '410-event', state: 'partial', reason: /410: .*too old/ },
];
for (const { kind, state, reason } of lasting) {
  for (const when of ['from the start', 'later']) {
    test(`a fault that lasts (${kind}, ${when}) is ${state}, never complete, and harms no other source`, async () => {
      const fault = (server: ApiServer): void => server.fault('pods', { kind });
      // Turned by hand: with 429 the server asks for a second of patience.
      const clock = virtualClock(Date.parse('2026-11-24T09:00:00Z'));
      const turn = (): Promise<void> => clock.advance(100);
      const { server, watch, coverage, names } = await start({ clock, ...(when === 'later' ? {} : { before: fault }) });
      await waitFor('every source is settled', () => settled(watch, clock.now()), turn);
      if (when === 'later') fault(server);
      await waitFor(`pods are ${state}`, () => coverage('pods')?.state === state, turn);
      assert.match(coverage('pods')?.reason ?? '', reason);
      assert.equal(coverage('namespaces')?.state, 'complete');
      if (when === 'later') assert.deepEqual(names(), ['web-1', 'web-2'], 'what was known stays known');
      server.clearFaults();
      await waitFor('it is seen again', () => coverage('pods')?.state === 'complete', turn);
      assert.deepEqual(names(), ['web-1', 'web-2']);
    });
  }
}

function settled(watch: ClusterWatch, now: Millis): boolean {
  return watch.coverage(now).every(({ reason }) => !reason?.includes('for the first time'));
}

test('a source that breaks off and comes back is a relevant change, both times', async () => {
  const { server, watch, changes, coverage } = await start();
  await watch.ready();
  server.fault('pods', { kind: '500' });
  await waitFor('broken', () => coverage('pods')?.state === 'partial');
  assert.deepEqual(changes, [{ source: 'pods' }]);
  server.clearFaults();
  await waitFor('seen', () => coverage('pods')?.state === 'complete');
  assert.deepEqual(changes, [{ source: 'pods' }, { source: 'pods' }]);
});

test('a watch that is silent for 75 s is given up, and the list read again (F41)', async () => {
  const clock = virtualClock(Date.parse('2026-11-24T09:00:00Z'));
  const { server, watch, names, coverage } = await start({ clock });
  await watch.ready();
  server.fault('pods', { kind: 'stall', verbs: ['watch'] });
  server.put(pod('web-3'));
  await clock.advance(70 * second);
  assert.deepEqual(names(), ['web-1', 'web-2'], 'nothing comes through');
  assert.equal(coverage('pods')?.state, 'complete', 'a minute of silence is no cause for alarm');
  await clock.advance(20 * second);
  assert.equal(coverage('pods')?.state, 'partial');
  assert.match(coverage('pods')?.reason ?? '', /no word from the API server/);
  server.clearFaults();
  const turn = (): Promise<void> => clock.advance(second);
  await waitFor('what was missed', () => names().join() === 'web-1,web-2,web-3', turn);
  await waitFor('complete', () => coverage('pods')?.state === 'complete', turn);
});

test('a server that is silent from the start is not waited for for ever', async () => {
  const clock = virtualClock(0);
  const { watch, coverage } = await start({ clock, before: (server) => server.fault('pods', { kind: 'stall' }) });
  let ready = false;
  const settled = watch.ready().then(() => {
    ready = true;
  });
  await waitFor('namespaces', () => coverage('namespaces')?.state === 'complete');
  assert.equal(ready, false);
  await clock.advance(75 * second);
  await settled;
  assert.equal(coverage('pods')?.state, 'partial');
  assert.match(coverage('pods')?.reason ?? '', /no word from the API server for 1m 15s/);
});

test('bookmarks keep a quiet watch alive (F41)', async () => {
  const clock = virtualClock(0);
  const { server, watch, coverage } = await start({ clock });
  await watch.ready();
  const watches = server.requests.length;
  for (let passed = 0; passed < 5; passed++) {
    await clock.advance(minute);
    server.bookmark();
    await waitFor('the bookmark', () => coverage('pods')?.seenAt === clock.now());
    assert.equal(coverage('pods')?.state, 'complete');
  }
  assert.equal(server.requests.length, watches, 'no new watch was needed');
});

test('a broken watch goes on from the last bookmark (F40)', async () => {
  const { server, watch, changes, coverage } = await start();
  await watch.ready();
  server.put({ ...kubeSystem, metadata: { name: 'other', uid: 'o' } });
  await waitFor('the namespace', () => changes.length === 1);
  const version = server.get({ kind: 'Namespace', name: 'other' })?.metadata['resourceVersion'];
  const before = coverage('pods')?.seenAt ?? 0;
  await waitFor('a later millisecond', () => Date.now() > before);
  server.bookmark();
  await waitFor('the bookmark', () => (coverage('pods')?.seenAt ?? 0) > before);
  server.fault('pods', { kind: 'cut', times: 1 });
  const versions = (): (string | null)[] =>
    server.requests.filter(({ path }) => path.endsWith('/pods')).map(({ query }) => query.get('resourceVersion'));
  await waitFor('another watch', () => versions().length >= 2);
  assert.equal(versions().at(-1), version);
});

test('a kind that is not installed is absent; one that every server has is not', async () => {
  const { watch, coverage } = await start({
    watching: { sources: ['pods', 'certificates', 'serviceaccounts'] },
    before: (server) => {
      server.uninstall('certificates');
      server.uninstall('serviceaccounts');
    },
  });
  await watch.ready();
  assert.deepEqual(coverage('certificates'), {
    source: 'certificates',
    state: 'absent',
    count: 0,
    reason: 'not installed',
  });
  assert.equal(coverage('serviceaccounts')?.state, 'partial');
  assert.match(coverage('serviceaccounts')?.reason ?? '', /404/);
});

test('no server at all: ready says so, nothing is healthy, and it is seen when it comes (F42, A3)', async () => {
  const connection = connectTo('http://127.0.0.1:1');
  const watch = watchCluster(connection);
  await watch.ready();
  const { coverage } = watch.snapshot(Date.now());
  const notAsked: SourceName[] = ['volumestats', 'logs'];
  for (const { source, state, reason } of coverage) {
    if (notAsked.includes(source)) continue;
    assert.equal(state, 'partial', source);
    assert.match(reason ?? '', /nothing listens there/);
  }
  await watch.stop();
  await connection.close();
});

test('every source of a server that has everything is settled; usage is polled every minute', async () => {
  const clock = virtualClock(Date.parse('2026-11-24T09:00:00Z'));
  const usage = (memory: string): object => ({
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'PodMetrics',
    metadata: meta('web-1'),
    containers: [{ name: 'main', usage: { cpu: '10m', memory } }],
  });
  const { server, watch } = await start({ clock, objects: [kubeSystem, pod('web-1'), usage('1Mi')], watching: {} });
  // `sources` absent: all of them.
  const all = watchCluster(connectTo(server.url, { clock }));
  ends.push(() => all.stop());
  await Promise.all([watch.ready(), all.ready()]);
  const memory = (snapshot: Snapshot): number | undefined => snapshot.podUsage[0]?.containers[0]?.memory;
  assert.equal(memory(all.snapshot(clock.now())), 1024 * 1024);
  server.put(usage('2Mi'));
  await clock.advance(minute + second);
  await waitFor('the new usage', () => memory(all.snapshot(clock.now())) === 2 * 1024 * 1024);
});

test('after stop nothing is asked for any more, and no watch is open', async () => {
  const { server, watch } = await start();
  await watch.ready();
  await watch.stop();
  await waitFor('closed', () => server.watches() === 0);
  const requests = server.requests.length;
  server.put(pod('web-9'));
  assert.equal(server.requests.length, requests);
});
