import { codeSpan } from '../../notify/escape.ts';
import type { PlanDocument } from './plan-document.ts';
import { cellsOf, changeWords, sayReplayed, sayStep, sections, verdictOf } from './print-plan.ts';

/** More than this nobody reads in a comment, and GitHub takes 65,536 characters. */
const mostRows = 50;

/**
 * A plan for a comment on a pull request. All that files or the cluster say stands in code spans: there nothing is a mention, a link
 * or markup.
 */
export function planMarkdown(document: PlanDocument): string {
  const { candidate, against, problems, incidents, messages, replayed, notReplayed, unseen } = document;
  const parts: string[] = [
    '### What this edit changes',
    `${verdictOf(document).says} Revision ${codeSpan(candidate.revision)} against ${codeSpan(against.revision)}.`,
    ...list(
      'Problems',
      problems
        .filter(({ level }) => level !== 'info')
        .map(
          ({ file, line, column, level, code, message, cure }) =>
            `**${level}** ${codeSpan(`${file}:${line}:${column}`)} ${span(`${message} ${cure}`)} [${codeSpan(code)}]`,
        ),
    ),
    ...sections(document).flatMap(([heading, lines]) => list(heading, lines.map(span))),
    ...grid(
      'Incidents',
      ['', 'severity', 'incident', 'why'],
      incidents.map((change) => [changeWords[change.change], sayStep(change), cell(change.says), cell(change.because)]),
    ),
    ...grid(
      'Messages',
      ['', 'channel', 'severity', 'message'],
      messages
        .map(cellsOf)
        .map(([what = '', channel = '', severity = '', title = '']) => [what, cell(channel), severity, cell(title)]),
    ),
    ...(unseen.length > 0
      ? [`Not seen: ${unseen.map(codeSpan).join(', ')}. What depends on them may change too.`]
      : []),
    ...(replayed ? [`<sub>Replayed: ${span(sayReplayed(replayed))}. ${notReplayed.map(span).join(' ')}</sub>`] : []),
  ];
  return parts.join('\n\n');
}

const span = (text: string): string =>
  text === '' ? '' : codeSpan(text.length > 400 ? `${text.slice(0, 399)}…` : text);
/** In a table a bar ends the cell, in a code span too. */
const cell = (text: string): string => span(text).replaceAll('|', '\\|');

const cut = (rows: readonly string[], more: (left: number) => string): string[] =>
  rows.length > mostRows ? [...rows.slice(0, mostRows), more(rows.length - mostRows)] : [...rows];

function list(heading: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [
    `**${heading}**`,
    cut(
      lines.map((line) => `- ${line}`),
      (left) => `- and ${left} more`,
    ).join('\n'),
  ];
}

function grid(heading: string, header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const body = cut(rows.map(row), (left) => row([`and ${left} more`, ...header.slice(1).map(() => '')]));
  return [`**${heading}**`, [row(header), row(header.map(() => '---')), ...body].join('\n')];
}
