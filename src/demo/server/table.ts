import { type Fields, fields, list } from '../../cluster/project/read.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { ApiObject } from './api-object.ts';
import type { Resource } from './resources.ts';
import type { Entry } from './store.ts';

type Column = [name: string, type: 'string' | 'integer', cell: (object: ApiObject, now: number) => string | number];

const nameColumn: Column = ['Name', 'string', ({ metadata }) => metadata.name];
const ageColumn: Column = ['Age', 'string', ({ metadata }, now) => age(metadata['creationTimestamp'], now)];

const spec = (object: ApiObject): Fields => fields(object['spec']);
const status = (object: ApiObject): Fields => fields(object['status']);
const say = (value: unknown, otherwise = '<none>'): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);
const age = (time: unknown, now: number): string =>
  typeof time === 'string' ? (formatDuration(now - Date.parse(time)).split(' ')[0] ?? '') : '<unknown>';

/** What `kubectl get` shows of a kind between its name and its age; for other kinds nothing more than these two. */
const columns: Readonly<Record<string, Column[]>> = {
  Pod: [
    ['Ready', 'string', readyContainers],
    ['Status', 'string', podStatus],
    ['Restarts', 'integer', (pod) => containers(pod).reduce((sum, one) => sum + count(one['restartCount']), 0)],
  ],
  Deployment: [
    ['Ready', 'string', (one) => `${count(status(one)['readyReplicas'])}/${count(spec(one)['replicas'] ?? 1)}`],
    ['Up-to-date', 'integer', (one) => count(status(one)['updatedReplicas'])],
    ['Available', 'integer', (one) => count(status(one)['availableReplicas'])],
  ],
  StatefulSet: [
    ['Ready', 'string', (one) => `${count(status(one)['readyReplicas'])}/${count(spec(one)['replicas'] ?? 1)}`],
  ],
  DaemonSet: [
    ['Desired', 'integer', (one) => count(status(one)['desiredNumberScheduled'])],
    ['Current', 'integer', (one) => count(status(one)['currentNumberScheduled'])],
    ['Ready', 'integer', (one) => count(status(one)['numberReady'])],
  ],
  ReplicaSet: [
    ['Desired', 'integer', (one) => count(spec(one)['replicas'])],
    ['Current', 'integer', (one) => count(status(one)['replicas'])],
    ['Ready', 'integer', (one) => count(status(one)['readyReplicas'])],
  ],
  Job: [
    ['Completions', 'string', (one) => `${count(status(one)['succeeded'])}/${count(spec(one)['completions'] ?? 1)}`],
  ],
  CronJob: [
    ['Schedule', 'string', (one) => say(spec(one)['schedule'])],
    ['Suspend', 'string', (one) => (spec(one)['suspend'] === true ? 'True' : 'False')],
  ],
  Node: [
    ['Status', 'string', nodeStatus],
    ['Version', 'string', (one) => say(fields(status(one)['nodeInfo'])['kubeletVersion'], '')],
  ],
  Namespace: [['Status', 'string', (one) => say(status(one)['phase'], 'Active')]],
  Service: [
    ['Type', 'string', (one) => say(spec(one)['type'], 'ClusterIP')],
    ['Cluster-IP', 'string', (one) => say(spec(one)['clusterIP'])],
    ['Port(s)', 'string', servicePorts],
  ],
  ConfigMap: [['Data', 'integer', (one) => Object.keys(fields(one['data'])).length]],
  PersistentVolumeClaim: [
    ['Status', 'string', (one) => say(status(one)['phase'], '')],
    ['Volume', 'string', (one) => say(spec(one)['volumeName'], '')],
    ['StorageClass', 'string', (one) => say(spec(one)['storageClassName'], '')],
  ],
  HorizontalPodAutoscaler: [
    [
      'Reference',
      'string',
      (one) =>
        `${say(fields(spec(one)['scaleTargetRef'])['kind'])}/${say(fields(spec(one)['scaleTargetRef'])['name'])}`,
    ],
    ['MinPods', 'string', (one) => say(spec(one)['minReplicas'], '1')],
    ['MaxPods', 'integer', (one) => count(spec(one)['maxReplicas'])],
    ['Replicas', 'integer', (one) => count(status(one)['currentReplicas'])],
  ],
};

const eventColumns: Column[] = [
  ['Last Seen', 'string', (event, now) => age(event['lastTimestamp'] ?? event['eventTime'], now)],
  ['Type', 'string', (event) => say(event['type'])],
  ['Reason', 'string', (event) => say(event['reason'])],
  [
    'Object',
    'string',
    (event) =>
      `${say(fields(event['involvedObject'])['kind']).toLowerCase()}/${say(fields(event['involvedObject'])['name'])}`,
  ],
  ['Message', 'string', (event) => say(event['message'])],
];

/** A `Table` as `kubectl get` asks for, so that people see the columns they know. */
export function tableOf(resource: Resource, entries: readonly Entry[], version: number, now: number): object {
  const shown = resource.kind === 'Event' ? eventColumns : [nameColumn, ...(columns[resource.kind] ?? []), ageColumn];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: String(version) },
    columnDefinitions: shown.map(([name, type]) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: 0,
    })),
    rows: entries.map(({ object }) => ({
      cells: shown.map(([, , cell]) => cell(object, now)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

function containers(pod: ApiObject): Fields[] {
  return list(status(pod)['containerStatuses']).map(fields);
}

function readyContainers(pod: ApiObject): string {
  return `${containers(pod).filter((one) => one['ready'] === true).length}/${list(spec(pod)['containers']).length}`;
}

/** The most telling word, as kubectl puts it: why a container waits or ended, else the phase. */
function podStatus(pod: ApiObject): string {
  if (pod.metadata['deletionTimestamp']) return 'Terminating';
  const told = containers(pod).flatMap((one) => {
    const state = fields(one['state']);
    return [fields(state['waiting'])['reason'], fields(state['terminated'])['reason']].filter(
      (reason) => typeof reason === 'string' && reason !== '',
    );
  });
  return say(told[0] ?? status(pod)['reason'] ?? status(pod)['phase'], 'Unknown');
}

function nodeStatus(node: ApiObject): string {
  const ready = list(status(node)['conditions'])
    .map(fields)
    .find((one) => one['type'] === 'Ready');
  const cordoned = spec(node)['unschedulable'] === true ? ',SchedulingDisabled' : '';
  return `${ready?.['status'] === 'True' ? 'Ready' : 'NotReady'}${cordoned}`;
}

function servicePorts(service: ApiObject): string {
  return list(spec(service)['ports'])
    .map((item) => `${say(fields(item)['port'])}/${say(fields(item)['protocol'], 'TCP')}`)
    .join(',');
}
