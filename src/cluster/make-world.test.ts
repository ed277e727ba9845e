import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from './make-world.ts';
import type { Labels, Ref, Selector } from './objects.ts';
import { snapshotOf } from './project/snapshot-of.ts';
import { matches } from './select.ts';
import { refName, type World } from './world.ts';

const world = (...objects: object[]): World => makeWorld(snapshotOf(objects, { now: 0 }));

type Owner = { kind: string; name: string };
function object(
  kind: string,
  name: string,
  { owner, labels, ...rest }: { owner?: Owner; labels?: Labels; [field: string]: unknown } = {},
): object {
  const ownerReferences = owner ? [{ ...owner, uid: owner.name, controller: true }] : [];
  return { kind, metadata: { name, namespace: 'shop', labels, ownerReferences }, ...rest };
}
const names = (pods: readonly { name: string }[]): string[] => pods.map(({ name }) => name);

const hashed = { 'pod-template-hash': '7c9f' };
const set = { kind: 'ReplicaSet', name: 'web-7c9f' };

test('the top owner is the object that people name', () => {
  const rows: [why: string, pod: object, others: object[], top: string][] = [
    ['a bare pod is its own', object('Pod', 'web'), [], 'Pod shop/web'],
    [
      'through a ReplicaSet',
      object('Pod', 'web-7c9f-x', { owner: set }),
      [object('ReplicaSet', 'web-7c9f', { owner: { kind: 'Deployment', name: 'web' } })],
      'Deployment shop/web',
    ],
    [
      'by the label where the ReplicaSet was not seen',
      object('Pod', 'web-7c9f-x', { owner: set, labels: hashed }),
      [],
      'Deployment shop/web',
    ],
    [
      'by the Deployment where there is no label',
      object('Pod', 'web-7c9f-x', { owner: set }),
      [object('Deployment', 'web')],
      'Deployment shop/web',
    ],
    ['not by a guess', object('Pod', 'web-7c9f-x', { owner: set }), [], 'ReplicaSet shop/web-7c9f'],
    [
      'a ReplicaSet of its own',
      object('Pod', 'web-7c9f-x', { owner: set, labels: hashed }),
      [object('ReplicaSet', 'web-7c9f')],
      'ReplicaSet shop/web-7c9f',
    ],
    [
      'an Argo Rollout by its own label',
      object('Pod', 'web-7c9f-x', { owner: set, labels: { 'rollouts-pod-template-hash': '7c9f' } }),
      [],
      'Rollout shop/web',
    ],
    [
      'a custom resource keeps its kind',
      object('Pod', 'pg-1', { owner: { kind: 'Cluster', name: 'pg' } }),
      [],
      'Cluster shop/pg',
    ],
    [
      'a static pod is its own',
      object('Pod', 'etcd-n1', { owner: { kind: 'Node', name: 'n1' } }),
      [],
      'Pod shop/etcd-n1',
    ],
    [
      'a Job stays the Job',
      object('Pod', 'backup-1-x', { owner: { kind: 'Job', name: 'backup-1' } }),
      [object('Job', 'backup-1', { owner: { kind: 'CronJob', name: 'backup' } })],
      'Job shop/backup-1',
    ],
    [
      'a StatefulSet stays itself, whoever made it',
      object('Pod', 'p-0', { owner: { kind: 'StatefulSet', name: 'p' } }),
      [object('StatefulSet', 'p', { owner: { kind: 'Prometheus', name: 'main' } })],
      'StatefulSet shop/p',
    ],
    [
      'owners in a circle come to an end',
      object('Pod', 'x', { owner: { kind: 'ReplicaSet', name: 'a' } }),
      [object('ReplicaSet', 'a', { owner: { kind: 'ReplicaSet', name: 'a' } })],
      'ReplicaSet shop/a',
    ],
  ];
  for (const [why, pod, others, top] of rows) {
    const seen = world(pod, ...others);
    const [first] = seen.snapshot.pods;
    assert.ok(first);
    assert.equal(refName(seen.topOwner(first)), top, why);
    assert.deepEqual(names(seen.podsOf(seen.topOwner(first))), [first.name], why);
  }
});

test('pods are found by owner, node, label and Service, in the order of their names', () => {
  const labels = { app: 'web' };
  const seen = world(
    object('Pod', 'web-b', { labels, spec: { nodeName: 'n1' } }),
    object('Pod', 'web-a', { labels, spec: { nodeName: 'n1' } }),
    object('Pod', 'db', { labels: { app: 'db' }, spec: { nodeName: 'n2' } }),
    { kind: 'Pod', metadata: { name: 'web-c', namespace: 'blog', labels } },
    object('Service', 'web', { spec: { selector: labels } }),
    object('Service', 'external', { spec: { type: 'ExternalName' } }),
  );
  const [web, external] = seen.snapshot.services;
  assert.ok(web && external);
  assert.deepEqual(names(seen.podsOnNode('n1')), ['web-a', 'web-b']);
  assert.deepEqual(names(seen.podsOfService(web)), ['web-a', 'web-b']);
  assert.deepEqual(names(seen.podsOfService(external)), []);
  assert.deepEqual(names(seen.podsMatching('shop', {})), ['db', 'web-a', 'web-b']);
  assert.deepEqual(names(seen.podsMatching('blog', labels)), ['web-c']);
  const pod = seen.pod('shop', 'web-a');
  assert.ok(pod);
  assert.deepEqual(names(seen.servicesOf(pod)), ['web']);
});

test('objects are found by their reference', () => {
  const seen = world(object('Pod', 'a'), object('Deployment', 'a'), object('ConfigMap', 'a'), object('Backup', 'a'), {
    kind: 'Node',
    metadata: { name: 'a' },
  });
  for (const kind of ['Pod', 'Deployment', 'ConfigMap', 'Backup']) {
    assert.equal(seen.find({ kind, namespace: 'shop', name: 'a' })?.kind, kind);
    assert.equal(seen.find({ kind, namespace: 'shop', name: 'b' }), undefined);
  }
  assert.equal(seen.find({ kind: 'Node', name: 'a' }), seen.node('a'));
});

test('slices count, the Endpoints that they mirror only where there is none', () => {
  const slice = object('EndpointSlice', 'web-x', { labels: { 'kubernetes.io/service-name': 'web' } });
  const seen = world(
    object('Service', 'web'),
    object('Service', 'old'),
    slice,
    object('Endpoints', 'web'),
    object('Endpoints', 'old'),
  );
  assert.deepEqual(
    seen.snapshot.services.map((service) => seen.endpointsOf(service).map(({ kind }) => kind)),
    [['EndpointSlice'], ['Endpoints']],
  );
});

test('the newest event comes first', () => {
  const about = { kind: 'Pod', namespace: 'shop', name: 'web' };
  const event = (name: string, lastTimestamp: string): object =>
    object('Event', name, { involvedObject: about, lastTimestamp });
  const seen = world(
    event('old', '2026-11-24T08:00:00Z'),
    event('new', '2026-11-24T09:00:00Z'),
    object('Event', 'undated', { involvedObject: about }),
  );
  assert.deepEqual(names(seen.eventsOf(about)), ['new', 'old', 'undated']);
  assert.deepEqual(seen.eventsOf({ kind: 'Pod', name: 'web' } satisfies Ref), []);
});

test('logs and usage belong to a pod', () => {
  const log = { namespace: 'shop', pod: 'web', container: 'main', previous: true, lines: ['x'] };
  const usage = {
    kind: 'PodMetrics',
    metadata: { name: 'web', namespace: 'shop' },
    containers: [{ name: 'main', usage: { cpu: '10m', memory: '1Ki' } }],
  };
  const seen = makeWorld(snapshotOf([object('Pod', 'web'), usage], { now: 0, logs: [log] }));
  const pod = seen.pod('shop', 'web');
  assert.ok(pod);
  assert.equal(seen.logOf(pod, 'main', true), log);
  assert.equal(seen.logOf(pod, 'main', false), undefined);
  assert.deepEqual(seen.usageOf(pod)?.containers, [{ name: 'main', cpu: 0.01, memory: 1024 }]);
});

test('only what was seen whole is seen', () => {
  const seen = makeWorld(snapshotOf([], { now: 0, covers: ['pods'] }));
  assert.deepEqual([seen.seen('pods'), seen.seen('nodes')], [true, false]);
});

test('selectors of the API', () => {
  const expression = (key: string, operator: string, ...values: string[]): Selector => ({
    matchLabels: {},
    matchExpressions: [{ key, operator, values }],
  });
  const labels = { app: 'web', tier: 'front' };
  const rows: [selector: Selector | Labels, fits: boolean][] = [
    [{}, true],
    [{ app: 'web' }, true],
    [{ app: 'web', tier: 'back' }, false],
    [{ matchLabels: { app: 'web' }, matchExpressions: [] }, true],
    [expression('app', 'In', 'web', 'x'), true],
    [expression('app', 'NotIn', 'web'), false],
    [expression('none', 'NotIn', 'web'), true],
    [expression('app', 'Exists'), true],
    [expression('app', 'DoesNotExist'), false],
    [expression('app', 'Like', 'web'), false],
  ];
  for (const [selector, fits] of rows) assert.equal(matches(selector, labels), fits, JSON.stringify(selector));
});
