import { fields } from '../../cluster/project/read.ts';
import type { ApiObject } from './api-object.ts';

/** The `scale` subresource: of a workload only how many replicas it wants and has. */
export function scaleOf(object: ApiObject): ApiObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: { replicas: fields(object['spec'])['replicas'] ?? 1 },
    status: { replicas: fields(object['status'])['replicas'] ?? 0 },
  };
}

/** The workload with the replicas that a `Scale` asks for. */
export function scaledTo(object: ApiObject, scale: unknown): ApiObject {
  const { replicas } = fields(fields(scale)['spec']);
  return { ...object, spec: { ...fields(object['spec']), replicas } };
}
