import type { Millis } from '../../src/lib/clock.ts';
import { toRfc3339 } from '../../src/lib/duration.ts';
import { noon, workload } from './triage.ts';

/** A pod template as the API has it; its container is called `app`. */
export type Template = Record<string, unknown> & { containers: Record<string, unknown>[] };

export const template = (container: Record<string, unknown> = {}, spec: Record<string, unknown> = {}): Template => ({
  containers: [{ name: 'app', image: 'registry.example:5000/shop:1.4.1', ...container }],
  ...spec,
});

/** One step of a workload's history: a ReplicaSet of Deployment shop/web, or a ControllerRevision of another kind. */
export type HistoryStep = { name: string; revision: number; at: Millis; template?: Template };

type Parts = {
  kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  /** Names of the pods' step, and when they were made. */
  runs?: string;
  podsSince?: Millis;
  wanted?: number;
  ready?: number;
  /** Pods of the newest revision, of `replicas` in all. */
  updated?: number;
  replicas?: number;
  paused?: boolean;
  strategy?: string;
  managedFields?: unknown[];
  conditions?: unknown[];
};

/** `shop/web` with its history and its pods, as objects of the API. */
export function rolledOut(steps: readonly HistoryStep[], parts: Parts = {}): unknown[] {
  const { kind = 'Deployment', runs, wanted = 1, ready = wanted, podsSince = noon } = parts;
  const [owner, ...pods] = workload(`${kind} shop/web`, { wanted, ready, since: podsSince, created: podsSince }) as [
    Raw,
    ...Raw[],
  ];
  const { updated = wanted, replicas = wanted, paused, strategy, managedFields, conditions } = parts;
  if (managedFields) owner.metadata['managedFields'] = managedFields;
  Object.assign(owner.spec, { paused, updateStrategy: { type: strategy }, strategy: { type: strategy } });
  Object.assign(owner.status, {
    updatedReplicas: updated,
    updatedNumberScheduled: updated,
    replicas,
    currentNumberScheduled: replicas,
    ...(conditions && { conditions }),
  });
  const ownerReferences = [{ apiVersion: 'apps/v1', kind, name: 'web', uid: 'uid-web', controller: true }];
  for (const pod of pods) {
    if (kind === 'Deployment' && runs)
      pod.metadata['ownerReferences'] = [{ kind: 'ReplicaSet', name: runs, uid: `uid-${runs}`, controller: true }];
    if (kind !== 'Deployment' && runs) pod.metadata['labels'] = { app: 'web', 'controller-revision-hash': runs };
  }
  const history = steps.map(({ name, revision, at, template: spec = template() }) => {
    const metadata = {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: toRfc3339(at),
      ownerReferences,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    };
    return kind === 'Deployment'
      ? { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec: { replicas: 0, template: { spec } } }
      : {
          apiVersion: 'apps/v1',
          kind: 'ControllerRevision',
          metadata,
          revision,
          data: { spec: { template: { spec } } },
        };
  });
  return [owner, ...pods, ...history];
}

type Raw = {
  metadata: Record<string, unknown>;
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
};
