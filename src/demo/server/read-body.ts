import { parse } from 'yaml';
import { isFields } from '../../cluster/project/read.ts';
import { type ApiObject, isApiObject, type Refusal, refusal } from './api-object.ts';
import { type Manager, withoutAbandoned } from './managed-fields.ts';
import { jsonPatch, mergePatch, strategicPatch } from './patch.ts';
import type { Resource } from './resources.ts';

/** A writing request, its body as it came. */
export type WriteRequest = {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  resource: Resource;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
  query: URLSearchParams;
  contentType: string;
  userAgent: string;
  body: string;
};

const applyType = 'application/apply-patch+yaml';

/** Server-side apply: creates what is not there yet. */
export const isApply = ({ contentType }: WriteRequest): boolean => contentType === applyType;

/** Who writes, and whether as an apply. */
export function managerOf({ query, userAgent, contentType, subresource }: WriteRequest): Manager {
  return {
    name: query.get('fieldManager') || userAgent.split('/')[0] || 'unknown',
    operation: contentType === applyType ? 'Apply' : 'Update',
    ...(subresource && { subresource }),
  };
}

/** The object that a PATCH makes of `before`. */
export function readPatched(request: WriteRequest, before: ApiObject | undefined): unknown {
  const patch = readBody(request);
  if (isRefusal(patch)) return patch;
  switch (request.contentType) {
    case 'application/json-patch+json':
      return jsonPatch(before, patch);
    case 'application/merge-patch+json':
      return mergePatch(before, patch);
    case 'application/strategic-merge-patch+json':
      return strategicPatch(before, patch);
    case applyType:
      if (!isApiObject(patch)) {
        return refusal(400, 'BadRequest', 'an applied object needs apiVersion, kind and metadata.name');
      }
      return before ? strategicPatch(withoutAbandoned(before, patch, managerOf(request)), patch) : patch;
    default:
      return refusal(
        415,
        'UnsupportedMediaType',
        `the body of the request was in an unknown format: ${request.contentType}`,
      );
  }
}

/** JSON, which is YAML too: `apply` sends the one or the other under the same type. */
export function readBody({ body }: WriteRequest): unknown {
  try {
    return /^[{[]/.test(body) ? JSON.parse(body) : parse(body);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    return refusal(400, 'BadRequest', `the object could not be decoded: ${why}`);
  }
}

export function isRefusal(value: unknown): value is Refusal {
  return isFields(value) && 'refused' in value;
}
