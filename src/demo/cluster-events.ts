import { fields } from '../cluster/project/read.ts';
import type { Millis } from '../lib/clock.ts';
import { toRfc3339 } from '../lib/duration.ts';
import type { ApiObject } from './server/api-object.ts';
import type { ApiServer } from './server/start-api-server.ts';

/** What happens to the recorded cluster during the story, as its kubelet and controllers would write it. */
type Owner = { kind: 'Deployment' | 'StatefulSet'; namespace: string; name: string };

/** The containers of all pods of a workload end with exit code 1 and wait to be started again; the workload has none ready. */
export function crashPods(server: ApiServer, owner: Owner, now: Millis, log: string): void {
  changePods(server, owner, now, 'False', (name, previous) => ({
    name,
    image: previous.image,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 4,
    state: { waiting: { reason: 'CrashLoopBackOff', message: `back-off 40s restarting failed container=${name}` } },
    lastState: {
      terminated: { exitCode: 1, reason: 'Error', startedAt: toRfc3339(now - 10_000), finishedAt: toRfc3339(now) },
    },
  }));
  for (const pod of podsOf(server, owner)) {
    for (const previous of [true, false])
      server.setLog({ namespace: owner.namespace, pod: pod.metadata.name, container: owner.name, previous }, log);
  }
}

/** The pods run but do not answer their readiness probe. */
export function unreadyPods(server: ApiServer, owner: Owner, now: Millis): void {
  changePods(server, owner, now, 'False', (name, previous) => ({ ...previous, name, ready: false }));
}

/** The pods run and are ready again. */
export function healPods(server: ApiServer, owner: Owner, now: Millis): void {
  changePods(server, owner, now, 'True', (name, previous) => ({
    name,
    image: previous.image,
    imageID: '',
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: toRfc3339(now - 5000) } },
    lastState: {},
  }));
}

type Status = { name: string; image: string };
type PodStatus = { conditions: { type: string }[]; containerStatuses: Status[] };

function changePods(
  server: ApiServer,
  owner: Owner,
  now: Millis,
  ready: 'True' | 'False',
  toStatus: (name: string, previous: Status) => object,
): void {
  const pods = podsOf(server, owner);
  const flipped = { status: ready, lastTransitionTime: toRfc3339(now) };
  for (const pod of pods) {
    const status = statusOf(pod);
    const conditions = status.conditions.map((condition) =>
      /Ready$/.test(condition.type) ? { ...condition, ...flipped } : condition,
    );
    server.put({
      ...pod,
      status: {
        ...status,
        conditions,
        containerStatuses: status.containerStatuses.map((one) => toStatus(one.name, one)),
      },
    });
  }
  const workload = server.get(owner);
  if (!workload) throw new Error(`the recording has no ${owner.kind} ${owner.name}`);
  const count = ready === 'True' ? pods.length : 0;
  const { conditions = [], ...status } = { ...(workload['status'] as { conditions?: { type: string }[] }) };
  const counts = { readyReplicas: count, availableReplicas: count, unavailableReplicas: pods.length - count };
  server.put({
    ...workload,
    status: {
      ...status,
      ...counts,
      conditions: conditions.map((one) => (one.type === 'Available' ? { ...one, ...flipped } : one)),
    },
  });
  moveEndpoints(server, owner, ready === 'True');
}

function moveEndpoints(server: ApiServer, owner: Owner, ready: boolean): void {
  for (const slice of server.objects()) {
    if (
      slice.kind !== 'EndpointSlice' ||
      slice.metadata.namespace !== owner.namespace ||
      labelOf(slice, 'kubernetes.io/service-name') !== owner.name
    )
      continue;
    const endpoints = (slice['endpoints'] as object[] | undefined) ?? [];
    server.put({
      ...slice,
      endpoints: endpoints.map((endpoint) => ({
        ...endpoint,
        conditions: { ready, serving: ready, terminating: false },
      })),
    });
  }
}

const labelOf = ({ metadata }: Pick<ApiObject, 'metadata'>, key: string): unknown => fields(metadata['labels'])[key];

const statusOf = (pod: ApiObject): PodStatus => pod['status'] as PodStatus;

function podsOf(server: ApiServer, { namespace, name }: Owner): ApiObject[] {
  return server
    .objects()
    .filter(
      ({ kind, metadata }) =>
        kind === 'Pod' && metadata.namespace === namespace && labelOf({ metadata }, 'app.kubernetes.io/name') === name,
    );
}
