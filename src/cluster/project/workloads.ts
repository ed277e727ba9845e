import type { ControllerRevision, Meta, Workload } from '../objects.ts';
import { podSpec } from './pod-spec.ts';
import {
  conditions,
  type Fields,
  fields,
  intOrText,
  isFields,
  labels,
  list,
  number,
  present,
  selector,
  text,
} from './read.ts';

export function workload(raw: Fields, meta: Meta, kind: Workload['kind']): Workload {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  const template = fields(spec['template']);
  const strategy = fields(spec[kind === 'Deployment' ? 'strategy' : 'updateStrategy']);
  const rolling = fields(strategy['rollingUpdate']);
  return {
    ...meta,
    kind,
    ...(kind === 'DaemonSet' ? daemonCounts(status) : counts(spec, status)),
    ...present({
      hasStatus: Object.keys(status).length > 0,
      observedGeneration: number(status['observedGeneration']),
      conditions: conditions(status['conditions']),
      selector:
        kind === 'ReplicationController' ? selector({ matchLabels: spec['selector'] }) : selector(spec['selector']),
      template: podSpec(template['spec']),
      templateLabels: labels(fields(template['metadata'])['labels']),
      paused: spec['paused'] === true,
      strategy: text(strategy['type']) ?? 'RollingUpdate',
      maxUnavailable: intOrText(rolling['maxUnavailable']),
      maxSurge: intOrText(rolling['maxSurge']),
      partition: number(rolling['partition']),
      progressDeadline: number(spec['progressDeadlineSeconds']),
      minReadySeconds: number(spec['minReadySeconds']) ?? 0,
      serviceName: text(spec['serviceName']),
      currentRevision: text(status['currentRevision']),
      updateRevision: text(status['updateRevision']),
      claimTemplates: list(spec['volumeClaimTemplates']).flatMap(
        (item) => text(fields(fields(item)['metadata'])['name']) ?? [],
      ),
      revision: revisionOf(meta),
    }),
  };
}

type Counts = Pick<Workload, 'wanted' | 'replicas' | 'ready' | 'available' | 'updated' | 'unavailable'>;

function counts(spec: Fields, status: Fields): Counts {
  const wanted = number(spec['replicas']) ?? 1;
  const available = number(status['availableReplicas']) ?? 0;
  return {
    wanted,
    replicas: number(status['replicas']) ?? 0,
    ready: number(status['readyReplicas']) ?? 0,
    available,
    updated: number(status['updatedReplicas']) ?? 0,
    unavailable: number(status['unavailableReplicas']) ?? 0,
  };
}

function daemonCounts(status: Fields): Counts {
  return {
    wanted: number(status['desiredNumberScheduled']) ?? 0,
    replicas: number(status['currentNumberScheduled']) ?? 0,
    ready: number(status['numberReady']) ?? 0,
    available: number(status['numberAvailable']) ?? 0,
    updated: number(status['updatedNumberScheduled']) ?? 0,
    unavailable: number(status['numberUnavailable']) ?? 0,
  };
}

function revisionOf(meta: Meta): number | undefined {
  const written = Number(meta.annotations['deployment.kubernetes.io/revision']);
  return Number.isInteger(written) ? written : undefined;
}

/** The template of a StatefulSet's or DaemonSet's history is a patch: `data.spec.template`. */
export function controllerRevision(raw: Fields, meta: Meta): ControllerRevision {
  const template = fields(fields(raw['data'])['spec'])['template'];
  return {
    ...meta,
    kind: 'ControllerRevision',
    ...present({
      revision: number(raw['revision']) ?? 0,
      template: isFields(template) ? podSpec(template['spec']) : undefined,
    }),
  };
}
