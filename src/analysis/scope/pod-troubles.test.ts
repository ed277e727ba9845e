import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeWorld } from '../../cluster/make-world.ts';
import { snapshotOf } from '../../cluster/project/snapshot-of.ts';
import { defaultThresholds } from '../../config/thresholds.ts';
import { minute } from '../../lib/clock.ts';
import { troublesOfOwner } from './pod-troubles.ts';

const now = Date.parse('2026-01-15T12:00:00Z');
const ago = (minutes: number): string => new Date(now - minutes * minute).toISOString();

const running = (minutes: number): object => ({ running: { startedAt: ago(minutes) } });
const ended = (exitCode: number, reason: string, from: number, to: number): object => ({
  terminated: { exitCode, reason, startedAt: ago(from), finishedAt: ago(to) },
});
const app = (state: object, more: object = {}): object => ({
  name: 'app',
  ready: false,
  restartCount: 0,
  state,
  ...more,
});

type Scene = { status: object; spec?: object; meta?: object; others?: object[]; owner?: string };

function checksOf({ status, spec, meta, others = [], owner = 'Pod' }: Scene): string {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', uid: 'p1', creationTimestamp: ago(60), ...meta },
    spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'x' }], ...spec },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(30) }],
      ...status,
    },
  };
  const world = makeWorld(snapshotOf([pod, ...others], { now }));
  const input = { world, now, thresholds: defaultThresholds, probes: [], customResults: [] };
  const name = owner === 'Job' ? 'import' : 'web-1';
  return troublesOfOwner(input, { kind: owner, namespace: 'shop', name })
    .map(({ check }) => check)
    .join();
}

const ready = { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: ago(30) }] };
const ofJob = { ownerReferences: [{ kind: 'Job', name: 'import', controller: true }] };
const job = (status: object, spec: object = {}): object => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'import', namespace: 'shop' },
  spec,
  status,
});
const failed = { phase: 'Failed', containerStatuses: [app(ended(4, 'Error', 3, 2))] };
const killing = (count: number): object => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e1', namespace: 'shop' },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'p1' },
  reason: 'Killing',
  message: 'Container app failed liveness probe, will be restarted',
  count,
  firstTimestamp: ago(2),
  lastTimestamp: ago(1),
});

const rows: [string, string, Scene][] = [
  ['running and ready', '', { status: { ...ready, containerStatuses: [app(running(30), { ready: true })] } }],
  ['done', '', { status: { phase: 'Succeeded', containerStatuses: [app(ended(0, 'Completed', 9, 8))] } }],
  [
    'on its way out',
    '',
    {
      status: { containerStatuses: [app({ waiting: { reason: 'CrashLoopBackOff' } })] },
      meta: { deletionTimestamp: ago(0) },
    },
  ],
  ['without any report', '', { status: { phase: undefined, conditions: [] } }],
  [
    'crashed once and running again',
    '',
    {
      status: {
        ...ready,
        containerStatuses: [app(running(1), { ready: true, restartCount: 1, lastState: ended(1, 'Error', 20, 1) })],
      },
    },
  ],
  [
    'between two crashes',
    'crash-loop',
    {
      status: {
        ...ready,
        containerStatuses: [app(running(0.2), { ready: true, restartCount: 3, lastState: ended(1, 'Error', 1, 0.7) })],
      },
    },
  ],
  [
    'having outlived its crashes',
    '',
    {
      status: {
        ...ready,
        containerStatuses: [app(running(5), { ready: true, restartCount: 3, lastState: ended(1, 'Error', 6, 5.5) })],
      },
    },
  ],
  [
    'ended for the first time, about to be restarted',
    'not-ready',
    { status: { containerStatuses: [app(ended(1, 'Error', 1, 0))] } },
  ],
  [
    'ended once more',
    'crash-loop',
    { status: { containerStatuses: [app(ended(1, 'Error', 1, 0), { restartCount: 1 })] } },
  ],
  [
    'killed twice by its liveness probe',
    'crash-loop',
    {
      status: {
        ...ready,
        containerStatuses: [
          app(running(0.5), { ready: true, restartCount: 1, lastState: ended(137, 'Error', 2, 0.6) }),
        ],
      },
      others: [killing(2)],
    },
  ],
  [
    'killed once by its liveness probe',
    '',
    {
      status: {
        ...ready,
        containerStatuses: [
          app(running(0.5), { ready: true, restartCount: 1, lastState: ended(137, 'Error', 2, 0.6) }),
        ],
      },
      others: [killing(1)],
    },
  ],
  [
    'killed for its memory ten minutes ago',
    'oom-killed',
    {
      status: {
        ...ready,
        containerStatuses: [
          app(running(10), { ready: true, restartCount: 1, lastState: ended(137, 'OOMKilled', 60, 10) }),
        ],
      },
    },
  ],
  [
    'killed for its memory an hour ago',
    '',
    {
      status: {
        ...ready,
        containerStatuses: [
          app(running(60), { ready: true, restartCount: 1, lastState: ended(137, 'OOMKilled', 90, 60) }),
        ],
      },
    },
  ],
  ['bare and failed', 'crash-loop', { status: failed }],
  [
    'failed under a controller that makes another',
    '',
    {
      status: failed,
      meta: { ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', controller: true }] },
      owner: 'ReplicaSet',
    },
  ],
  [
    'failed in a Job that tries again',
    '',
    { status: failed, meta: ofJob, others: [job({ active: 1, failed: 1 })], owner: 'Job' },
  ],
  [
    'killed for its memory in a Job that goes on',
    'oom-killed',
    {
      status: { phase: 'Failed', containerStatuses: [app(ended(137, 'OOMKilled', 3, 2))] },
      meta: ofJob,
      others: [job({ active: 1, failed: 1 })],
      owner: 'Job',
    },
  ],
  [
    'killed for its memory in a Job that went well after all',
    '',
    {
      status: { phase: 'Failed', containerStatuses: [app(ended(137, 'OOMKilled', 3, 2))] },
      meta: ofJob,
      others: [job({ succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] })],
      owner: 'Job',
    },
  ],
  [
    'waiting for its image in a Job',
    'image-pull',
    {
      status: { phase: 'Pending', containerStatuses: [app({ waiting: { reason: 'ErrImagePull' } })] },
      meta: ofJob,
      others: [job({ active: 1 })],
      owner: 'Job',
    },
  ],
  [
    'waiting for its image in a suspended Job',
    '',
    {
      status: { phase: 'Pending', containerStatuses: [app({ waiting: { reason: 'ErrImagePull' } })] },
      meta: ofJob,
      others: [job({}, { suspend: true })],
      owner: 'Job',
    },
  ],
  [
    'not ready and crashing is one trouble',
    'crash-loop',
    { status: { containerStatuses: [app({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 4 })] } },
  ],
  [
    'two containers, two troubles',
    'crash-loop,image-pull',
    {
      status: {
        containerStatuses: [
          app({ waiting: { reason: 'CrashLoopBackOff' } }),
          { ...app({ waiting: { reason: 'ErrImagePull' } }), name: 'side' },
        ],
      },
    },
  ],
];

describe('a pod that is', () => {
  for (const [what, checks, scene] of rows) {
    test(`${what}: ${checks || 'no trouble'}`, () => assert.equal(checksOf(scene), checks));
  }
});
