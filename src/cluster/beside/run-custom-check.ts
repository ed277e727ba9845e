import type { CustomCheck } from '../../config/revision.ts';
import type { Millis } from '../../lib/clock.ts';
import { oneLine } from '../../lib/text.ts';
import type { CustomResult } from '../beside.ts';
import type { Ref } from '../objects.ts';
import { type Fields, fields, isFields, text } from '../project/read.ts';
import { redactObject } from '../recording/redact-object.ts';
import { refName } from '../world.ts';
import { type JqOptions, runJq } from './run-jq.ts';

export type CustomOptions = JqOptions & { now: Millis };

/** A result keeps no more than so many matches. */
const mostMatches = 1000;

/** Below this many matches "most of them" is a coincidence. */
const fewMatches = 3;

/**
 * Runs a custom check of the Markdown over raw objects of the API, as `kubectl get -o json | jq` would: a List, with everything
 * that a recording leaves out left out. Never rejects; what could not run is `unknown` with the reason.
 */
export async function runCustomCheck(
  check: CustomCheck,
  objects: readonly unknown[],
  options: CustomOptions,
): Promise<CustomResult> {
  const began = performance.now();
  const items = objects.map((object) => redactObject(object)).filter((item) => item !== undefined);
  const outcome = await runJq(check.filter, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), options);
  const result = {
    name: check.name,
    severity: check.severity,
    at: options.now,
    took: Math.round(performance.now() - began),
    looked: items.length,
  };
  if ('failure' in outcome)
    return { ...result, state: 'unknown', reason: outcome.failure, matches: [], matchesMost: false };
  const lines = outcome.output.split('\n').filter((line) => line.trim() !== '');
  const kinds = new Map(items.map((item) => [keyOf(item), item]));
  const matches = lines.flatMap((line) => matchesOf(line, kinds, items)).slice(0, mostMatches);
  return {
    ...result,
    state: 'ok',
    matches,
    matchesMost: matches.length > fewMatches && matches.length > items.length / 2,
  };
}

type Match = CustomResult['matches'][number];

/** What one line of output means. `null`, `false`, 0 and what is empty mean nothing; a list means each of its items. */
function matchesOf(line: string, known: ReadonlyMap<string, Fields>, items: readonly Fields[]): Match[] {
  return valuesOf(parseLine(line)).map((value) => {
    const object = isFields(value) ? objectOf(value, known, items) : undefined;
    const said = typeof value === 'string' ? value : JSON.stringify(value);
    return { text: object && isWhole(value) ? refName(object) : oneLine(said, 300), ...(object && { object }) };
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The command asked for raw output (`jq -r`): the line is the string.
    return line;
  }
}

function valuesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(valuesOf);
  if (isFields(value)) return Object.keys(value).length > 0 ? [value] : [];
  return value ? [value] : [];
}

/** A whole object of the API is told by its name, a few fields that the filter chose are told as they are. */
const isWhole = (value: unknown): boolean => isFields(value) && isFields(value['metadata']);

/** The object a value names: by `kind` and `metadata`, or by `name` and `namespace` beside other fields. */
function objectOf(value: Fields, known: ReadonlyMap<string, Fields>, items: readonly Fields[]): Ref | undefined {
  const metadata = isFields(value['metadata']) ? value['metadata'] : value;
  const name = text(metadata['name']);
  if (name === undefined) return undefined;
  const namespace = text(metadata['namespace'] ?? metadata['ns']);
  const found = known.get(`${namespace ?? ''}/${name}`);
  // A check over one kind need not say which.
  const kind =
    text(value['kind']) ?? text(found?.['kind']) ?? (isOneKind(items) ? text(items[0]?.['kind']) : undefined);
  return kind === undefined ? undefined : { kind, ...(namespace !== undefined && { namespace }), name };
}

const keyOf = (item: Fields): string => {
  const metadata = fields(item['metadata']);
  return `${text(metadata['namespace']) ?? ''}/${text(metadata['name']) ?? ''}`;
};

const isOneKind = (items: readonly Fields[]): boolean => items.every((item) => item['kind'] === items[0]?.['kind']);
