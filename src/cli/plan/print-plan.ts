import { isError } from '../../config/problems.ts';
import { count, listWords, oneLine } from '../../lib/text.ts';
import { fromHere, sayProblem } from '../config-problems.ts';
import { type Output, type Paints, paints, table } from '../output.ts';
import { changesWhatIsTold, type IncidentChange, type MessageChange, type PlanDocument } from './plan-document.ts';

/** A plan for people: whether it is accepted, what it means, and what people would be told otherwise. */
export function printPlan(document: PlanDocument, output: Output): void {
  const paint = paints(output);
  const { candidate, against, replayed } = document;
  output.print(
    paint.dim(`${candidate.from.join(', ')} (${candidate.revision}) against ${against.revision} (${against.from})`),
  );
  if (candidate.added.length > 0) output.print(paint.dim(`with ${listWords(candidate.added)} as in force`));
  for (const problem of fromHere(worthwhile(document), candidate.from)) output.print(sayProblem(problem, output));
  for (const [heading, lines] of sections(document)) {
    if (lines.length === 0) continue;
    output.print(`\n${paint.bold(heading)}`);
    output.print(lines.map((line) => `  ${line}`).join('\n'));
  }
  if (document.incidents.length > 0) output.print(`\n${paint.bold('Incidents')}`);
  for (const change of document.incidents) output.print(sayIncident(change, paint));
  if (document.messages.length > 0) {
    output.print(`\n${paint.bold('Messages')}`);
    output.print(table(document.messages.map((message) => ['', ...cellsOf(message)])));
  }
  output.print(`\n${sayVerdict(document, paint)}`);
  if (replayed) output.print(paint.dim(`Replayed: ${sayReplayed(replayed)}.`));
  for (const sentence of document.notReplayed) output.print(paint.dim(`Not in it: ${oneLine(sentence, 300)}`));
  if (document.unseen.length > 0)
    output.print(paint.warning(`Not seen: ${document.unseen.join(', ')}. What depends on them may change too.`));
}

/** What is for information would bury the rest: `config check` has it. */
const worthwhile = ({ problems }: PlanDocument): PlanDocument['problems'] =>
  problems.filter(({ level }) => level !== 'info');

/** Headings with their lines; cluster text and Markdown are one line each. */
export function sections({ meaning, services, knownIssues }: PlanDocument): [heading: string, lines: string[]][] {
  const { added, lost, unmatched } = services;
  return [
    ['Changes in meaning', meaning.map((sentence) => oneLine(sentence, 300))],
    [
      'Services added',
      added.map(
        ({ name, priority, matches }) =>
          `${priority} ${name}${matches ? `: ${matches.length > 0 ? matches.join(', ') : 'matches nothing'}` : ''}`,
      ),
    ],
    ['Services lost', lost.map(({ name, priority }) => `${priority} ${name}`)],
    ['Listed, and nothing in the cluster is theirs', unmatched],
    [
      'Known issues that hid nothing',
      knownIssues.map(({ title, file, line }) => `${oneLine(title, 100)} (${file}:${line})`),
    ],
  ];
}

export const changeWords: Record<IncidentChange['change'], string> = {
  appears: 'appears',
  vanishes: 'vanishes',
  severity: 'severity',
  channels: 'told otherwise',
  later: 'told later',
  sooner: 'told sooner',
};

/** `SEV-1 -> SEV-3`, or the one it has. */
export function sayStep({ before, after }: IncidentChange): string {
  const steps = [before?.severity, after?.severity].filter((severity) => severity !== undefined);
  return [...new Set(steps)].join(' -> ');
}

function sayIncident(change: IncidentChange, paint: Paints): string {
  const mark = change.change === 'vanishes' ? paint.warning : change.change === 'appears' ? paint.bad : paint.bold;
  return [
    `  ${mark(changeWords[change.change])} ${sayStep(change)}  ${oneLine(change.says, 200)}`,
    `      ${[`${change.subject.kind} ${change.subject.namespace ? `${change.subject.namespace}/` : ''}${change.subject.name}`, ...change.services].map((word) => oneLine(word, 100)).join(', ')}`,
    `      ${oneLine(change.because, 400)}`,
  ].join('\n');
}

const messageWords: Record<MessageChange['change'], string> = {
  sent: 'would be sent',
  spared: 'would be spared',
  changed: 'would say',
};
const whenWords: Record<MessageChange['when'], string> = {
  now: '',
  later: 'as its Timing says',
  digest: '',
  nowhere: '',
};

/** A message as cells of a table. */
export const cellsOf = ({ change, channel, when, severity, title, times }: MessageChange): string[] => [
  messageWords[change],
  oneLine(channel, 60),
  severity ?? '',
  `${oneLine(title, 150)}${whenWords[when] ? ` (${whenWords[when]})` : ''}${times > 1 ? ` (${times} times)` : ''}`,
];

export function sayReplayed({ what, name, from, to, cycles }: NonNullable<PlanDocument['replayed']>): string {
  const words = { cluster: 'the cluster', recording: 'the recording', cycles: 'the record of' };
  return `${words[what]} ${oneLine(name, 100)}, ${from === to ? `at ${from}` : `${count(cycles, 'cycle')} from ${from} to ${to}`}`;
}

/** The answer in one sentence. */
export function verdictOf(document: PlanDocument): { word: 'bad' | 'warning' | 'good'; says: string } {
  const errors = document.problems.filter(isError).length;
  if (!document.candidate.accepted) return { word: 'bad', says: `It would be refused: ${count(errors, 'error')}.` };
  if (!changesWhatIsTold(document))
    return { word: 'good', says: 'It would be accepted, and people would be told the same.' };
  const { incidents, messages } = document;
  return {
    word: 'warning',
    says: `It would be accepted, and people would be told something else: ${count(incidents.length, 'incident')}, ${count(messages.length, 'message')}.`,
  };
}

function sayVerdict(document: PlanDocument, paint: Paints): string {
  const { word, says } = verdictOf(document);
  return paint[word](says);
}
