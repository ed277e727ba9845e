import { toRfc3339 } from '../../src/lib/duration.ts';

/**
 * Raw objects of a settled cluster with that many pods: 10 pods to a Deployment, 30 to a node, 20 Deployments to a namespace, each with
 * its ReplicaSet, Service and EndpointSlice. One Deployment in a thousand crash-loops.
 */
export function bigCluster(pods: number, now: number): unknown[] {
  const objects: unknown[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: meta('kube-system', undefined, now), status: { phase: 'Active' } },
  ];
  const nodes = Math.ceil(pods / 30);
  for (let node = 0; node < nodes; node++) objects.push(nodeObject(`node-${node}`, now));
  for (let index = 0; index * 10 < pods; index++) {
    const namespace = `team-${Math.floor(index / 20)}`;
    if (index % 20 === 0)
      objects.push({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: meta(namespace, undefined, now),
        status: { phase: 'Active' },
      });
    objects.push(...deployment(`app-${index}`, namespace, index, nodes, index % 1000 === 7, now));
  }
  return objects;
}

const old = 86_400_000;

function meta(name: string, namespace: string | undefined, now: number, rest: object = {}): object {
  return {
    name,
    ...(namespace ? { namespace } : {}),
    uid: `uid-${namespace ?? ''}-${name}`,
    creationTimestamp: toRfc3339(now - old),
    resourceVersion: '1',
    ...rest,
  };
}

function nodeObject(name: string, now: number): object {
  const condition = (type: string, status: string): object => ({
    type,
    status,
    reason: 'Kubelet',
    lastTransitionTime: toRfc3339(now - old),
    lastHeartbeatTime: toRfc3339(now),
  });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: meta(name, undefined, now, { labels: { 'kubernetes.io/hostname': name } }),
    spec: {},
    status: {
      capacity: { cpu: '32', memory: '128Gi', pods: '110' },
      allocatable: { cpu: '32', memory: '128Gi', pods: '110' },
      conditions: [
        condition('Ready', 'True'),
        condition('MemoryPressure', 'False'),
        condition('DiskPressure', 'False'),
        condition('PIDPressure', 'False'),
      ],
    },
  };
}

function deployment(
  name: string,
  namespace: string,
  index: number,
  nodes: number,
  failing: boolean,
  now: number,
): object[] {
  const labels = { app: name };
  const spec = {
    containers: [
      {
        name: 'app',
        image: `registry.example/${name}:1.0.0`,
        ports: [{ name: 'http', containerPort: 8080 }],
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        readinessProbe: { httpGet: { path: '/health', port: 'http' } },
      },
    ],
  };
  const template = { metadata: { labels }, spec };
  const since = toRfc3339(now - old);
  const ready = failing ? 0 : 10;
  const owner = (kind: string, owned: string): object => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: owned, uid: `uid-${namespace}-${owned}`, controller: true }],
  });
  const set = `${name}-abc`;
  const available = {
    type: 'Available',
    status: failing ? 'False' : 'True',
    reason: failing ? 'MinimumReplicasUnavailable' : 'MinimumReplicasAvailable',
    lastTransitionTime: since,
  };
  const counts = {
    replicas: 10,
    readyReplicas: ready,
    availableReplicas: ready,
    updatedReplicas: 10,
    observedGeneration: 1,
  };
  const podList = Array.from({ length: 10 }, (_, number) =>
    podObject(
      `${set}-${number}`,
      namespace,
      labels,
      spec,
      `node-${(index * 10 + number) % nodes}`,
      owner('ReplicaSet', set),
      failing,
      now,
      `10.${(index >> 6) & 255}.${(index << 2) & 255}.${number}`,
    ),
  );
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(name, namespace, now, { generation: 1, labels }),
      spec: { replicas: 10, selector: { matchLabels: labels }, template },
      status: { ...counts, conditions: [available] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: meta(set, namespace, now, {
        generation: 1,
        labels,
        annotations: { 'deployment.kubernetes.io/revision': '1' },
        ...owner('Deployment', name),
      }),
      spec: { replicas: 10, selector: { matchLabels: labels }, template },
      status: counts,
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(name, namespace, now),
      spec: { selector: labels, clusterIP: '10.0.0.1', ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
      status: {},
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta(`${name}-x`, namespace, now, { labels: { 'kubernetes.io/service-name': name } }),
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: podList.map((pod, number) => ({
        addresses: [`10.0.0.${number}`],
        conditions: { ready: !failing },
        targetRef: { kind: 'Pod', namespace, name: pod.metadata.name },
      })),
    },
    ...podList,
  ];
}

type PodObject = { metadata: { name: string } };

function podObject(
  name: string,
  namespace: string,
  labels: object,
  spec: { containers: { image: string }[] },
  nodeName: string,
  owner: object,
  failing: boolean,
  now: number,
  podIP: string,
): PodObject {
  const since = toRfc3339(now - old);
  const condition = (type: string, status: string): object => ({ type, status, lastTransitionTime: since });
  const state = failing
    ? { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } }
    : { running: { startedAt: since } };
  const last = failing
    ? {
        lastState: {
          terminated: { exitCode: 1, reason: 'Error', startedAt: since, finishedAt: toRfc3339(now - 60_000) },
        },
      }
    : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...meta(name, namespace, now, { labels, ...owner }), name },
    spec: { ...spec, nodeName, serviceAccountName: 'default', restartPolicy: 'Always' },
    status: {
      phase: 'Running',
      podIP,
      startTime: since,
      qosClass: 'Burstable',
      conditions: [
        condition('PodScheduled', 'True'),
        condition('Initialized', 'True'),
        condition('ContainersReady', failing ? 'False' : 'True'),
        condition('Ready', failing ? 'False' : 'True'),
      ],
      containerStatuses: [
        {
          name: 'app',
          image: spec.containers[0]?.image,
          ready: !failing,
          started: !failing,
          restartCount: failing ? 40 : 0,
          state,
          ...last,
        },
      ],
    },
  } as PodObject;
}
