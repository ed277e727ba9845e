import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isOver } from '../../src/cli/cycle-document.ts';
import { snapshotOf } from '../../src/cluster/project/snapshot-of.ts';
import { refName } from '../../src/cluster/world.ts';
import { compileFiles } from '../../src/config/compile.ts';
import type { Revision, SourceFile } from '../../src/config/revision.ts';
import { type CycleResult, runCycle } from '../../src/cycle.ts';
import { emptyMemory, type Memory } from '../../src/triage/incident.ts';

const root = join(import.meta.dirname, '..', '..');
const examples = join(root, 'examples', 'config');

/** One case of a scenario file: what is given, and the lines that must come of it. */
export type ScenarioCase = { title: string; now: number; fences: Map<string, string>; expected: string[] };

/**
 * A scenario file: an H1, `Now:`, fences with what is given (```yaml for the cluster, ```markdown NAME for a file of the
 * configuration, the others come from examples/config), then one H2 per case with its own `Now:` and fences where they
 * differ, and a list of what is expected: every incident and everything suppressed, and any service, problem or pending
 * finding that is worth a line.
 */
export function readScenario(text: string): ScenarioCase[] {
  const [given = '', ...cases] = text.split(/^## /m);
  const base = readPart(given);
  return cases.map((part) => {
    const own = readPart(part);
    return {
      title: part.split('\n', 1)[0] ?? '',
      now: own.now ?? base.now ?? Date.parse('2026-01-15T12:00:00Z'),
      fences: new Map([...base.fences, ...own.fences]),
      expected: own.list,
    };
  });
}

function readPart(part: string): { now?: number; fences: Map<string, string>; list: string[] } {
  const fences = new Map<string, string>();
  const rest = part.replace(
    /^(`{3,})(\w+)(?: (\S+))?\n([\s\S]*?)^\1$/gm,
    (_, _ticks: string, language: string, name: string | undefined, body: string) => {
      fences.set(name ?? language, body);
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
    text: fences.get(name) ?? readFileSync(path, 'utf8'),
    lineOffset: 0,
    columnOffset: 0,
  });
  const agents = readdirSync(join(examples, 'agents'));
  return compileFiles([
    file('CLAUDE.md', join(examples, 'CLAUDE.md'), 'orchestrator'),
    ...agents.map((name) => file(name, join(examples, 'agents', name), 'agent')),
  ]);
}

/** Runs one cycle of a case; `memory` carries what an earlier case left. */
export function runCase(one: ScenarioCase, memory: Memory = emptyMemory): CycleResult {
  const objects = parseAllDocuments(one.fences.get('yaml') ?? '').map((document): unknown => document.toJS());
  let ids = 0;
  return runCycle({
    cycle: 'c-1',
    now: one.now,
    revision: compileCase(one),
    snapshot: snapshotOf(
      objects.filter((object) => object !== null),
      { now: one.now },
    ),
    memory,
    customResults: [],
    probes: [],
    past: [],
    channels: { routes: ['console'] },
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
  const expected = one.expected.filter((line) => line !== 'nothing');
  const isOptional = (line: string): boolean => /^(service|pending|error|warning|info|because) /.test(line);
  assert.deepEqual(all.sort(), expected.filter((line) => !isOptional(line)).sort());
  for (const line of expected.filter(isOptional))
    assert.ok(
      optional.some((seen) => seen === line || seen.startsWith(`${line} `) || seen.startsWith(`${line},`)),
      `expected "${line}" among:\n${optional.join('\n')}`,
    );
}
