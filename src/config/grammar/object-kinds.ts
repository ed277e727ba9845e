import { nearestWord } from '../../lib/text.ts';

/** Every kind of object that is read, with what kubectl and people call it besides its own name and its plural. */
export const objectKinds: readonly (readonly [string, ...string[]])[] = [
  ['Deployment', 'deploy'],
  ['StatefulSet', 'sts', 'stateful set', 'stateful sets'],
  ['DaemonSet', 'ds', 'daemon set', 'daemon sets'],
  ['CronJob', 'cj', 'cron job', 'cron jobs'],
  ['Job'],
  ['Pod', 'po'],
  ['Service', 'svc'],
  ['ReplicaSet', 'rs', 'replica set', 'replica sets'],
  ['ControllerRevision'],
  ['Node', 'no'],
  ['Namespace', 'ns'],
  ['Event', 'ev'],
  ['EndpointSlice', 'endpoints'],
  ['Ingress', 'ing', 'ingresses'],
  ['PersistentVolumeClaim', 'pvc', 'pvcs', 'volume claim', 'volume claims'],
  ['PersistentVolume', 'pv', 'pvs'],
  ['StorageClass', 'sc', 'storageclasses'],
  ['HorizontalPodAutoscaler', 'hpa', 'hpas', 'autoscaler', 'autoscalers'],
  ['PodDisruptionBudget', 'pdb', 'pdbs'],
  ['ValidatingWebhookConfiguration'],
  ['MutatingWebhookConfiguration'],
  ['ResourceQuota', 'quota', 'quotas'],
  ['ServiceAccount', 'sa'],
  ['ConfigMap', 'cm'],
  ['NetworkPolicy', 'netpol', 'networkpolicies', 'network policies'],
  ['Lease'],
  ['Certificate', 'cert', 'certs'],
  ['CustomResourceDefinition', 'crd', 'crds'],
  ['ControlPlane', 'control plane'],
];

/** Owners of pods that operators bring along; their objects are not read, their pods are. */
const foreignOwners = new Set(
  'Rollout Cluster CloneSet AdvancedStatefulSet ReplicationController PostgresCluster PerconaXtraDBCluster StrimziPodSet Kafka KafkaNodePool Elasticsearch Kibana Prometheus Alertmanager RedisCluster RedisFailover RabbitmqCluster MongoDBCommunity CassandraDatacenter SparkApplication FlinkDeployment RayCluster GameServer Workflow TaskRun PipelineRun Revision Configuration Task'.split(
    ' ',
  ),
);

/** Kinds that a service's workload may be of. */
const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Pod', 'Service'];

const byName = new Map(
  objectKinds.flatMap(([kind, ...others]) =>
    [kind, `${kind}s`, ...others].map((word): [string, string] => [word.toLowerCase(), kind]),
  ),
);

/** The kind a word names, as the cluster writes it: `deploy`, `Deployments` and `deployments.apps` are Deployment. */
export const objectKind = (word: string): string | undefined =>
  byName.get(
    word
      .trim()
      .toLowerCase()
      .replace(/\.(?:apps|batch)$/, ''),
  );

/** The kind a word names before a slash or as a label. `jobs/shop` and `services/shop` may as well stand in such a namespace. */
export function workloadKind(word: string): string | undefined {
  const kind = objectKind(word);
  const isPlural = /^(?:jobs|pods|services|po|no|ns)$/.test(word);
  return kind !== undefined && workloads.includes(kind) && !isPlural ? kind : undefined;
}

/** Whether a word before a slash is a kind that is not read: it has a capital letter, which no namespace has. */
export const isForeignKind = (word: string): boolean => /^[A-Z]/.test(word) && workloadKind(word) === undefined;

/** Whether pods of such an owner are common, so that the kind is no slip. */
export const isForeignOwner = (word: string): boolean => foreignOwners.has(word) || objectKind(word) === 'ReplicaSet';

/** The kind that a word was meant to be. In lower case only long ones are guessed: `prod` is no slip in `pod`. */
export function misspeltKind(word: string): string | undefined {
  if (word.length > 64 || workloadKind(word) !== undefined || isForeignOwner(word)) return undefined;
  if (/^[A-Z]/.test(word)) return nearestWord(word, workloads, word.length < 6 ? 1 : 3);
  const long = workloads.filter((kind) => kind.length > 6 && kind !== 'Service');
  return word.length < 6 ? undefined : nearestWord(word, long, 2);
}

/** The kind of object somebody may have meant. */
export const nearestKind = (word: string): string | undefined =>
  word.length < 3 || word.length > 64
    ? undefined
    : nearestWord(
        word,
        objectKinds.map(([kind]) => kind),
      );
