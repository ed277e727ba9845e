import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { connectTo } from '../../test/support/connect-to.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import type { FaultKind } from '../demo/server/faults.ts';
import { type ApiServer, startApiServer } from '../demo/server/start-api-server.ts';
import { second, virtualClock } from '../lib/clock.ts';
import type { Connection } from './api/connection.ts';
import { readVersion } from './read-identity.ts';
import type { Coverage, Snapshot, SourceName } from './snapshot.ts';
import { sourceRows } from './sources.ts';
import { takeSnapshot } from './take-snapshot.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const now = Date.parse('2026-11-24T09:00:00Z');
const object = (apiVersion: string, kind: string, name: string, more: object = {}): object => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop', uid: `uid-${name}` },
  ...more,
});
const crashing = object('v1', 'Pod', 'web-1', {
  spec: { containers: [{ name: 'main', image: 'shop:1' }] },
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'main',
        restartCount: 3,
        ready: false,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-11-24T08:59:00Z' } },
      },
    ],
  },
});
const objects = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'the-cluster' } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', uid: 'n1' } },
  crashing,
  object('apps/v1', 'Deployment', 'web'),
  object('apps/v1', 'StatefulSet', 'db'),
  object('v1', 'Service', 'web'),
  object('metrics.k8s.io/v1beta1', 'PodMetrics', 'web-1'),
  { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'NodeMetrics', metadata: { name: 'n1' } },
  object('cert-manager.io/v1', 'Certificate', 'web', { status: { notAfter: '2026-12-24T09:00:00Z' } }),
];

async function serve(clock?: ReturnType<typeof virtualClock>): Promise<{ server: ApiServer; connection: Connection }> {
  const server = await startApiServer({ objects, now: () => now });
  ends.push(() => server.stop());
  const connection = connectTo(server.url, clock ? { clock } : {});
  ends.push(() => connection.close());
  return { server, connection };
}
const coverageOf = (snapshot: Snapshot, source: SourceName): Coverage | undefined =>
  snapshot.coverage.find((one) => one.source === source);

test('every list of a cluster in one snapshot, with what is known of each', async () => {
  const { connection } = await serve();
  const snapshot = await takeSnapshot(connection, { now });
  assert.deepEqual(snapshot.cluster, { id: 'the-cluster', name: 'test', version: 'v1.35.0' });
  assert.equal(snapshot.at, now);
  assert.deepEqual(
    snapshot.workloads.map(({ kind, name }) => `${kind} ${name}`),
    ['Deployment web', 'StatefulSet db'],
  );
  assert.equal(snapshot.pods[0]?.statuses[0]?.restarts, 3);
  assert.equal(snapshot.certificates.length, 1);
  for (const { source } of sourceRows) {
    assert.equal(coverageOf(snapshot, source)?.state, 'complete', source);
    assert.equal(coverageOf(snapshot, source)?.seenAt, now);
  }
  assert.equal(coverageOf(snapshot, 'logs')?.state, 'absent');
  assert.equal(coverageOf(snapshot, 'volumestats')?.state, 'absent');
});

test('only the wanted sources are asked for', async () => {
  const { server, connection } = await serve();
  const snapshot = await takeSnapshot(connection, { now, sources: ['pods', 'namespaces'] });
  const paths = server.requests.map(({ path }) => path);
  assert.deepEqual(paths.toSorted(), ['/api/v1/namespaces', '/api/v1/pods', '/version']);
  assert.equal(coverageOf(snapshot, 'nodes')?.state, 'absent');
});

const blind: { kind: FaultKind; state: Coverage['state'] }[] = [
  { kind: '403', state: 'denied' },
  { kind: '401', state: 'denied' },
  { kind: '500', state: 'partial' },
  { kind: 'cut', state: 'partial' },
  { kind: 'truncated', state: 'partial' },
  { kind: '410', state: 'partial' },
];
for (const { kind, state } of blind) {
  test(`${kind} in each source in turn: that one is ${state} with a reason, another is complete`, async () => {
    const { server, connection } = await serve();
    for (const { source, group } of sourceRows) {
      const name = group === 'metrics.k8s.io' ? `${source === 'podmetrics' ? 'pods' : 'nodes'}.${group}` : source;
      server.fault(name, { kind });
      const other: SourceName = source === 'services' ? 'pods' : 'services';
      const snapshot = await takeSnapshot(connection, { now, sources: [source, other] });
      assert.equal(coverageOf(snapshot, source)?.state, state, source);
      assert.match(coverageOf(snapshot, source)?.reason ?? '', /./, source);
      assert.equal(coverageOf(snapshot, other)?.state, 'complete', source);
      server.clearFaults();
    }
  });
}

for (const kind of ['stall', '429'] as const) {
  test(`${kind}: a snapshot ends all the same`, async () => {
    const clock = virtualClock(0);
    const { server, connection } = await serve(clock);
    server.fault('pods', { kind });
    let done = false;
    const taking = takeSnapshot(connection, { now, sources: ['pods', 'nodes'] }).finally(() => {
      done = true;
    });
    await waitFor(
      'an end',
      () => done,
      () => clock.advance(second),
    );
    const snapshot = await taking;
    assert.equal(coverageOf(snapshot, 'pods')?.state, 'partial');
    assert.match(coverageOf(snapshot, 'pods')?.reason ?? '', kind === '429' ? /429/ : /no word|did not finish/);
    assert.equal(coverageOf(snapshot, 'nodes')?.state, 'complete');
  });
}

test('no server: everything is partial, and readVersion says it in a sentence', async () => {
  const connection = connectTo('http://127.0.0.1:1');
  const snapshot = await takeSnapshot(connection, { now });
  for (const { source } of sourceRows) assert.equal(coverageOf(snapshot, source)?.state, 'partial');
  assert.equal(snapshot.cluster.id, 'unknown');
  await assert.rejects(readVersion(connection), { message: 'http://127.0.0.1:1: nothing listens there' });
  await connection.close();
});

test('logs of failing containers, cleaned; what left none is no gap', async () => {
  const { server, connection } = await serve();
  const esc = String.fromCharCode(27);
  const text = Array.from({ length: 300 }, (_, line) => `line ${line} ${esc}[31mred${esc}[0m`).join('\n');
  server.setLog({ namespace: 'shop', pod: 'web-1', container: 'main', previous: true }, text);
  const snapshot = await takeSnapshot(connection, { now, logs: true });
  assert.equal(snapshot.logs.length, 1);
  const [log] = snapshot.logs;
  assert.deepEqual([log?.container, log?.previous, log?.lines.length], ['main', true, 200]);
  assert.equal(log?.lines.at(-1), 'line 299 red');
  assert.equal(coverageOf(snapshot, 'logs')?.state, 'complete');

  server.fault('pods', { kind: '403', verbs: ['log'] });
  const denied = await takeSnapshot(connection, { now, logs: true });
  assert.equal(coverageOf(denied, 'logs')?.state, 'denied');
  assert.equal(coverageOf(denied, 'pods')?.state, 'complete');
});
