import type { ContainerState, ContainerStatus, Meta, Pod } from '../objects.ts';
import { podSpec } from './pod-spec.ts';
import { conditions, type Fields, fields, isFields, list, number, present, text, time } from './read.ts';

export function pod(raw: Fields, meta: Meta): Pod {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  return {
    ...meta,
    ...podSpec(spec),
    kind: 'Pod',
    ...present({
      node: text(spec['nodeName']),
      phase: text(status['phase']) ?? 'Unknown',
      reason: text(status['reason']),
      message: text(status['message']),
      ip: text(status['podIP']),
      started: time(status['startTime']),
      conditions: conditions(status['conditions']),
      statuses: [
        ...list(status['initContainerStatuses']).map((item) => containerStatus(fields(item), true)),
        ...list(status['containerStatuses']).map((item) => containerStatus(fields(item), false)),
      ],
      qos: text(status['qosClass']),
    }),
  };
}

function containerStatus(from: Fields, init: boolean): ContainerStatus {
  return present({
    name: text(from['name']) ?? '',
    init,
    image: text(from['image']) ?? '',
    ready: from['ready'] === true,
    started: typeof from['started'] === 'boolean' ? from['started'] : undefined,
    restarts: number(from['restartCount']) ?? 0,
    state: containerState(fields(from['state'])),
    last: containerState(fields(from['lastState'])),
  });
}

function containerState(from: Fields): ContainerState | undefined {
  const { running, waiting, terminated } = from;
  if (isFields(terminated)) {
    return present({
      is: 'terminated' as const,
      reason: text(terminated['reason']) ?? '',
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
      reason: text(waiting['reason']) ?? '',
      message: text(waiting['message']),
    });
  }
  return isFields(running) ? present({ is: 'running' as const, since: time(running['startedAt']) }) : undefined;
}
