import type { Autoscaler, Budget, ConfigMapKeys, Meta, Quota, ServiceAccount, Webhook } from '../objects.ts';
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
  ref,
  selector,
  text,
  texts,
} from './read.ts';

export function autoscaler(raw: Fields, meta: Meta): Autoscaler {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  return {
    ...meta,
    kind: 'HorizontalPodAutoscaler',
    target: ref(spec['scaleTargetRef'], meta.namespace),
    min: number(spec['minReplicas']) ?? 1,
    max: number(spec['maxReplicas']) ?? 0,
    current: number(status['currentReplicas']) ?? 0,
    desired: number(status['desiredReplicas']) ?? 0,
    conditions: conditions(status['conditions']),
  };
}

export function budget(raw: Fields, meta: Meta): Budget {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  return {
    ...meta,
    kind: 'PodDisruptionBudget',
    ...present({
      selector: selector(spec['selector']),
      allowed: number(status['disruptionsAllowed']) ?? 0,
      currentHealthy: number(status['currentHealthy']) ?? 0,
      desiredHealthy: number(status['desiredHealthy']) ?? 0,
      expectedPods: number(status['expectedPods']) ?? 0,
      minAvailable: intOrText(spec['minAvailable']),
      maxUnavailable: intOrText(spec['maxUnavailable']),
      observedGeneration: number(status['observedGeneration']),
      conditions: conditions(status['conditions']),
    }),
  };
}

/** `scope` holds the resources a hook is asked about: `pods`, `deployments`, `*`. */
export function webhook(raw: Fields, meta: Meta, kind: Webhook['kind']): Webhook {
  return {
    ...meta,
    kind,
    hooks: list(raw['webhooks']).map((item) => {
      const hook = fields(item);
      const client = fields(hook['clientConfig']);
      const service = client['service'];
      return present({
        name: text(hook['name']) ?? '',
        service: isFields(service)
          ? {
              namespace: text(service['namespace']) ?? '',
              name: text(service['name']) ?? '',
              port: number(service['port']) ?? 443,
            }
          : undefined,
        url: text(client['url']),
        failurePolicy: text(hook['failurePolicy']) ?? 'Fail',
        scope: list(hook['rules']).flatMap((rule) => texts(fields(rule)['resources'])),
      });
    }),
  };
}

export function quota(raw: Fields, meta: Meta): Quota {
  const status = fields(raw['status']);
  return {
    ...meta,
    kind: 'ResourceQuota',
    hard: labels(status['hard'] ?? fields(raw['spec'])['hard']),
    used: labels(status['used']),
  };
}

/** Keys only, never what stands under them. */
export function configMapKeys(raw: Fields, meta: Meta): ConfigMapKeys {
  const keys = [...Object.keys(fields(raw['data'])), ...Object.keys(fields(raw['binaryData']))];
  return { ...meta, kind: 'ConfigMap', keys: texts(keys) };
}

export function serviceAccount(raw: Fields, meta: Meta): ServiceAccount {
  return {
    ...meta,
    kind: 'ServiceAccount',
    imagePullSecrets: list(raw['imagePullSecrets']).flatMap((item) => text(fields(item)['name']) ?? []),
  };
}
