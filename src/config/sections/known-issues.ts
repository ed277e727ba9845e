import { type Block, type Entry, entriesOf, type Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { readSuppression } from '../grammar/known-issue.ts';
import { type LabelId, readLabelName } from '../labels.ts';
import type { KnownIssue } from '../revision.ts';
import { deciding } from './fenced-rules.ts';
import { isForeignLabel } from './judged.ts';
import { beginsLikeWindow, boundOf, sayBound } from './known-issue-bound.ts';
import {
  exceptionsOf,
  type Head,
  type IssueLabel,
  type IssueLine,
  issueLabels,
  kindsOf,
  untilOf,
  whom,
} from './known-issue-parts.ts';
import type { SectionKind } from './section.ts';
import { given, readValue, suggestColumns, suggestLabel } from './values.ts';

/** Labels that decide elsewhere; in an issue somebody may take them for a bound that they are not. */
const foreignLabels = [
  'severity',
  'priority',
  'namespace',
  'workload',
  'maxDowntime',
  'channel',
  'timing',
  'notification',
  'mention',
  'escalate',
  'settle',
] as const satisfies LabelId[];

/** Labels that read like a bound and are none here. */
const unreadLabel =
  /^(?:from|valid from|starts?|starting|begins?|beginning|only (?:if|when|while)|if|unless|conditions?|days?|hours?|weekdays?|time ?zone|zone|(?:alert|page|flag|notify|escalate) (?:after|if|when)|ignore|mute|thresholds?|limits?|max(?:imum|\.)?|replicas)$/i;

/** What people write when they mean to silence something, but is none of the phrases that do. */
const nearlySuppresses =
  /\bexpected\b|\bnormal\b|\b(?:suppress|mute|silence|ignore|skip)(?:d|s|ed)?\b|\bno (?:alerts?|pages?|notifications?)\b|\bwithout (?:alert|paging|notif)|\bno need to\b|\bnobody (?:needs|should|has|must|is)\b|\b(?:do not|don['’]?t|never|should not|need not) (?:wake|tell|call|bother|disturb|ping|report|warn|be (?:told|woken|called|paged))/i;

/** Known Issues: `### title` with bullets below, or a flat list, one issue a bullet. */
export const knownIssues: SectionKind = {
  title: 'Known Issues',
  decides: deciding.issues,
  heading:
    /\bknown issues?\b|\bquirks?\b|\bexpected behaviou?rs?\b|\b(?:do not|don['’]?t|never) (?:flag|alert|page|notify|escalate)/i,
  read(section, reader, draft) {
    reader.understood({ line: section.line, endLine: section.line }, 'known issues');
    readFlat(section, readSuppression(section.title), reader, draft);
    for (const below of section.sections) {
      if (below.aside) continue;
      const entries = [
        ...entriesOf(below.blocks, true),
        ...below.sections.flatMap((deeper) => (deeper.aside ? [] : entriesOf(deeper.blocks, true))),
      ];
      readIssue(
        {
          title: below.title,
          place: { line: below.line, column: below.column },
          lines: { line: below.line, endLine: below.line },
        },
        entries,
        false,
        reader,
        draft,
      );
    }
  },
};

const headOf = (entry: Entry, title: string): Head => ({ title, place: entry, lines: entry });

function readFlat(section: Section, suppressed: boolean, reader: Reader, draft: Draft): void {
  let titled: { head: Head; entries: Entry[] } | undefined;
  const finish = (): void => {
    if (titled) readIssue(titled.head, titled.entries, suppressed, reader, draft);
    titled = undefined;
  };
  for (const block of section.blocks) {
    if (
      block.kind === 'line' &&
      block.bold !== '' &&
      block.text.replace(/:$/, '').trim() === block.bold.replace(/:$/, '').trim()
    ) {
      // `**Title**` on a line of its own stands for a heading.
      finish();
      titled = { head: headOf(block, block.bold.replace(/:$/, '')), entries: [] };
    } else if (titled && (block.kind === 'item' || block.kind === 'line'))
      titled.entries.push(...entriesOf([block], true));
    else if (block.kind === 'item') readBullet(block, suppressed, reader, draft);
    else if (block.kind === 'line' && !block.struck && readSuppression(block.text))
      reader.problem('issue-whole-section', block, {});
    else if (block.kind === 'line' && !block.struck && nearlySuppresses.test(block.text))
      reader.problem('issue-only-expected', block, { word: block.text.slice(0, 80) });
    else if (block.kind === 'table') readTable(block, suppressed, reader, draft);
  }
  finish();
}

function readBullet(entry: Entry, suppressed: boolean, reader: Reader, draft: Draft): void {
  if (entry.struck) {
    reader.aside(entry);
    return;
  }
  const title = entry.label?.name ?? entry.text;
  readIssue(headOf(entry, title.slice(0, 120)), [entry, ...entriesOf(entry.children, true)], suppressed, reader, draft);
}

/** A row of a table is an issue as well; its cells are its lines. */
function readTable(table: Extract<Block, { kind: 'table' }>, suppressed: boolean, reader: Reader, draft: Draft): void {
  suggestColumns(table, issueLabels, reader);
  for (const row of table.rows) {
    const cells = row.cells.flatMap((cell, index): Entry[] => {
      if (!cell) return [];
      const name = table.header[index]?.text ?? '';
      const label = readLabelName(name, issueLabels)
        ? { label: { name, value: cell.text, start: 0, bold: false, by: ':' as const } }
        : {};
      const { label: _, ...rest } = cell;
      return [{ ...rest, ...label, kind: 'item', column: cell.placeOf(0).column, children: [] }];
    });
    const [first] = cells;
    if (first) readIssue(headOf(first, first.text), cells, suppressed, reader, draft);
  }
}

/** Reads one issue from its title and lines into the draft, or says why it suppresses nothing. */
function readIssue(head: Head, entries: readonly Entry[], suppressed: boolean, reader: Reader, draft: Draft): void {
  const all = entries
    .filter(({ struck }) => !struck)
    .map((entry) => ({
      entry,
      id: entry.label ? (readLabelName(entry.label.name, issueLabels) as IssueLabel | undefined) : undefined,
    }));
  const isUnread = ({ entry, id }: IssueLine): boolean =>
    (id === undefined || id === 'window') &&
    entry.label !== undefined &&
    entry.label.value !== '' &&
    ((id === undefined && isForeignLabel(entry.label.name, foreignLabels)) || unreadLabel.test(entry.label.name));
  for (const { entry } of all.filter(isUnread))
    reader.problem('label-unknown', entry, { word: entry.label?.name ?? '', meant: undefined });
  const lines = all.filter((line) => !isUnread(line));
  const texts = [head.title, ...lines.map(({ entry }) => entry.text)];
  const suppresses = suppressed || texts.some(readSuppression);
  const hasDetails = lines.some(
    ({ entry, id }) =>
      id === 'kinds' || id === 'window' || id === 'grace' || (!id && beginsLikeWindow.test(entry.text)),
  );
  if (!suppresses) {
    const said = texts.find((text) => nearlySuppresses.test(text));
    const place = entries.find(({ text }) => text === said) ?? head.place;
    if (said !== undefined || hasDetails) reader.problem('issue-only-expected', place, { word: head.title });
    return;
  }
  for (const { entry, id } of lines) if (id === undefined) suggestLabel(entry, issueLabels, reader);
  const issue = makeIssue(head, lines, reader, draft);
  draft.revision.knownIssues.push(issue);
  const covers = [...issue.services, ...issue.classes.map((each) => `every ${each}`)];
  const says = `known issue "${issue.title}" of ${covers.join(', ') || 'nothing'}: ${sayBound(issue.bound)}`;
  reader.understood(head.lines, says);
  for (const { entry, id } of lines) if (id !== 'guidance') reader.understood(entry, says);
  warn(issue, head, reader, draft);
}

function makeIssue(head: Head, lines: readonly IssueLine[], reader: Reader, draft: Draft): KnownIssue {
  const { services, classes } = whom(head, lines, reader, draft);
  const textOf = (wanted: IssueLabel): string | undefined => {
    const line = lines.find(({ id }) => id === wanted);
    return line ? readValue(reader, line.entry).text : undefined;
  };
  return {
    title: head.title.replace(/^\d+[.)]\s*/, ''),
    suppresses: true,
    services,
    classes,
    kinds: kindsOf(lines, reader),
    exceptions: exceptionsOf(head, lines, reader),
    bound: boundOf(head, lines, reader, draft),
    ...given('until', untilOf(lines, reader, draft)),
    ...given('owner', textOf('owner')),
    ...given('why', textOf('why')),
    ...given('solution', textOf('solution')),
    at: reader.at(head.place),
  };
}

function warn(issue: KnownIssue, head: Head, reader: Reader, draft: Draft): void {
  if (issue.services.length === 0 && issue.classes.length === 0)
    reader.problem('issue-names-nothing', head.place, { word: issue.title });
  else if (issue.bound.type === 'none') reader.problem('issue-unbounded', head.place, { word: issue.title });
  const critical = draft.revision.services.filter(({ priority }) => priority === 'P0');
  if (critical.length > 1 && critical.every(({ name }) => issue.services.includes(name)))
    reader.problem('issue-covers-all-critical', head.place, { word: issue.title });
}
