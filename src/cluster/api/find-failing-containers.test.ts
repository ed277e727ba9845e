import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snapshotOf } from '../project/snapshot-of.ts';
import { findFailingContainers } from './find-failing-containers.ts';

const now = Date.parse('2026-11-24T09:00:00Z');
const pod = (name: string, status: object, owner = name): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'shop',
    uid: name,
    ownerReferences: [{ kind: 'ReplicaSet', name: owner, uid: owner, controller: true }],
  },
  spec: { containers: [{ name: 'main' }] },
  status: { phase: 'Running', containerStatuses: [{ name: 'main', ready: false, restartCount: 0, ...status }] },
});
const found = (...objects: object[]): string[] =>
  findFailingContainers(snapshotOf(objects, { now })).map(
    (one) => `${one.pod}/${one.container}${one.previous ? ' previous' : ''}`,
  );

const ended = (exitCode: number, finishedAt = '2026-11-24T08:59:00Z'): object => ({
  terminated: { exitCode, reason: exitCode ? 'Error' : 'Completed', finishedAt },
});
const running = (startedAt: string): object => ({ running: { startedAt } });

const rows: { is: string; status: object; reads: string[] }[] = [
  {
    is: 'waits to be started again',
    status: { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ended(1) },
    reads: ['p/main previous'],
  },
  { is: 'waits for its image', status: { state: { waiting: { reason: 'ImagePullBackOff' } } }, reads: [] },
  { is: 'ended with an error', status: { state: ended(2) }, reads: ['p/main'] },
  {
    is: 'ended with an error, as before',
    status: { state: ended(2), lastState: ended(2) },
    reads: ['p/main', 'p/main previous'],
  },
  { is: 'ended well', status: { state: ended(0) }, reads: [] },
  { is: 'runs and is ready', status: { ready: true, state: running('2026-11-24T08:00:00Z') }, reads: [] },
  {
    is: 'runs, ready, after a crash a minute ago',
    status: { ready: true, state: running('2026-11-24T08:59:00Z'), lastState: ended(137) },
    reads: ['p/main', 'p/main previous'],
  },
  {
    is: 'runs, ready, after a crash two hours ago',
    status: { ready: true, state: running('2026-11-24T07:00:00Z'), lastState: ended(137, '2026-11-24T07:00:00Z') },
    reads: [],
  },
  { is: 'is not ready for 3 minutes', status: { state: running('2026-11-24T08:57:00Z') }, reads: ['p/main'] },
  { is: 'is not ready for 1 minute', status: { state: running('2026-11-24T08:59:00Z') }, reads: [] },
];
for (const { is, status, reads } of rows) {
  test(`logs of a container that ${is}: ${reads.join(', ') || 'none'}`, () => {
    assert.deepEqual(found(pod('p', status)), reads);
  });
}

test('the worst first, one pod of each owner before the second of any, 50 at most', () => {
  const crashing = { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ended(1) };
  const replicas = Array.from({ length: 60 }, (_, index) => pod(`web-${index}`, crashing, 'web'));
  const slow = pod('api-0', { state: running('2026-11-24T08:50:00Z') }, 'api');
  const all = found(...replicas, slow);
  assert.equal(all.length, 50);
  assert.deepEqual(all.slice(0, 3), ['web-0/main previous', 'api-0/main', 'web-1/main previous']);
});
