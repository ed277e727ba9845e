import type { Lease, Meta, Namespace, Node } from '../objects.ts';
import { quantity, resources } from './quantity.ts';
import { conditions, type Fields, fields, list, number, present, text, time } from './read.ts';

export function node(raw: Fields, meta: Meta): Node {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  return {
    ...meta,
    kind: 'Node',
    ...present({
      unschedulable: spec['unschedulable'] === true,
      taints: list(spec['taints']).map((item) => {
        const taint = fields(item);
        return present({
          key: text(taint['key']) ?? '',
          value: text(taint['value']),
          effect: text(taint['effect']) ?? '',
          since: time(taint['timeAdded']),
        });
      }),
      conditions: conditions(status['conditions']),
      capacity: withPods(status['capacity']),
      allocatable: withPods(status['allocatable']),
      addresses: list(status['addresses']).flatMap((item) => text(fields(item)['address']) ?? []),
      kubelet: text(fields(status['nodeInfo'])['kubeletVersion']),
    }),
  };
}

function withPods(value: unknown): Node['capacity'] {
  return present({ ...resources(value), pods: quantity(fields(value)['pods']) });
}

export function namespace(raw: Fields, meta: Meta): Namespace {
  const status = fields(raw['status']);
  return {
    ...meta,
    kind: 'Namespace',
    phase: text(status['phase']) ?? 'Active',
    conditions: conditions(status['conditions']),
  };
}

export function lease(raw: Fields, meta: Meta): Lease {
  const spec = fields(raw['spec']);
  return {
    ...meta,
    kind: 'Lease',
    ...present({
      holder: text(spec['holderIdentity']),
      renewed: time(spec['renewTime']),
      seconds: number(spec['leaseDurationSeconds']) ?? 0,
    }),
  };
}
