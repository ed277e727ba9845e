import type { Labels, Meta, Owner } from '../objects.ts';
import { type Fields, fields, labels, list, number, text, texts, time, word } from './read.ts';
import { makeShare } from './share.ts';

/** Annotations that something here reads. Everything else stays behind: values may be secret, and `last-applied-configuration` is an object in an object. */
const keptAnnotations = new Set([
  'batch.kubernetes.io/cronjob-scheduled-timestamp',
  'cluster-autoscaler.kubernetes.io/safe-to-evict',
  'control-plane.alpha.kubernetes.io/leader',
  'deployment.kubernetes.io/revision',
  'endpoints.kubernetes.io/last-change-trigger-time',
  'helm.sh/hook',
  'kubectl.kubernetes.io/restartedAt',
  'kubernetes.io/change-cause',
  'kubernetes.io/config.mirror',
  'kubernetes.io/config.source',
  'kubernetes.io/ingress.class',
  'meta.helm.sh/release-name',
  'meta.helm.sh/release-namespace',
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
  'volume.beta.kubernetes.io/storage-class',
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/selected-node',
  'volume.kubernetes.io/storage-provisioner',
]);
const keptPrefixes = ['k8s-monitor.io/', 'argocd.argoproj.io/'];

const noLabels: Labels = Object.freeze({});

/** Whether an annotation is read at all. */
export function keepsAnnotation(name: string): boolean {
  return keptAnnotations.has(name) || keptPrefixes.some((prefix) => name.startsWith(prefix));
}

/** Kinds whose `managedFields` tell who changed them last. */
const kindsWithAuthor = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'CronJob',
  'ConfigMap',
]);

/** What every object has. `kind` and `apiVersion` are the list's where an item of it has none. */
export function metaOf(raw: Fields, kind: string, apiVersion: string): Meta {
  const metadata = fields(raw['metadata']);
  const meta: Meta = {
    kind,
    apiVersion,
    name: text(metadata['name']) ?? '',
    uid: text(metadata['uid']) ?? '',
    labels: labels(metadata['labels']),
    annotations: annotations(metadata['annotations']),
    owners: owners(metadata['ownerReferences']),
    finalizers: texts(metadata['finalizers']),
  };
  const namespace = word(metadata['namespace']);
  const created = time(metadata['creationTimestamp']);
  const deleting = time(metadata['deletionTimestamp']);
  const generation = number(metadata['generation']);
  const changedBy = kindsWithAuthor.has(kind) ? authorOf(metadata['managedFields']) : undefined;
  if (namespace !== undefined) meta.namespace = namespace;
  if (created !== undefined) meta.created = created;
  if (deleting !== undefined) meta.deleting = deleting;
  if (generation !== undefined) meta.generation = generation;
  if (changedBy !== undefined) meta.changedBy = changedBy;
  return meta;
}

function annotations(value: unknown): Labels {
  const from = fields(value);
  const kept = Object.keys(from).filter(keepsAnnotation);
  return kept.length > 0 ? labels(Object.fromEntries(kept.map((key) => [key, from[key]]))) : noLabels;
}

/** Pods of one ReplicaSet name the same owner. */
const sharedOwners = makeShare(readOwners);

function owners(value: unknown): Owner[] {
  return value === undefined || value === null ? [] : sharedOwners(value);
}

function readOwners(value: unknown): Owner[] {
  const all = list(value).map((item) => {
    const owner = fields(item);
    return {
      kind: text(owner['kind']) ?? '',
      name: text(owner['name']) ?? '',
      uid: text(owner['uid']) ?? '',
      controller: owner['controller'] === true,
    };
  });
  return all.length > 1 ? all.sort((a, b) => Number(b.controller) - Number(a.controller)) : all;
}

/** The last manager in `managedFields` that wrote more than a status. */
export function authorOf(value: unknown): Meta['changedBy'] {
  let last: Meta['changedBy'];
  for (const item of list(value)) {
    const entry = fields(item);
    const at = time(entry['time']);
    if (at === undefined || entry['subresource'] === 'status') continue;
    if (!last || at >= last.at) last = { manager: text(entry['manager']) ?? 'unknown', at };
  }
  return last;
}
