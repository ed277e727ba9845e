import type { Claim, Meta, PersistentVolume, StorageClass } from '../objects.ts';
import { quantity } from './quantity.ts';
import { conditions, type Fields, fields, isFields, present, ref, selector, text, texts } from './read.ts';

export function claim(raw: Fields, meta: Meta): Claim {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  return {
    ...meta,
    kind: 'PersistentVolumeClaim',
    ...present({
      phase: text(status['phase']) ?? '',
      storageClass: text(spec['storageClassName']) ?? meta.annotations['volume.beta.kubernetes.io/storage-class'],
      volume: text(spec['volumeName']),
      accessModes: texts(spec['accessModes']),
      requested: quantity(fields(fields(spec['resources'])['requests'])['storage']),
      selector: selector(spec['selector']),
      conditions: conditions(status['conditions']),
    }),
  };
}

export function persistentVolume(raw: Fields, meta: Meta): PersistentVolume {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  const bound = spec['claimRef'];
  return {
    ...meta,
    kind: 'PersistentVolume',
    ...present({
      phase: text(status['phase']) ?? '',
      storageClass: text(spec['storageClassName']),
      claim: isFields(bound) ? ref({ ...bound, kind: 'PersistentVolumeClaim' }) : undefined,
      capacity: quantity(fields(spec['capacity'])['storage']),
      accessModes: texts(spec['accessModes']),
      reason: text(status['reason']),
      message: text(status['message']),
      reclaim: text(spec['persistentVolumeReclaimPolicy']) ?? 'Retain',
    }),
  };
}

export function storageClass(raw: Fields, meta: Meta): StorageClass {
  return {
    ...meta,
    kind: 'StorageClass',
    provisioner: text(raw['provisioner']) ?? '',
    waitForFirstConsumer: raw['volumeBindingMode'] === 'WaitForFirstConsumer',
    isDefault: ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'].some(
      (name) => meta.annotations[name] === 'true',
    ),
  };
}
