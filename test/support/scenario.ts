import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { isOver } from '../../src/cli/cycle-document.ts';
import { runCustomCheck } from '../../src/cluster/beside/run-custom-check.ts';
import type { CustomResult } from '../../src/cluster/beside.ts';
import { snapshotOf } from '../../src/cluster/project/snapshot-of.ts';
import { matches } from '../../src/cluster/select.ts';
import { refName } from '../../src/cluster/world.ts';
import { compileFiles } from '../../src/config/compile.ts';
import type { Revision, SourceFile } from '../../src/config/revision.ts';
import { type CycleResult, runCycle } from '../../src/cycle.ts';
import type { OutboxEntry } from '../../src/notify/delivery.ts';
import { emptyMemory, type Memory } from '../../src/triage/incident.ts';

const root = join(import.meta.dirname, '..', '..');
const examples = join(root, 'examples', 'config');

/** One case of a scenario file: what is given, and the lines that must come of it. */
export type ScenarioCase = {
  title: string;
  now: number;
  fences: Map<string, string>;
  expected: string[];
  /** The case above happened before it: its memory goes on. */
  continues: boolean;
  /** Who made the configuration of this case, which is another one than that of the case above. */
  author?: string;
};

/**
 * A scenario file: an H1, `Now:`, fences with what is given (```yaml for the cluster, ```markdown NAME for a file of the
 * configuration, the others come from examples/config, ```diff NAME for an edit of one of them), then one H2 per case with its
 * own `Now:` and fences where they differ, and a list of what is expected: every incident and everything suppressed, and any
 * service, problem or pending finding that is worth a line. Custom checks of the configuration run over the cluster. A case with the
 * line `Continues the case above.` remembers what that one left, and has its fences unless it gives its own; `Edited by NAME.` says
 * who changed the configuration meanwhile. Where a line begins with `told`, all messages are compared; `told nothing` is none.
 */
export function readScenario(text: string): ScenarioCase[] {
  const [given = '', ...cases] = splitCases(text);
  const base = readPart(given);
  let above = base.fences;
  return cases.map((part) => {
    const own = readPart(part);
    const continues = /^Continues the case above\.$/m.test(part);
    const author = /^Edited by (\S+)\.$/m.exec(part)?.[1];
    above = new Map([...(continues ? above : base.fences), ...own.fences]);
    return {
      title: part.split('\n', 1)[0] ?? '',
      now: own.now ?? base.now ?? Date.parse('2026-01-15T12:00:00Z'),
      fences: above,
      expected: own.list,
      continues,
      ...(author !== undefined && { author }),
    };
  });
}

/** The text before the first H2 and from each on; a heading inside a fence belongs to a file of the configuration. */
function splitCases(text: string): string[] {
  const parts = [''];
  let fence = '';
  for (const line of text.split('\n')) {
    const [ticks = ''] = /^`{3,}/.exec(line) ?? [];
    if (fence === '') fence = ticks;
    else if (line === fence) fence = '';
    if (fence === '' && line.startsWith('## ')) parts.push(line.slice(3));
    else parts[parts.length - 1] += `\n${line}`;
  }
  return parts;
}

function readPart(part: string): { now?: number; fences: Map<string, string>; list: string[] } {
  const fences = new Map<string, string>();
  const rest = part.replace(
    /^(`{3,})(\w+)(?: (\S+))?\n([\s\S]*?)^\1$/gm,
    (_, _ticks: string, language: string, name: string | undefined, body: string) => {
      fences.set(language === 'diff' ? `diff ${name}` : (name ?? language), body);
      return '';
    },
  );
  const now = /^Now: (\S+)$/m.exec(rest)?.[1];
  return {
    ...(now ? { now: Date.parse(now) } : {}),
    fences,
    list: [...rest.matchAll(/^- (.*)$/gm)].map((match) => match[1] ?? ''),
  };
}

/** The configuration of a case: its own fences, and what it does not give from the example. */
export function compileCase({ fences }: ScenarioCase): Revision {
  const file = (name: string, path: string, role: SourceFile['role']): SourceFile => ({
    file: role === 'agent' ? `agents/${name}` : name,
    name,
    role,
    text: edit(fences.get(name) ?? readFileSync(path, 'utf8'), fences.get(`diff ${name}`) ?? ''),
    lineOffset: 0,
    columnOffset: 0,
  });
  const agents = readdirSync(join(examples, 'agents'));
  return compileFiles([
    file('CLAUDE.md', join(examples, 'CLAUDE.md'), 'orchestrator'),
    ...agents.map((name) => file(name, join(examples, 'agents', name), 'agent')),
  ]);
}

/** Applies an edit as the guide prints them: lines with `+` or `-` in front, the others as they stand in the file. */
function edit(text: string, diff: string): string {
  const lines = diff.split('\n').filter((line) => line !== '');
  const without = (sign: string): string =>
    lines.flatMap((line) => (line.startsWith(sign) ? [] : [`${line.slice(1)}\n`])).join('');
  if (text.split(without('+')).length !== 2 && lines.length > 0)
    throw new Error(`an edit must fit exactly one place:\n${diff}`);
  return text.replace(without('+'), () => without('-'));
}

/** What the custom checks find in the objects of a case, by the jq that would run in a cluster. */
function runChecks({ customChecks }: Revision, objects: readonly unknown[], now: number): Promise<CustomResult[]> {
  const path = process.env['PATH'] ?? '';
  return Promise.all(
    customChecks.map((check) => {
      const isMeant = (object: unknown): boolean => {
        const { kind, metadata } = apiObject.parse(object);
        return (
          check.kinds.includes(`${kind.toLowerCase()}s`) &&
          (check.namespace === undefined || check.namespace === metadata.namespace) &&
          matches(parseSelector(check.selector), metadata.labels ?? {})
        );
      };
      return runCustomCheck(check, objects.filter(isMeant), { now, path });
    }),
  );
}

const apiObject = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ namespace: z.string().optional(), labels: z.record(z.string(), z.string()).optional() }),
});

/** Only `key=value` terms: all that the checks of scenarios use. */
const parseSelector = (text = ''): Record<string, string> =>
  Object.fromEntries(text.split(',').flatMap((term) => (term ? [term.split('=')] : [])));

/** Runs one cycle of a case; `memory` carries what an earlier case left. */
export async function runCase(
  one: ScenarioCase,
  memory: Memory = emptyMemory,
  { before, past = [] }: { before?: Revision; past?: readonly OutboxEntry[] } = {},
): Promise<CycleResult> {
  const objects = parseAllDocuments(one.fences.get('yaml') ?? '')
    .map((document): unknown => document.toJS())
    .filter((object) => object !== null);
  const revision = compileCase(one);
  // What checks that were taken out found last stays known until the cycle after.
  const gone = (before?.customChecks ?? []).filter(({ name }) =>
    revision.customChecks.every((one) => one.name !== name),
  );
  const customChecks = [...revision.customChecks, ...gone];
  const customResults = await runChecks({ ...revision, customChecks }, objects, one.now);
  let ids = memory.incidents.length;
  return runCycle({
    cycle: 'c-1',
    now: one.now,
    revision,
    snapshot: snapshotOf(objects, { now: one.now }),
    memory,
    ...(before && { before }),
    ...(one.author !== undefined && { author: one.author }),
    customResults,
    probes: [],
    past,
    channels: { routes: ['console', 'slack'] },
    firstContact: false,
    observe: false,
    oneShot: true,
    newId: () => `i-${++ids}`,
  });
}

/** Compares what came with what was expected: too few and too many both fail. */
export function assertCase(one: ScenarioCase, result: CycleResult): void {
  const all = [
    ...result.incidents
      .filter(({ state }) => !isOver(state))
      .map(
        ({ severity, subject, check, cause }) => `${severity} ${refName(subject)} ${check}${cause ? ` ${cause}` : ''}`,
      ),
    ...result.suppressed
      .filter(({ by }) => by.kind !== 'ignore')
      .map(({ subject, by }) => `suppressed ${refName(subject)} by ${by.name}`),
  ];
  const optional = [
    ...result.services.map(({ name, priority, state }) => `service ${name} ${priority} ${state}`),
    ...result.findings
      .filter(({ pending }) => pending)
      .map(({ check, subject }) => `pending ${check} ${refName(subject)}`),
    ...result.revision.problems.map(({ level, file, line, code }) => `${level} ${file}:${line} ${code}`),
    ...result.incidents.map(({ subject, because }) => `because ${refName(subject)}: ${because}`),
  ];
  const told = result.deliveries
    .filter(({ kind }) => kind !== 'digest')
    .map(({ kind, channel, because }) => `told ${kind} in ${channel}: ${because}`)
    .map((line) => line.replaceAll(result.revision.id, 'REVISION'));
  const isTold = (line: string): boolean => line.startsWith('told ');
  if (one.expected.some(isTold))
    assert.deepEqual(told.sort(), one.expected.filter((line) => isTold(line) && line !== 'told nothing').sort());
  const expected = one.expected.filter((line) => line !== 'nothing' && !isTold(line));
  const isOptional = (line: string): boolean => /^(service|pending|error|warning|info|because) /.test(line);
  assert.deepEqual(all.sort(), expected.filter((line) => !isOptional(line)).sort());
  for (const line of expected.filter(isOptional))
    assert.ok(
      optional.some((seen) => seen === line || seen.startsWith(`${line} `) || seen.startsWith(`${line},`)),
      `expected "${line}" among:\n${optional.join('\n')}`,
    );
}
