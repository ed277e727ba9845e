import type { Finding } from '../../src/analysis/finding.ts';
import type { Change } from '../../src/changes/change.ts';
import { makeWorld } from '../../src/cluster/make-world.ts';
import type { Ref } from '../../src/cluster/objects.ts';
import { snapshotOf } from '../../src/cluster/project/snapshot-of.ts';
import type { SourceName } from '../../src/cluster/snapshot.ts';
import { refKey, type World } from '../../src/cluster/world.ts';
import type { CheckId } from '../../src/config/checks.ts';
import type { Revision } from '../../src/config/revision.ts';
import { type Millis, minute } from '../../src/lib/clock.ts';
import { toRfc3339 } from '../../src/lib/duration.ts';
import type { Edit } from '../../src/triage/edit.ts';
import { emptyMemory, type Judgement, type Memory } from '../../src/triage/incident.ts';
import { judge } from '../../src/triage/judge.ts';

/** Thursday 2026-01-15 12:00 UTC: when the tests of triage happen. */
export const noon: Millis = Date.UTC(2026, 0, 15, 12);

/** `Deployment shop/web`, `Node n1`. */
export function ref(said: string): Ref {
  const [kind = '', path = ''] = said.split(' ');
  const [namespace, name] = path.split('/');
  return name === undefined ? { kind, name: path } : { kind, namespace: namespace ?? '', name };
}

type WorkloadParts = {
  wanted?: number;
  ready?: number;
  since?: Millis;
  image?: string;
  labels?: Record<string, string>;
  nodes?: string[];
  claim?: string;
  created?: Millis;
  /** Pods that nobody sees as objects. */
  withoutPods?: boolean;
};

const apiVersions: Record<string, string> = { Deployment: 'apps/v1', StatefulSet: 'apps/v1', DaemonSet: 'apps/v1' };

/** A workload and its pods: the first `ready` of them are ready, the others not since `since`. */
export function workload(said: string, parts: WorkloadParts = {}): unknown[] {
  const { kind, namespace, name } = ref(said);
  const {
    wanted = 1,
    ready = wanted,
    since = noon,
    image = 'registry.example/app:1',
    nodes = ['n1'],
    created = noon - 1440 * minute,
  } = parts;
  const labels = { app: name, ...parts.labels };
  const spec = {
    containers: [{ name: 'app', image }],
    ...(parts.claim && { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: parts.claim } }] }),
  };
  const owner = {
    apiVersion: apiVersions[kind] ?? 'example.com/v1',
    kind,
    metadata: { name, namespace, uid: `uid-${name}`, labels, creationTimestamp: toRfc3339(created) },
    spec: { replicas: wanted, selector: { matchLabels: { app: name } }, template: { metadata: { labels }, spec } },
    status: {
      replicas: wanted,
      readyReplicas: ready,
      availableReplicas: ready,
      desiredNumberScheduled: wanted,
      numberReady: ready,
      ...(kind === 'Deployment' && {
        conditions: [
          { type: 'Available', status: ready < wanted ? 'False' : 'True', lastTransitionTime: toRfc3339(since) },
        ],
      }),
    },
  };
  const pods = Array.from({ length: parts.withoutPods ? 0 : wanted }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${index}`,
      namespace,
      uid: `uid-${name}-${index}`,
      labels,
      creationTimestamp: toRfc3339(created),
      ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true }],
    },
    spec: { ...spec, nodeName: nodes[index % nodes.length] },
    status: {
      phase: 'Running',
      startTime: toRfc3339(created),
      conditions: [{ type: 'Ready', status: index < ready ? 'True' : 'False', lastTransitionTime: toRfc3339(since) }],
    },
  }));
  return [owner, ...pods];
}

/** Any other object. */
export function object(apiVersion: string, said: string, parts: Record<string, unknown> = {}): unknown {
  const { metadata, ...rest } = parts;
  return {
    apiVersion,
    kind: ref(said).kind,
    metadata: { uid: `uid-${said}`, ...ref(said), kind: undefined, ...(metadata as object) },
    ...rest,
  };
}

/** A world of these objects; `unseen` sources broke off. */
export function worldOf(
  objects: readonly unknown[],
  parts: { now?: Millis; unseen?: readonly SourceName[]; reason?: string } = {},
): World {
  const { now = noon, unseen = [] } = parts;
  const snapshot = snapshotOf(objects.flat(), { now, cluster: { id: 'c1', name: 'test' } });
  snapshot.coverage = snapshot.coverage.map((one) =>
    unseen.includes(one.source) ? { ...one, state: 'denied', reason: parts.reason ?? '403 Forbidden' } : one,
  );
  return makeWorld(snapshot);
}

/** `finding('crash-loop', 'Deployment shop/web')`: an error since noon, seen on every pod whose name begins with the subject's. */
export function finding(check: CheckId, said: string, parts: Partial<Finding> = {}): Finding {
  const subject = ref(said);
  return {
    id: [check, refKey(subject), ...(parts.part === undefined ? [] : [parts.part])].join('/'),
    check,
    subject,
    since: noon,
    sinceFrom: 'cluster',
    evidence: [{ id: 'e1', text: `${check} seen` }],
    says: `${said} has ${check}`,
    next: `kubectl describe ${subject.kind} ${subject.name}`,
    level: 'error',
    grace: 0,
    pods: [],
    related: [],
    reads: ['pods', 'deployments'],
    ...parts,
  };
}

export type Step = {
  at?: Millis;
  revision?: Revision;
  world?: World;
  findings?: readonly Finding[];
  changes?: readonly Change[];
  memory?: Memory;
  oneShot?: boolean;
  /** Of this step only. */
  edit?: Edit;
};

/** A run of cycles that share their memory: `run(step)` judges one, with what the step changes against the last. */
export function makeRun(first: Step): { run: (step?: Step) => Judgement; ids: () => number } {
  let last: Required<Omit<Step, 'memory' | 'oneShot' | 'edit'>> & { memory: Memory; oneShot: boolean } = {
    at: noon,
    revision: first.revision ?? failWithout('a revision'),
    world: first.world ?? worldOf([]),
    findings: [],
    changes: [],
    memory: emptyMemory,
    oneShot: false,
    ...first,
  };
  let made = 0;
  return {
    run({ edit, ...step } = {}) {
      last = { ...last, ...step };
      const { at, ...rest } = last;
      const judgement = judge({ ...rest, ...(edit && { edit }), now: at, newId: () => `i-${++made}` });
      last.memory = judgement.memory;
      return judgement;
    },
    ids: () => made,
  };
}

/** One cycle that settles nothing: for rows that ask only what is decided. */
export function judgeOnce(step: Step): Judgement {
  return makeRun({ ...step, oneShot: step.oneShot ?? true }).run();
}

function failWithout(what: string): never {
  throw new Error(`the test gives no ${what}`);
}
