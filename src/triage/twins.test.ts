import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revisionWith } from '../../test/support/revision.ts';
import { type HistoryStep, rolledOut, template } from '../../test/support/rollouts.ts';
import { finding, judgeOnce, noon, workload, worldOf } from '../../test/support/triage.ts';
import type { Finding } from '../analysis/finding.ts';
import { findChanges } from '../changes/find-changes.ts';
import { minute } from '../lib/clock.ts';
import type { Incident } from './incident.ts';

/** The incident of Deployment shop/web in that cluster. */
function judged(cluster: readonly unknown[], parts: Partial<Finding> = {}): Incident {
  const world = worldOf(cluster);
  const { incidents } = judgeOnce({
    revision: revisionWith(),
    world,
    changes: findChanges(world),
    findings: [finding('not-ready', 'Deployment shop/web', parts)],
  });
  const [incident] = incidents;
  assert.ok(incident);
  return incident;
}
const compared = ({ evidence }: Incident): string[] =>
  evidence.filter(({ id }) => id.startsWith('t')).map(({ text }) => text);

const settings = (name: string, ready = 1): unknown[] => {
  const [owner, ...pods] = workload(`Deployment shop/${name}`, { ready, image: `${name}:1` });
  const { spec } = owner as { spec: { template: { spec: { containers: Record<string, unknown>[] } } } };
  for (const container of spec.template.spec.containers)
    container['envFrom'] = [{ configMapRef: { name: 'settings' } }];
  return [owner, ...pods];
};

/** Deployment shop/web fails for no cause that is seen. What it is compared with, and what comes of it. */
const rows: [what: string, cluster: unknown[], says: string[]][] = [
  ['alone in the cluster', workload('Deployment shop/web', { ready: 0, image: 'web:1' }), []],
  [
    'the same image runs elsewhere',
    [
      workload('Deployment shop/web', { ready: 0, image: 'web:1' }),
      workload('Deployment cart/web', { image: 'web:1' }),
    ],
    ['compared by image web:1: Deployment cart/web with the same is well'],
  ],
  [
    'the same image fails elsewhere too',
    [
      workload('Deployment shop/web', { ready: 0, image: 'web:1' }),
      workload('Deployment cart/web', { image: 'web:1', ready: 0 }),
    ],
    [],
  ],
  [
    'others read the same configuration',
    [settings('web', 0), settings('api'), settings('jobs')],
    ['compared by ConfigMap shop/settings: Deployment shop/api and Deployment shop/jobs with the same are well'],
  ],
  [
    'only its pods on one node fail',
    workload('Deployment shop/web', { wanted: 3, ready: 2, nodes: ['n1', 'n1', 'n2'] }),
    ['compared with other nodes: 2 pods are ready there, only those on n2 fail'],
  ],
  [
    'a twin on its node is ready',
    workload('Deployment shop/web', { wanted: 2, ready: 1, nodes: ['n1'] }),
    ['compared on its node: 1 pod is ready there'],
  ],
];

for (const [what, cluster, says] of rows) {
  test(`twins: ${what}`, () => assert.deepEqual(compared(judged(cluster)), says));
}

test('twins: a cause that is proven is compared with nothing', () => {
  const cluster = [
    workload('Deployment shop/web', { ready: 0, image: 'a' }),
    workload('Deployment cart/web', { image: 'a' }),
  ];
  assert.deepEqual(compared(judged(cluster, { cause: 'missing-secret' })), []);
  assert.equal(compared(judged(cluster, { cause: 'exit-code' })).length, 1);
});

const step = (name: string, revision: number, tag: string, at: number): HistoryStep => ({
  name,
  revision,
  at,
  template: template({ image: `web:${tag}` }),
});

/** One pod of the new revision and one of the one before it, which is ready or not. */
function halfRolledOut(isOldReady: boolean): unknown[] {
  const steps = [step('web-a', 1, '1', noon - 600 * minute), step('web-b', 2, '2', noon - 2 * minute)];
  const [owner, first, second, ...rest] = rolledOut(steps, { wanted: 2, ready: isOldReady ? 1 : 0 }) as {
    metadata: Record<string, unknown>;
  }[];
  const ownedBy = (name: string) => [{ kind: 'ReplicaSet', name, uid: `uid-${name}`, controller: true }];
  if (first) first.metadata['ownerReferences'] = ownedBy('web-a');
  if (second) second.metadata['ownerReferences'] = ownedBy('web-b');
  return [owner, first, second, ...rest];
}

test('twins: a rollout stands as the cause where the revision before it is well, and hardly where that fails too', () => {
  const guilty = judged(halfRolledOut(true));
  assert.match(guilty.changes[0]?.because ?? '', /; the revision before it is well$/);
  assert.equal(compared(guilty)[0], 'compared with the revision before: 1 of 1 pod ready');
  const innocent = judged(halfRolledOut(false));
  assert.match(innocent.changes[0]?.because ?? '', /but pods of the revision before it fail too$/);
  assert.ok((innocent.changes[0]?.score ?? 1) < (guilty.changes[0]?.score ?? 0) / 3);
  assert.equal(compared(innocent)[0], 'compared with the revision before: its pods fail too');
});

test('twins: where nothing stands out the cause is unknown, and says so', () => {
  const { cause, candidates } = judged(workload('Deployment shop/web', { ready: 0 }));
  assert.deepEqual([cause, candidates], [undefined, []]);
});
