import type { Meta, NodeUsage, PodUsage, VolumeUsage } from '../objects.ts';
import { quantity } from './quantity.ts';
import { type Fields, fields, isFields, list, number, present, text, time } from './read.ts';

export function podUsage(raw: Fields, meta: Meta): PodUsage {
  return present({
    namespace: meta.namespace ?? '',
    pod: meta.name,
    at: time(raw['timestamp']),
    containers: list(raw['containers']).map((item) => ({
      name: text(fields(item)['name']) ?? '',
      ...usage(fields(item)['usage']),
    })),
  });
}

export function nodeUsage(raw: Fields, meta: Meta): NodeUsage {
  return present({ node: meta.name, at: time(raw['timestamp']), ...usage(raw['usage']) });
}

function usage(value: unknown): { cpu: number; memory: number } {
  const from = fields(value);
  return { cpu: quantity(from['cpu']) ?? 0, memory: quantity(from['memory']) ?? 0 };
}

/** The volumes in a kubelet's `/stats/summary`; those without a capacity say nothing and are left out. */
export function volumeUsage(summary: unknown): VolumeUsage[] {
  return list(fields(summary)['pods']).flatMap((item) => {
    const pod = fields(item);
    const reference = fields(pod['podRef']);
    return list(pod['volume']).flatMap((volume) => {
      const from = fields(volume);
      const capacity = number(from['capacityBytes']);
      const available = number(from['availableBytes']);
      if (!capacity || available === undefined) return [];
      const claim = from['pvcRef'];
      return [
        present({
          namespace: text(reference['namespace']) ?? '',
          pod: text(reference['name']) ?? '',
          volume: text(from['name']) ?? '',
          claim: isFields(claim) ? text(claim['name']) : undefined,
          capacity,
          available,
          inodes: number(from['inodes']),
          inodesFree: number(from['inodesFree']),
        }),
      ];
    });
  });
}
