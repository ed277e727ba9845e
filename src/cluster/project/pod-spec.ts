import type { Container, PodSpec, Probe, Toleration, Volume } from '../objects.ts';
import { quantity, resources } from './quantity.ts';
import { type Fields, fields, intOrText, isFields, labels, list, number, present, text, texts } from './read.ts';
import { makeShare } from './share.ts';

/** The API server adds this volume to every pod under a random name; it is nobody's wish and would make every pod differ. */
const tokenVolume = /^kube-api-access-/;

/** Pods of one template differ in their node and in the name of the token's volume; without these they share what is read of them. */
export function podSpec(value: unknown): PodSpec {
  const key = JSON.stringify({ ...fields(value), nodeName: undefined });
  return sharedSpec(value, key.replaceAll(/kube-api-access-\w+/g, ''));
}

const sharedSpec = makeShare(readSpec);

/** What a pod and a pod template have in common. Environment values stay behind. */
function readSpec(value: unknown): PodSpec {
  const spec = fields(value);
  const affinity = fields(spec['affinity']);
  return present({
    containers: [
      ...list(spec['initContainers']).map((item) => container(fields(item), true)),
      ...list(spec['containers']).map((item) => container(fields(item), false)),
    ],
    volumes: list(spec['volumes']).flatMap((item) => volumes(fields(item))),
    serviceAccount: text(spec['serviceAccountName']) ?? text(spec['serviceAccount']) ?? 'default',
    nodeSelector: labels(spec['nodeSelector']),
    nodeAffinity: nodeAffinity(fields(affinity['nodeAffinity'])),
    podAntiAffinity:
      list(fields(affinity['podAntiAffinity'])['requiredDuringSchedulingIgnoredDuringExecution']).length > 0,
    tolerations: list(spec['tolerations']).map((item) => toleration(fields(item))),
    hostNetwork: spec['hostNetwork'] === true,
    priorityClass: text(spec['priorityClassName']),
    imagePullSecrets: list(spec['imagePullSecrets']).flatMap((item) => text(fields(item)['name']) ?? []),
    schedulingGates: list(spec['schedulingGates']).flatMap((item) => text(fields(item)['name']) ?? []),
    terminationGrace: number(spec['terminationGracePeriodSeconds']) ?? 30,
    restartPolicy: text(spec['restartPolicy']) ?? 'Always',
  });
}

function container(from: Fields, init: boolean): Container {
  const limits = fields(from['resources']);
  return present({
    name: text(from['name']) ?? '',
    image: text(from['image']) ?? '',
    init,
    sidecar: init && from['restartPolicy'] === 'Always',
    command: [...texts(from['command']), ...texts(from['args'])],
    ports: list(from['ports']).map((item) => {
      const port = fields(item);
      return present({
        name: text(port['name']),
        port: number(port['containerPort']) ?? 0,
        protocol: text(port['protocol']) ?? 'TCP',
        hostPort: number(port['hostPort']),
      });
    }),
    env: list(from['env']).map((item) => variable(fields(item))),
    envFrom: list(from['envFrom']).flatMap((item) => allVariables(fields(item))),
    mounts: list(from['volumeMounts']).flatMap((item) => mount(fields(item))),
    requests: resources(limits['requests']),
    limits: resources(limits['limits']),
    liveness: probe(from['livenessProbe']),
    readiness: probe(from['readinessProbe']),
    startup: probe(from['startupProbe']),
  });
}

function variable(from: Fields): Container['env'][number] {
  const name = text(from['name']) ?? '';
  const source = fields(from['valueFrom']);
  for (const [field, kind] of [
    ['configMapKeyRef', 'ConfigMap'],
    ['secretKeyRef', 'Secret'],
  ] as const) {
    const key = source[field];
    if (isFields(key)) {
      return {
        name,
        from: present({ kind, name: text(key['name']), key: text(key['key']), optional: key['optional'] === true }),
      };
    }
  }
  return isFields(from['valueFrom']) ? { name, from: { kind: 'Field', optional: false } } : { name };
}

function allVariables(from: Fields): Container['envFrom'] {
  for (const [field, kind] of [
    ['configMapRef', 'ConfigMap'],
    ['secretRef', 'Secret'],
  ] as const) {
    const source = from[field];
    if (isFields(source)) return [{ kind, name: text(source['name']) ?? '', optional: source['optional'] === true }];
  }
  return [];
}

function mount(from: Fields): Container['mounts'] {
  const volume = text(from['name']) ?? '';
  if (tokenVolume.test(volume)) return [];
  const path = text(from['mountPath']) ?? '';
  return [present({ volume, path, readOnly: from['readOnly'] === true, subPath: text(from['subPath']) })];
}

function probe(value: unknown): Probe | undefined {
  if (!isFields(value)) return undefined;
  const types = [
    ['httpGet', 'http'],
    ['tcpSocket', 'tcp'],
    ['grpc', 'grpc'],
  ] as const;
  const [field, type] = types.find(([name]) => isFields(value[name])) ?? ['exec', 'exec'];
  const action = fields(value[field]);
  return present({
    type,
    path: text(action['path']),
    port: intOrText(action['port']),
    scheme: text(action['scheme']),
    initialDelay: number(value['initialDelaySeconds']) ?? 0,
    period: number(value['periodSeconds']) ?? 10,
    timeout: number(value['timeoutSeconds']) ?? 1,
    failureThreshold: number(value['failureThreshold']) ?? 3,
  });
}

/** One entry per source: a projected volume has several under the same name. */
function volumes(from: Fields): Volume[] {
  const name = text(from['name']) ?? '';
  if (tokenVolume.test(name)) return [];
  const projected = list(fields(from['projected'])['sources']).flatMap((item) => {
    const source = fields(item);
    const configMap = keys(source['configMap'], 'name');
    const secret = keys(source['secret'], 'name');
    return configMap || secret ? [present({ name, configMap, secret })] : [];
  });
  if (projected.length > 0) return projected;
  const emptyDir = from['emptyDir'];
  return [
    present({
      name,
      claim: text(fields(from['persistentVolumeClaim'])['claimName']),
      configMap: keys(from['configMap'], 'name'),
      secret: keys(from['secret'], 'secretName'),
      hostPath: text(fields(from['hostPath'])['path']),
      emptyDir: isFields(emptyDir) ? present({ sizeLimit: quantity(emptyDir['sizeLimit']) }) : undefined,
    }),
  ];
}

function keys(value: unknown, nameField: string): Volume['configMap'] {
  if (!isFields(value)) return undefined;
  return {
    name: text(value[nameField]) ?? '',
    optional: value['optional'] === true,
    keys: list(value['items']).flatMap((item) => text(fields(item)['key']) ?? []),
  };
}

function toleration(from: Fields): Toleration {
  return present({
    key: text(from['key']),
    operator: text(from['operator']) ?? 'Equal',
    value: text(from['value']),
    effect: text(from['effect']),
    seconds: number(from['tolerationSeconds']),
  });
}

/** Each required term as text: `disktype In (ssd) and zone In (a, b)`. */
function nodeAffinity(from: Fields): string[] {
  const required = fields(from['requiredDuringSchedulingIgnoredDuringExecution']);
  return list(required['nodeSelectorTerms']).map((item) => {
    const term = fields(item);
    return [...list(term['matchExpressions']), ...list(term['matchFields'])]
      .map((part) => {
        const expression = fields(part);
        const values = texts(expression['values']);
        const wanted = values.length > 0 ? ` (${values.join(', ')})` : '';
        return `${text(expression['key']) ?? ''} ${text(expression['operator']) ?? ''}${wanted}`;
      })
      .join(' and ');
  });
}
