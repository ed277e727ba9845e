import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeWorld } from '../../cluster/make-world.ts';
import { snapshotOf } from '../../cluster/project/snapshot-of.ts';
import { defaultThresholds } from '../../config/thresholds.ts';
import { minute } from '../../lib/clock.ts';
import { findExpectedUntil } from './disruption.ts';

const now = Date.parse('2026-01-15T12:00:00Z');
const ago = (minutes: number): string => new Date(now - minutes * minute).toISOString();
const owner = { kind: 'Deployment', namespace: 'shop', name: 'web' };

const deployment = (status: object): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', generation: 2 },
  spec: { replicas: 2 },
  status: { observedGeneration: 2, replicas: 2, readyReplicas: 1, updatedReplicas: 2, ...status },
});
const replicaSet = (hash: string, minutes: number): object => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `web-${hash}`,
    namespace: 'shop',
    creationTimestamp: ago(minutes),
    ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
  },
  spec: { replicas: 1 },
});
const pod = (name: string, minutes: number, more: { meta?: object; spec?: object; status?: object } = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'shop',
    creationTimestamp: ago(minutes),
    ownerReferences: [{ kind: 'ReplicaSet', name: name.slice(0, name.lastIndexOf('-')), controller: true }],
    ...more.meta,
  },
  spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'x' }], ...more.spec },
  status: { phase: 'Running', ...more.status },
});
const node = (spec: object): object => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, spec });
const disrupted = (minutes: number): object => ({
  conditions: [
    { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', lastTransitionTime: ago(minutes) },
  ],
});
const scaleUp = (minutes: number): object => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e1', namespace: 'shop' },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-b-1' },
  reason: 'TriggeredScaleUp',
  message: 'pod triggered scale-up',
  firstTimestamp: ago(minutes),
});

/** Minutes from now for which `web-b-1` is excused; 0 for not at all. */
function excusedFor(objects: readonly object[], excuse?: 'starting' | 'rollout' | 'none', startup = 5): number {
  const world = makeWorld(
    snapshotOf(
      [...objects, ...(objects.some((one) => 'kind' in one && one.kind === 'Deployment') ? [] : [deployment({})])],
      { now },
    ),
  );
  const thresholds = { ...defaultThresholds, startup: startup * minute };
  const affected = world.pod('shop', 'web-b-1');
  assert.ok(affected);
  const until = findExpectedUntil({ world, now, thresholds, probes: [], customResults: [] }, owner, [affected], excuse);
  return until === undefined ? 0 : (until - now) / minute;
}

const moving = deployment({ replicas: 3, updatedReplicas: 1 });

const rows: [string, number, readonly object[], ('starting' | 'rollout' | 'none')?, number?][] = [
  ['a young pod, until the startup threshold', 4, [pod('web-b-1', 1)]],
  ['an old pod never', 0, [pod('web-b-1', 60)]],
  ['a pod of the revision that is rolled out, for ten minutes', 4, [moving, replicaSet('b', 6), pod('web-b-1', 6)]],
  [
    '... for as long as the startup threshold, where that is more',
    14,
    [moving, replicaSet('b', 6), pod('web-b-1', 6)],
    'starting',
    20,
  ],
  ['... and never beyond 30 minutes', 24, [moving, replicaSet('b', 6), pod('web-b-1', 6)], 'rollout', 90],
  ['a rollout of yesterday excuses nobody', 0, [moving, replicaSet('b', 1440), pod('web-b-1', 1440)]],
  [
    'a rollout past its deadline excuses nobody',
    0,
    [
      deployment({
        replicas: 3,
        updatedReplicas: 1,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
      }),
      replicaSet('b', 6),
      pod('web-b-1', 6),
    ],
  ],
  ['a finished rollout excuses nobody', 0, [deployment({}), replicaSet('b', 6), pod('web-b-1', 6)]],
  [
    'what cannot start by itself is not excused for being new',
    0,
    [moving, replicaSet('b', 1), pod('web-b-1', 1)],
    'none',
  ],
  [
    'a sibling that is drained',
    8,
    [pod('web-b-1', 60), pod('web-b-2', 60, { meta: { deletionTimestamp: ago(1) }, status: disrupted(2) })],
  ],
  [
    'a sibling deleted from a cordoned node',
    7.5,
    [pod('web-b-1', 60), node({ unschedulable: true }), pod('web-b-2', 60, { meta: { deletionTimestamp: ago(2) } })],
  ],
  [
    'a sibling deleted by hand excuses nobody',
    0,
    [pod('web-b-1', 60), node({}), pod('web-b-2', 60, { meta: { deletionTimestamp: ago(2) } })],
  ],
  [
    'a node that the autoscaler takes away',
    9,
    [
      pod('web-b-1', 60),
      node({ taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule', timeAdded: ago(1) }] }),
    ],
  ],
  ['a node that is on its way', 7, [pod('web-b-1', 60, { spec: { nodeName: null } }), scaleUp(3)], 'none'],
  [
    'a scheduling gate, for ten minutes',
    3,
    [pod('web-b-1', 7, { spec: { nodeName: null, schedulingGates: [{ name: 'example.com/wait' }] } })],
    'none',
  ],
];

describe('expected disruption', () => {
  for (const [what, minutes, objects, excuse, startup] of rows) {
    test(what, () => assert.equal(excusedFor(objects, excuse, startup), minutes));
  }
});
