import { hashOf } from '../lib/hash.ts';
import { nearestWord } from '../lib/text.ts';
import type { Section } from './document.ts';
import { type Draft, type EscalationParts, makeDraft, makeReader, type Reader } from './draft.ts';
import { checkFences, checkProse, isFit, sizeOverLimit } from './limits.ts';
import { isError, problemOf } from './problems.ts';
import {
  type Escalation,
  type Problem,
  priorities,
  type Revision,
  type SeverityRule,
  type SourceFile,
  severities,
} from './revision.ts';
import { isAgentTitle, readAgent, requiredAgents } from './sections/agent.ts';
import { isOrchestratorTitle, readOrchestrator } from './sections/orchestrator.ts';
import { textForHash } from './shape/normal-text.ts';

/**
 * Compiles Markdown files into a Revision: data, a verdict for every line, and every problem in the order of the files.
 * Pure and synchronous; never throws. A revision with an error (`hasErrors`) must not be put in force.
 */
export function compileFiles(files: readonly SourceFile[], options: { allowEmpty?: boolean } = {}): Revision {
  const draft = makeDraft();
  const readers = files.map((file) =>
    makeReader(file, file.role === 'orchestrator' ? isOrchestratorTitle : isAgentTitle),
  );
  const fit = readers.filter((reader) => guarded(reader, () => isFit(reader)) === true);
  const names = new Set(files.map(({ name }) => name.toLowerCase()));
  for (const role of ['orchestrator', 'agent'] as const) {
    for (const reader of fit.filter(({ source }) => source.role === role))
      guarded(reader, () => readFile(reader, draft, names));
  }
  const general = checkWhole(readers, options.allowEmpty ?? false);
  finish(draft, fit);
  return {
    ...draft.revision,
    id: hashOf(
      readers
        .map(({ source, text }) => [`${source.role}/${source.name}`, textForHash(text)])
        .sort(byName)
        .flat(),
    ),
    context: contextOf(readers),
    lines: readers.flatMap((reader) => reader.verdicts()),
    problems: [
      ...readers.flatMap(({ problems }) => problems.toSorted((a, b) => a.line - b.line || a.column - b.column)),
      ...general,
    ],
  };
}

/** Whether a problem refuses the revision. */
export const hasErrors = (revision: Pick<Revision, 'problems'>): boolean => revision.problems.some(isError);

const byName = ([a = '']: string[], [b = '']: string[]): number => (a < b ? -1 : a > b ? 1 : 0);

/** A fault of ours in one file is that file's problem, never the end of the process. */
function guarded<Result>(reader: Reader, read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    reader.problem(
      'compiler-failed',
      { line: 1, column: 1 },
      { word: error instanceof Error ? error.message : String(error) },
    );
    return undefined;
  }
}

function readFile(reader: Reader, draft: Draft, names: ReadonlySet<string>): void {
  const { source, text, root } = reader;
  markAsides(root, reader);
  checkFences(reader, source.role === 'orchestrator' ? isOrchestratorTitle : isAgentTitle);
  checkProse(reader, names);
  if (text.commentOpen) reader.problem('comment-not-closed', text.commentOpen, {});
  if (source.role === 'agent') {
    readAgent(reader, draft);
    return;
  }
  if (text.frontmatter) reader.problem('orchestrator-frontmatter', { line: 1, column: 1 }, {});
  readOrchestrator(reader, draft);
}

function markAsides(section: Section, reader: Reader): void {
  if (section.aside) reader.aside(section);
  for (const below of section.sections) markAsides(below, reader);
}

/** Problems of the files as a set. */
function checkWhole(readers: readonly Reader[], allowEmpty: boolean): Problem[] {
  if (readers.length === 0)
    return allowEmpty ? [] : [problemOf('no-configuration', { file: 'CLAUDE.md', line: 1, column: 1 }, {})];
  const at = (file: string) => ({ file, line: 1, column: 1 });
  const agents = readers.filter(({ source }) => source.role === 'agent');
  const has = (name: string): boolean => agents.some(({ source }) => source.name.toLowerCase() === `${name}.md`);
  const missing = allowEmpty ? [] : requiredAgents.filter((name) => !has(name));
  const size = sizeOverLimit(readers);
  // ConfigMap YAML holds all agents in one file; a folder has one for each.
  const fileOf = (name: string): string =>
    agents.find(({ source }) => !source.file.endsWith('.md'))?.source.file ?? `agents/${name}.md`;
  return [
    ...(size === undefined
      ? []
      : [problemOf('configuration-too-large', at(readers[0]?.source.file ?? 'CLAUDE.md'), { kib: size })]),
    ...(allowEmpty || readers.some(({ source }) => source.role === 'orchestrator')
      ? []
      : [problemOf('orchestrator-missing', at('CLAUDE.md'), {})]),
    ...(agents.length === 0 && !allowEmpty
      ? [problemOf('agents-missing', at('agents'), {})]
      : missing.map((word) => problemOf('agent-missing', at(fileOf(word)), { word }))),
  ];
}

/** What can be decided only when all files have been read: whose criteria count, the escalation's defaults, who is listed where. */
function finish(draft: Draft, readers: readonly Reader[]): void {
  const { revision } = draft;
  const readerOf = (file: string): Reader | undefined =>
    readers.find(({ source }) => source.file === file && source.role === 'orchestrator');
  for (const rule of draft.fallbackRules) {
    const first = revision.severityRules.find(({ severity }) => severity === rule.severity);
    if (!first) revision.severityRules.push(rule);
    else if (!isSameRule(first, rule)) {
      const { file, line } = first.at;
      const reader = readerOf(rule.at.file);
      reader?.problems.push(problemOf('criteria-twice', rule.at, { severity: rule.severity, first: line, file }));
    }
  }
  revision.severityRules.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  revision.services.sort((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority));
  warnOfChannels([...draft.escalation.values()]);
  for (const { severity, at, reader, place, lines: _, ...parts } of draft.escalation.values()) {
    if (parts.channels === undefined && Object.keys(parts).length > 0)
      reader.problem('severity-silent', place, { word: severity });
    const timing: Escalation['timing'] =
      parts.timing ?? (severity === 'SEV-4' ? { when: 'digest' } : { when: 'immediate' });
    revision.escalation.push({ ...parts, severity, channels: parts.channels ?? [], who: parts.who ?? [], timing, at });
  }
  revision.escalation.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  for (const { name, priority, reader, place } of draft.restated) {
    const service = draft.serviceNamed(name);
    if (!service) reader.problem('service-unknown', place, { word: name, meant: undefined });
    else if (service.priority === priority)
      reader.understood({ line: place.line, endLine: place.line }, `${priority}, as in ${service.at.file}`);
    else
      reader.problem('list-differs', place, {
        word: name,
        here: priority,
        there: service.priority,
        file: service.at.file,
        line: service.at.line,
      });
  }
}

/** A channel that is written once and nearly as another: a slip would send its messages nowhere. Numbers tell channels apart. */
function warnOfChannels(all: readonly EscalationParts[]): void {
  const uses = all.flatMap(({ channels = [], lines, at, reader }) =>
    channels.map((channel) => ({ channel, line: lines.channels ?? at.line, file: at.file, reader })),
  );
  const seen: (typeof uses)[number][] = [];
  for (const use of uses) {
    const others = seen.map(({ channel }) => channel);
    const withoutNumber = use.channel.replace(/\d+/g, '');
    const meant = others.includes(use.channel)
      ? undefined
      : nearestWord(
          use.channel,
          others.filter((other) => other.replace(/\d+/g, '') !== withoutNumber),
          1,
        );
    const first = seen.find(({ channel }) => channel === meant);
    if (meant !== undefined && first && use.channel.length > 5)
      use.reader.problems.push(
        problemOf(
          'channel-differs',
          { file: use.file, line: use.line, column: 1 },
          { word: use.channel, meant, line: first.line },
        ),
      );
    seen.push(use);
  }
}

const isSameRule = (a: SeverityRule, b: SeverityRule): boolean => {
  const plain = (rule: SeverityRule): string =>
    JSON.stringify(rule.anyOf.map((group) => group.map(({ text: _, at: __, ...clause }) => clause)));
  return plain(a) === plain(b);
};

/** The lines of CLAUDE.md that are for people and models. */
function contextOf(readers: readonly Reader[]): string {
  const reader = readers.find(({ source }) => source.role === 'orchestrator');
  if (!reader) return '';
  const verdicts = reader.verdicts();
  return reader.text.plain
    .filter((_, index) => verdicts[index]?.verdict === 'context')
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
