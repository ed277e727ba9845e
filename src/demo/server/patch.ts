import { isDeepStrictEqual } from 'node:util';
import { type Fields, isFields, list } from '../../cluster/project/read.ts';
import { type Refusal, refusal } from './api-object.ts';

/** RFC 7396: `null` removes, objects merge, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const merged: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** Which field tells the items of a list apart; lists not named here are replaced as a whole. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  imagePullSecrets: 'name',
  conditions: 'type',
  taints: 'key',
  ports: 'port',
  ownerReferences: 'uid',
  secrets: 'name',
};

/** Kubernetes' merge patch that knows lists: items merge by their key, `$patch: delete` removes one. */
export function strategicPatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  const merged: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const field = key.slice(key.indexOf('/') + 1);
      merged[field] = list(merged[field]).filter((item) => !list(value).includes(item));
    } else if (key.startsWith('$')) continue;
    else if (value === null) delete merged[key];
    else if (Array.isArray(value)) merged[key] = mergeList(key, list(merged[key]), value);
    else merged[key] = strategicPatch(merged[key], value);
  }
  return merged;
}

function mergeList(field: string, target: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const items = patch.filter(isFields);
  // `ports` of a container have another key than those of a Service.
  const key = items.some((item) => item['containerPort'] !== undefined) ? 'containerPort' : mergeKeys[field];
  // Finalizers are a set: what is patched in comes on top.
  if (field === 'finalizers') return [...new Set([...target, ...patch])];
  if (!key || items.length < patch.length) return [...patch];
  if (items.some((item) => item['$patch'] === 'replace')) return items.filter((item) => item['$patch'] === undefined);
  let merged = [...target];
  for (const item of items) {
    const at = merged.findIndex((other) => isFields(other) && other[key] === item[key]);
    if (item['$patch'] === 'delete') merged = merged.filter((_, index) => index !== at);
    else if (at < 0) merged.push(strategicPatch({}, item));
    else merged[at] = strategicPatch(merged[at], item);
  }
  return merged;
}

const withoutDirectives = (patch: Fields): Fields =>
  Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));

/** RFC 6902: `add`, `remove`, `replace`, `test`, `move` and `copy`. */
export function jsonPatch(target: unknown, patch: unknown): unknown | Refusal {
  let result: unknown = structuredClone(target);
  for (const step of list(patch)) {
    if (!isFields(step)) return invalid('an operation is no object');
    const path = pointer(step['path']);
    const from = pointer(step['from']);
    const moved = step['op'] === 'move' || step['op'] === 'copy' ? valueAt(result, from) : step['value'];
    if (step['op'] === 'test') {
      if (!isDeepStrictEqual(valueAt(result, path), step['value'])) return invalid(`test of ${step['path']} failed`);
      continue;
    }
    if (step['op'] === 'move') result = change(result, from, 'remove', undefined);
    const done = change(result, path, step['op'] === 'remove' || step['op'] === 'replace' ? step['op'] : 'add', moved);
    if (done === undefined) return invalid(`there is nothing at ${String(step['path'])}`);
    result = done;
  }
  return result;
}

const invalid = (message: string): Refusal =>
  refusal(422, 'Invalid', `the server rejected our request due to an error in our request: ${message}`);

const pointer = (path: unknown): string[] =>
  String(path ?? '')
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

function valueAt(target: unknown, path: readonly string[]): unknown {
  let value = target;
  for (const step of path)
    value = Array.isArray(value) ? value[Number(step)] : isFields(value) ? value[step] : undefined;
  return value;
}

/** The changed copy, or undefined where the path leads nowhere. */
function change(target: unknown, path: readonly string[], op: 'add' | 'remove' | 'replace', value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return op === 'remove' ? undefined : value;
  if (Array.isArray(target)) {
    const at = step === '-' ? target.length : Number(step);
    if (rest.length > 0) {
      const inner = change(target[at], rest, op, value);
      return inner === undefined ? undefined : target.with(at, inner);
    }
    if (op === 'add') return target.toSpliced(at, 0, value);
    if (at >= target.length) return undefined;
    return op === 'remove' ? target.toSpliced(at, 1) : target.with(at, value);
  }
  if (!isFields(target)) return undefined;
  if (rest.length > 0) {
    const inner = change(target[step], rest, op, value);
    return inner === undefined ? undefined : { ...target, [step]: inner };
  }
  if (op !== 'add' && !Object.hasOwn(target, step)) return undefined;
  const { [step]: _, ...others } = target;
  return op === 'remove' ? others : { ...others, [step]: value };
}
