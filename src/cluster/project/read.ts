import type { Millis } from '../../lib/clock.ts';
import { cleanText } from '../../lib/text.ts';
import type { Condition, Labels, Ref, Selector } from '../objects.ts';
import { makeShare, sharedWord } from './share.ts';

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

const noFields: Fields = Object.freeze({});
const noLabels: Labels = Object.freeze({});

/** The longest text that a snapshot keeps: the API caps an Event's message at 1 KiB too. */
const longest = 1024;

/** The object, or one without fields where it is anything else. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : noFields;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list as it is; anything else (`null` too, as Go prints empty slices) is an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text, cleaned and cut at 1 KiB; absent where it is empty or no string. */
export function text(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  // Cleaning costs three passes; nearly all texts are plain.
  const clean = /^[ -~]*$/.test(value) ? value : cleanText(value);
  return clean.length <= longest ? clean : `${clean.slice(0, longest - 1)}…`;
}

/** A text that many objects repeat. */
export function word(value: unknown): string | undefined {
  return sharedWord(text(value));
}

/** Texts of a list; what is no text is left out. */
export function texts(value: unknown): string[] {
  return list(value).flatMap((item) => text(item) ?? []);
}

/** A number or text as text: the API's `IntOrString`. */
export function intOrText(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : text(value);
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** RFC 3339 to epoch milliseconds. Go prints a time that was never set as year 1: absent, too. */
export function time(value: unknown): Millis | undefined {
  if (typeof value !== 'string') return undefined;
  // The conditions of a pod mostly carry one and the same time.
  if (value !== lastTime.text) lastTime = { text: value, at: Date.parse(value) };
  return lastTime.at > 0 ? lastTime.at : undefined;
}

let lastTime = { text: '', at: 0 };

/** The later or earlier of what is there. */
export function latest(...times: (Millis | undefined)[]): Millis | undefined {
  const known = times.filter((at) => at !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** Names and texts of a map; one object for all that have the same. */
export function labels(value: unknown): Labels {
  return value === undefined || value === null ? noLabels : sharedLabels(value);
}

const sharedLabels = makeShare(readLabels);

function readLabels(value: unknown): Labels {
  const from = fields(value);
  let to: Record<string, string> | undefined;
  for (const key of Object.keys(from)) {
    const held = from[key];
    to ??= {};
    to[text(key) ?? ''] = text(held) ?? (typeof held === 'number' || typeof held === 'boolean' ? String(held) : '');
  }
  return to ?? noLabels;
}

/** `undefined` where there is none: it selects nothing. */
export function selector(value: unknown): Selector | undefined {
  if (!isFields(value)) return undefined;
  return {
    matchLabels: labels(value['matchLabels']),
    matchExpressions: list(value['matchExpressions']).map((item) => {
      const expression = fields(item);
      return {
        key: text(expression['key']) ?? '',
        operator: text(expression['operator']) ?? '',
        values: texts(expression['values']),
      };
    }),
  };
}

export function conditions(value: unknown): Condition[] {
  return list(value).map((item) => {
    const from = fields(item);
    const condition: Condition = {
      type: word(from['type']) ?? '',
      status: word(from['status']) ?? 'Unknown',
    };
    const reason = word(from['reason']);
    const message = text(from['message']);
    const since = time(from['lastTransitionTime']);
    if (reason !== undefined) condition.reason = reason;
    if (message !== undefined) condition.message = message;
    if (since !== undefined) condition.since = since;
    return condition;
  });
}

/** An object reference of the API; `namespace` is taken where it names none itself. */
export function ref(value: unknown, namespace?: string): Ref {
  const from = fields(value);
  return present({
    kind: text(from['kind']) ?? '',
    namespace: text(from['namespace']) ?? namespace,
    name: text(from['name']) ?? '',
  });
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same object without the fields that are undefined, so that absent means absent. */
export function present<T extends object>(from: T): Present<T>;
export function present(from: Record<string, unknown>): Record<string, unknown> {
  const to: Record<string, unknown> = {};
  for (const key in from) if (from[key] !== undefined) to[key] = from[key];
  return to;
}
