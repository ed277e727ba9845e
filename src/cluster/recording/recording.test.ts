import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { fields } from '../project/read.ts';
import type { Snapshot, SourceName } from '../snapshot.ts';
import { readRawObjects, readRecording } from './read-recording.ts';
import { redactText } from './redact-text.ts';
import { writeRecording } from './write-recording.ts';

const at = Date.parse('2026-11-24T09:00:00Z');
const made: string[] = [];
after(() => Promise.all(made.map((dir) => rm(dir, { recursive: true }))));

async function folder(files: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'recording-'));
  made.push(dir);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return dir;
}

const complete = (snapshot: Snapshot): SourceName[] =>
  snapshot.coverage.filter(({ state }) => state === 'complete').map(({ source }) => source);
const states = (snapshot: Snapshot, ...sources: SourceName[]): (string | undefined)[] =>
  sources.map((source) => snapshot.coverage.find((one) => one.source === source)?.state);

const pod = (name: string, created = '2026-11-24T08:00:00Z'): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: created, labels: { env: 'prod' } },
  spec: {
    containers: [
      { name: 'main', image: 'shop:1', command: ['serve', '--port', '80'], env: [{ name: 'DB_HOST', value: 'db' }] },
    ],
  },
  status: { phase: 'Running' },
});
const list = (...items: object[]): object => ({ apiVersion: 'v1', kind: 'List', items });

test('what was written is read back: objects, clock, cluster, coverage and logs', async () => {
  const dir = await folder();
  const log = { namespace: 'shop', pod: 'web', container: 'main', previous: true, lines: ['one', 'two'] };
  const summary = {
    node: { nodeName: 'n1' },
    pods: [
      { podRef: { name: 'web', namespace: 'shop' }, volume: [{ name: 'data', capacityBytes: 100, availableBytes: 3 }] },
    ],
  };
  async function* pods(): AsyncGenerator<unknown> {
    yield pod('web');
    // An item of a list as the API prints it, without its kind.
    yield { metadata: { name: 'db', namespace: 'shop' }, spec: { containers: [] } };
  }
  const coverage = await writeRecording({ pods: pods(), nodes: [], logs: [log], volumestats: [summary] }, dir, {
    at,
    cluster: { id: 'c1', name: 'prod', version: 'v1.35.0' },
    coverage: () => [{ source: 'events', state: 'denied', count: 0, reason: 'forbidden' }],
  });
  assert.deepEqual(
    coverage.find(({ source }) => source === 'pods'),
    { source: 'pods', state: 'complete', count: 2, seenAt: at },
  );
  const snapshot = await readRecording(dir);
  assert.equal(snapshot.at, at);
  assert.deepEqual(snapshot.cluster, { id: 'c1', name: 'prod', version: 'v1.35.0' });
  assert.deepEqual(complete(snapshot), ['pods', 'nodes', 'volumestats', 'logs']);
  assert.deepEqual(states(snapshot, 'events', 'jobs'), ['denied', 'absent']);
  assert.deepEqual(
    snapshot.pods.map(({ kind, name, labels }) => [kind, name, labels['env']]),
    [
      ['Pod', 'web', 'prod'],
      ['Pod', 'db', undefined],
    ],
  );
  assert.deepEqual(snapshot.pods[0]?.containers[0]?.env, [{ name: 'DB_HOST' }]);
  assert.deepEqual(snapshot.pods[0]?.containers[0]?.command, ['serve', '--port', '80']);
  assert.deepEqual(snapshot.logs, [log]);
  assert.deepEqual(snapshot.volumeUsage, [
    { namespace: 'shop', pod: 'web', volume: 'data', capacity: 100, available: 3 },
  ]);
});

test('a source that breaks off is partial, the others are whole', async () => {
  const dir = await folder();
  async function* broken(): AsyncGenerator<unknown> {
    yield pod('web');
    throw new Error('connection reset');
  }
  await writeRecording({ pods: broken(), nodes: [] }, dir, { at, cluster: { id: 'c1', name: 'prod' } });
  const snapshot = await readRecording(dir);
  assert.deepEqual(states(snapshot, 'pods', 'nodes'), ['partial', 'complete']);
  assert.equal(snapshot.coverage.find(({ source }) => source === 'pods')?.reason, 'connection reset');
  assert.equal(snapshot.pods.length, 1);
});

/** Everywhere a secret may stand in what a cluster hands out. */
function planted(canary: string): { source: SourceName; object: unknown }[] {
  const container = {
    name: 'main',
    image: 'shop:1',
    env: [{ name: 'DB_PASSWORD', value: canary }],
    command: ['serve', `--db-password=${canary}`, '--api-key', canary],
    args: [`postgres://shop:${canary}@db:5432/shop`],
    livenessProbe: { httpGet: { path: '/', httpHeaders: [{ name: 'Authorization', value: canary }] } },
  };
  const spec = { containers: [container], initContainers: [container], ephemeralContainers: [container] };
  const metadata = {
    name: 'web',
    namespace: 'shop',
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': canary,
      'vault.example.com/secret': canary,
      'kubernetes.io/change-cause': `kubectl set env DB_TOKEN=${canary}`,
    },
    managedFields: [{ manager: 'kubectl', time: '2026-11-24T08:00:00Z', fieldsV1: { [`v:"${canary}"`]: {} } }],
  };
  const named = (apiVersion: string, kind: string, rest: object): object => ({ apiVersion, kind, metadata, ...rest });
  return [
    {
      source: 'pods',
      object: named('v1', 'Pod', {
        spec: { ...spec, volumes: [{ name: 'v', csi: { volumeAttributes: { token: canary } } }] },
        status: { containerStatuses: [{ state: { terminated: { message: `password: ${canary}` } } }] },
      }),
    },
    { source: 'deployments', object: named('apps/v1', 'Deployment', { spec: { template: { spec } } }) },
    {
      source: 'controllerrevisions',
      object: named('apps/v1', 'ControllerRevision', { data: { spec: { template: { spec } } } }),
    },
    {
      source: 'cronjobs',
      object: named('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template: { spec } } } } }),
    },
    { source: 'configmaps', object: named('v1', 'ConfigMap', { data: { key: canary }, binaryData: { blob: canary } }) },
    { source: 'configmaps', object: named('v1', 'Secret', { data: { key: canary }, stringData: { other: canary } }) },
    { source: 'configmaps', object: { kind: 'List', items: [named('v1', 'Secret', { data: { key: canary } })] } },
    { source: 'events', object: named('v1', 'Event', { message: `login failed: {"token": "${canary}"}` }) },
    {
      source: 'logs',
      object: {
        namespace: 'shop',
        pod: 'web',
        container: 'main',
        previous: false,
        lines: [
          `secret_key = ${canary}`,
          `"password" : "${canary}"`,
          `GET /?access_token=${canary}&x=1`,
          '-----BEGIN RSA PRIVATE KEY-----',
          canary,
          '-----END RSA PRIVATE KEY-----',
        ],
      },
    },
    { source: 'volumestats', object: { node: { nodeName: 'n1', systemContainers: [canary] }, pods: [] } },
  ];
}

test('no secret is in any written byte', async () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9!$%^*_+./=-]{12,40}$/);
  await fc.assert(
    fc.asyncProperty(secret, async (text) => {
      const canary = `canary${text}`;
      const dir = await folder();
      const objects = planted(canary);
      const bySource = Object.fromEntries(
        objects.map(({ source }) => [
          source,
          objects.filter((one) => one.source === source).map(({ object }) => object),
        ]),
      );
      await writeRecording(bySource, dir, { at, cluster: { id: 'c1', name: 'prod' } });
      for (const file of await readdir(dir)) {
        const bytes = await readFile(join(dir, file));
        const written = file.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
        assert.ok(!written.includes(canary), `${file}: ${written}`);
      }
    }),
    { numRuns: 30 },
  );
});

test('texts lose what looks like a secret and keep what explains a failure', () => {
  const rows: [text: string, kept: string][] = [
    ['Authorization: Bearer abcdefghijk', 'Authorization: <removed> <removed>'],
    ['dial postgres://app:hunter2@db:5432 refused', 'dial postgres://app:<removed>@db:5432 refused'],
    ['using ghp_abcdefghijklmnopqrst now', 'using <removed> now'],
    [
      'post https://hooks.slack.com/services/T0/B0/xyz failed',
      'post https://hooks.slack.com/services/<removed> failed',
    ],
    ['jwt eyJhbGciOi.eyJzdWIi.c2ln expired', 'jwt <removed> expired'],
    ['secret "db-credentials" not found', 'secret "db-credentials" not found'],
    ["couldn't find key token in Secret shop/db", "couldn't find key token in Secret shop/db"],
    [
      'MountVolume.SetUp failed for volume "token" : secret "db" not found',
      'MountVolume.SetUp failed for volume "token" : secret "db" not found',
    ],
    ['password authentication failed for user "app"', 'password authentication failed for user "app"'],
    ['connect to db:5432: connection refused', 'connect to db:5432: connection refused'],
  ];
  for (const [text, kept] of rows) assert.equal(redactText(text), kept);
});

test('a List in one file is a whole cluster, its newest moment the clock', async () => {
  const events = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, lastTimestamp: '2026-11-24T08:30:00Z' };
  const later = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'c' },
    status: { notAfter: '2030-01-01T00:00:00Z' },
  };
  const yaml =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web, creationTimestamp: "2026-11-24T08:30:00Z"}\n---\nkind: Node\napiVersion: v1\nmetadata: {name: n1}\n';
  const dir = await folder({ 'cluster.json': list(pod('web'), events, later), 'cluster.yaml': yaml });
  const snapshot = await readRecording(join(dir, 'cluster.json'));
  assert.equal(snapshot.at, Date.parse('2026-11-24T08:30:00Z'), 'an expiry lies ahead and is no clock');
  assert.deepEqual(states(snapshot, 'pods', 'nodes', 'podmetrics'), ['complete', 'complete', 'absent']);
  assert.equal((await readRecording(join(dir, 'cluster.yaml'))).nodes.length, 1);
  assert.equal((await readRecording(join(dir, 'cluster.json'), { now: at })).at, at);
});

test('a PodList in one file covers the pods only', async () => {
  const dir = await folder({ 'x.json': { apiVersion: 'v1', kind: 'PodList', items: [pod('web')] } });
  assert.deepEqual(complete(await readRecording(join(dir, 'x.json'))), ['pods']);
});

test('a folder of kubectl outputs covers the kinds it has, empty ones by their name', async () => {
  const dir = await folder({
    'pods.json': list(pod('web')),
    'deployments.apps.yaml': 'apiVersion: v1\nkind: List\nitems: []\n',
    'inner/all-services.json': { apiVersion: 'v1', kind: 'ServiceList', items: [] },
    'nodes.metrics.k8s.io.json': { kind: 'NodeMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', items: [] },
    'notes.txt': 'not an object',
    'logs/shop/web/main.log': 'one\n',
    'logs/shop/web/main.previous.log': 'before\n',
  });
  const snapshot = await readRecording(dir);
  assert.deepEqual(complete(snapshot), ['pods', 'deployments', 'services', 'nodemetrics', 'logs']);
  assert.deepEqual(
    snapshot.logs.map(({ container, previous, lines }) => [container, previous, ...lines]),
    [
      ['main', false, 'one'],
      ['main', true, 'before'],
    ],
  );
  assert.equal(snapshot.at, Date.parse('2026-11-24T08:00:00Z'));
});

test('a support bundle: objects without kinds, logs, and what its collector could not read', async () => {
  const bare = { metadata: { name: 'web', namespace: 'shop', creationTimestamp: '2026-11-24T08:00:00Z' } };
  const dir = await folder({
    'bundle-1/cluster-resources/pods/shop.json': [bare],
    'bundle-1/cluster-resources/pods/logs/shop/web/main.log': 'one\ntwo\n',
    'bundle-1/cluster-resources/pods/logs/shop/web/main-previous.log': 'before\n',
    'bundle-1/cluster-resources/pods-errors.json': 'null',
    'bundle-1/cluster-resources/pvcs/shop.json': { kind: 'PersistentVolumeClaimList', apiVersion: 'v1', items: [] },
    'bundle-1/cluster-resources/events-errors.json': { shop: 'events is forbidden' },
    'bundle-1/host-collectors/cpu.json': { cpus: 4 },
  });
  const snapshot = await readRecording(dir);
  assert.deepEqual(states(snapshot, 'pods', 'persistentvolumeclaims', 'events', 'jobs', 'logs'), [
    'complete',
    'complete',
    'partial',
    'absent',
    'complete',
  ]);
  assert.equal(snapshot.pods[0]?.kind, 'Pod');
  assert.deepEqual(
    snapshot.logs.map(({ previous, lines }) => [previous, lines]),
    [
      [true, ['before']],
      [false, ['one', 'two']],
    ],
  );
});

test('raw objects come out of every layout, with their kind', async () => {
  const own = await folder();
  await writeRecording({ pods: [pod('web')], logs: [] }, own, { at, cluster: { id: 'c1', name: 'prod' } });
  const list = { apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'web' } }] };
  const kubectl = await folder({
    'a/pods.json': list,
    'cluster-resources/pods/shop.json': [{ metadata: { name: 'web' } }],
  });
  const rows = [own, join(kubectl, 'a'), join(kubectl, 'a/pods.json'), kubectl];
  for (const path of rows) {
    const objects = await Array.fromAsync(readRawObjects(path));
    assert.deepEqual(
      objects.map((object) => [fields(object)['kind'], fields(fields(object)['metadata'])['name']]),
      [['Pod', 'web']],
      path,
    );
  }
});

test('what cannot be read is said in a sentence that names it', async () => {
  const dir = await folder({
    'broken.json': '{"kind":',
    'broken.yaml': 'a: [1',
    'empty/notes.txt': '',
    'newer/meta.json': {
      format: 'k8s-monitor recording',
      version: 99,
      at,
      cluster: { id: '', name: '' },
      coverage: [],
    },
    'cut/meta.json': {
      format: 'k8s-monitor recording',
      version: 1,
      at,
      cluster: { id: '', name: '' },
      coverage: [{ source: 'pods', state: 'complete', count: 1 }],
    },
    'packed.tar.gz': '',
  });
  const rows: [path: string, message: RegExp][] = [
    ['none', /there is no recording at .*none/],
    ['broken.json', /broken\.json is no JSON/],
    ['broken.yaml', /broken\.yaml is no YAML/],
    ['empty', /empty holds no Kubernetes objects/],
    ['newer', /recorded by a newer k8s-monitor \(format 99/],
    ['cut', /pods\.json\.gz cannot be read/],
    ['packed.tar.gz', /unpack it/],
  ];
  for (const [path, message] of rows) {
    await assert.rejects(() => readRecording(join(dir, path)), { name: 'RecordingError', message });
  }
});
