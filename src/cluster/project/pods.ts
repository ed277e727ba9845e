import type { ContainerState, ContainerStatus, Meta, Pod } from '../objects.ts';
import { podSpec } from './pod-spec.ts';
import { conditions, type Fields, fields, isFields, list, number, present, text, time, word } from './read.ts';

/** The one reader that runs 150,000 times: fields are set one by one, which costs half of copying them together. */
export function pod(raw: Fields, meta: Meta): Pod {
  const from = fields(raw['spec']);
  const status = fields(raw['status']);
  const spec = podSpec(from);
  const read: Pod = {
    ...meta,
    kind: 'Pod',
    phase: word(status['phase']) ?? 'Unknown',
    conditions: conditions(status['conditions']),
    statuses: statuses(status),
    containers: spec.containers,
    volumes: spec.volumes,
    serviceAccount: spec.serviceAccount,
    nodeSelector: spec.nodeSelector,
    nodeAffinity: spec.nodeAffinity,
    podAntiAffinity: spec.podAntiAffinity,
    tolerations: spec.tolerations,
    hostNetwork: spec.hostNetwork,
    imagePullSecrets: spec.imagePullSecrets,
    schedulingGates: spec.schedulingGates,
    terminationGrace: spec.terminationGrace,
    restartPolicy: spec.restartPolicy,
  };
  const node = word(from['nodeName']);
  const reason = word(status['reason']);
  const message = text(status['message']);
  const ip = text(status['podIP']);
  const started = time(status['startTime']);
  const qos = word(status['qosClass']);
  if (spec.priorityClass !== undefined) read.priorityClass = spec.priorityClass;
  if (node !== undefined) read.node = node;
  if (reason !== undefined) read.reason = reason;
  if (message !== undefined) read.message = message;
  if (ip !== undefined) read.ip = ip;
  if (started !== undefined) read.started = started;
  if (qos !== undefined) read.qos = qos;
  return read;
}

function statuses(status: Fields): ContainerStatus[] {
  const main = list(status['containerStatuses']).map((item) => containerStatus(fields(item), false));
  const init = status['initContainerStatuses'];
  return init ? [...list(init).map((item) => containerStatus(fields(item), true)), ...main] : main;
}

function containerStatus(from: Fields, init: boolean): ContainerStatus {
  const read: ContainerStatus = {
    name: word(from['name']) ?? '',
    init,
    image: word(from['image']) ?? '',
    ready: from['ready'] === true,
    restarts: number(from['restartCount']) ?? 0,
  };
  const state = containerState(fields(from['state']));
  const last = containerState(fields(from['lastState']));
  if (typeof from['started'] === 'boolean') read.started = from['started'];
  if (state !== undefined) read.state = state;
  if (last !== undefined) read.last = last;
  return read;
}

function containerState(from: Fields): ContainerState | undefined {
  const { running, waiting, terminated } = from;
  if (isFields(terminated)) {
    return present({
      is: 'terminated' as const,
      reason: word(terminated['reason']) ?? '',
      message: text(terminated['message']),
      exitCode: number(terminated['exitCode']) ?? 0,
      signal: number(terminated['signal']),
      startedAt: time(terminated['startedAt']),
      finishedAt: time(terminated['finishedAt']),
    });
  }
  if (isFields(waiting)) {
    return present({
      is: 'waiting' as const,
      reason: word(waiting['reason']) ?? '',
      message: text(waiting['message']),
    });
  }
  return isFields(running) ? present({ is: 'running' as const, since: time(running['startedAt']) }) : undefined;
}
