import { keepsAnnotation } from '../project/meta.ts';
import { type Fields, fields, isFields, list } from '../project/read.ts';
import { redactCommand, redactText } from './redact-text.ts';

/**
 * What becomes of a list or a map under this name, wherever it stands. Everything else is walked through and texts lose what looks
 * like a secret. A label may have any of these names, too: its value is a text and stays.
 */
const listRules: Readonly<Record<string, (items: readonly unknown[]) => unknown>> = {
  // A value is nobody's business; a name and where its value comes from are.
  env: (items) => items.map((item) => pick(fields(item), ['name', 'valueFrom'])),
  httpHeaders: (items) => items.map((item) => pick(fields(item), ['name'])),
  command: redactCommand,
  args: redactCommand,
  // Who changed it and when; what exactly holds values of lists.
  managedFields: (items) => items.map((item) => pick(fields(item), ['manager', 'operation', 'time', 'subresource'])),
};
const mapRules: Readonly<Record<string, (map: Fields) => unknown>> = {
  annotations: (map) => redact(Object.fromEntries(Object.entries(map).filter(([name]) => keepsAnnotation(name)))),
  // Drivers get their secrets here; nothing of it is ever read.
  volumeAttributes: () => undefined,
  options: () => undefined,
};

/** What objects are called and refer to each other by: a name that looks like a key is a name all the same. */
const identities = new Set([
  'name',
  'namespace',
  'uid',
  'kind',
  'apiVersion',
  'image',
  'nodeName',
  'labels',
  'matchLabels',
]);

/** Kinds whose `data` belongs to their users. Keys stay: what exists is needed to see what is missing. */
const kindsWithData = new Set(['ConfigMap', 'Secret']);

/** A copy that may leave the cluster, or nothing: Secrets stay where they are. */
export function redactObject(raw: unknown, of?: { kind: string; apiVersion: string }): Fields | undefined {
  if (!isFields(raw)) return undefined;
  const kind = raw['kind'] ?? of?.kind;
  if (kind === 'Secret') return undefined;
  const object = { ...of, ...raw };
  if (typeof kind !== 'string' || !kindsWithData.has(kind)) return fields(redact(object));
  return fields(
    redact({ ...object, data: keysOf(raw['data']), binaryData: keysOf(raw['binaryData']), stringData: undefined }),
  );
}

/** Of a kubelet's `/stats/summary` only how full the volumes are. */
export function redactSummary(raw: unknown): Fields {
  return {
    node: pick(fields(fields(raw)['node']), ['nodeName']),
    pods: list(fields(raw)['pods']).map((pod) => pick(fields(pod), ['podRef', 'volume'])),
  };
}

function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redact);
  if (!isFields(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const kept = identities.has(name) ? inner : redactField(name, inner);
    if (kept !== undefined) copy[name] = kept;
  }
  return copy;
}

function redactField(name: string, value: unknown): unknown {
  if (Array.isArray(value) && Object.hasOwn(listRules, name)) return listRules[name]?.(value);
  if (isFields(value) && Object.hasOwn(mapRules, name)) return mapRules[name]?.(value);
  return redact(value);
}

function pick(from: Fields, names: readonly string[]): Fields {
  return fields(redact(Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]))));
}

function keysOf(value: unknown): Fields | undefined {
  return isFields(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, ''])) : undefined;
}
