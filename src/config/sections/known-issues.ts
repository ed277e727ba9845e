import { formatDuration } from '../../lib/duration.ts';
import { type CheckId, checkIds } from '../checks.ts';
import { type Block, type Entry, entriesOf, type Section } from '../document.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { findMoment } from '../grammar/conditions.ts';
import { isoDates } from '../grammar/dates.ts';
import { isNegated, readExceptions, readGrace, readKinds, readSuppression } from '../grammar/known-issue.ts';
import { readWindows } from '../grammar/windows.ts';
import { type LabelId, readLabelName } from '../labels.ts';
import type { Bound, KnownIssue, ServiceClass, Window } from '../revision.ts';
import { deciding } from './fenced-rules.ts';
import { isForeignLabel, namesIn } from './judged.ts';
import type { SectionKind } from './section.ts';
import {
  checkRest,
  given,
  isNothing,
  isPlaceholder,
  meantWord,
  readLength,
  readValue,
  suggestColumns,
  suggestLabel,
  wordsOf,
} from './values.ts';

export const issueLabels = [
  'service',
  'kinds',
  'window',
  'grace',
  'until',
  'owner',
  'why',
  'solution',
  'guidance',
] as const satisfies LabelId[];
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
type IssueLabel = (typeof issueLabels)[number];

/** Labels that read like a bound and are none here. */
const unreadLabel =
  /^(?:from|valid from|starts?|starting|begins?|beginning|only (?:if|when|while)|if|unless|conditions?|days?|hours?|weekdays?|time ?zone|zone|(?:alert|page|flag|notify|escalate) (?:after|if|when)|ignore|mute|thresholds?|limits?|max(?:imum|\.)?|replicas)$/i;

/** Labels over what pages all the same. */
const exceptLabel =
  /^(?:exceptions?|except(?: for)?|but|however|(?:still|but) (?:alert|page|flag|notify)(?: (?:on|for|if))?)$/i;

/** What a known issue covers unless it says otherwise: never crash loops, memory kills, image pulls, storage, nodes. */
const defaultKinds: CheckId[] = ['not-ready', 'no-replicas', 'no-endpoints', 'health-check-failed'];

/** What people write when they mean to silence something, but is none of the phrases that do. */
const nearlySuppresses =
  /\bexpected\b|\bnormal\b|\b(?:suppress|mute|silence|ignore|skip)(?:d|s|ed)?\b|\bno (?:alerts?|pages?|notifications?)\b|\bwithout (?:alert|paging|notif)|\bno need to\b|\bnobody (?:needs|should|has|must|is)\b|\b(?:do not|don['’]?t|never|should not|need not) (?:wake|tell|call|bother|disturb|ping|report|warn|be (?:told|woken|called|paged))/i;

/** Words for a class of services, used where no listed service is named. */
const classWords: readonly [ServiceClass, RegExp][] = [
  ['database', /\b(?:databases?|dbs?)\b/i],
  ['cache', /\bcaches?\b/i],
  ['queue', /\b(?:message )?(?:queues?|brokers?)\b/i],
  ['ingress', /\bingress(?:es)?(?: controllers?)?\b/i],
];

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

type Head = { title: string; place: Place; lines: { line: number; endLine: number } };
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

type IssueLine = { entry: Entry; id: IssueLabel | undefined };

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

function whom(
  head: Head,
  lines: readonly IssueLine[],
  reader: Reader,
  draft: Draft,
): { services: string[]; classes: ServiceClass[] } {
  const labelled = lines.filter(({ id }) => id === 'service');
  if (labelled.length > 0) {
    const found = labelled.map(({ entry }) => labelledServices(entry, reader, draft));
    return {
      services: [...new Set(found.flatMap(({ services }) => services))],
      classes: [...new Set(found.flatMap(({ classes }) => classes))],
    };
  }
  const texts = [
    head.title,
    ...lines.filter(({ id }) => id !== 'why' && id !== 'owner' && id !== 'until').map(({ entry }) => entry.text),
  ];
  const services = draft.revision.services
    .filter((service) => texts.some((text) => namesIn(text, [service.name, ...service.aliases]).length > 0))
    .map(({ name }) => name);
  if (services.length > 0) return { services, classes: [] };
  return {
    services: [],
    classes: classWords.filter(([, word]) => texts.some((text) => word.test(text))).map(([each]) => each),
  };
}

function labelledServices(entry: Entry, reader: Reader, draft: Draft): { services: string[]; classes: ServiceClass[] } {
  const services: string[] = [];
  const classes: ServiceClass[] = [];
  const value = readValue(reader, entry);
  const nested = entriesOf(entry.children).map(({ text }) => text);
  for (const word of [...wordsOf(value.text), ...nested].map((each) => each.replace(/\s*\(.*?\)/g, '').trim())) {
    const service = draft.serviceNamed(word);
    const group = classWords.filter(([, pattern]) => pattern.test(word)).map(([each]) => each);
    const byPriority = /^(?:all )?(P[0-3])(?: services?)?$/i.exec(word)?.[1]?.toUpperCase();
    if (service) services.push(service.name);
    else if (byPriority !== undefined)
      services.push(
        ...draft.revision.services.filter(({ priority }) => priority === byPriority).map(({ name }) => name),
      );
    else if (group.length > 0) classes.push(...group);
    else if (isPlaceholder(word)) reader.problem('placeholder', value.place, { word });
    else reader.problem('service-unknown', value.place, { word, meant: meantWord(word, draft.serviceWords()) });
  }
  return { services, classes };
}

function kindsOf(lines: readonly IssueLine[], reader: Reader): CheckId[] {
  const labelled = lines.filter(({ id }) => id === 'kinds');
  if (labelled.length === 0) return defaultKinds;
  return labelled.flatMap(({ entry }) => {
    const { text, place } = readValue(reader, entry);
    return wordsOf(text).flatMap((word) => {
      const { kinds, unknown } = readKinds(word);
      if (unknown.length > 0 || kinds.length === 0 || isNegated(word))
        reader.problem('issue-kind-unknown', place, { word, meant: meantCheck(word) });
      return kinds;
    });
  });
}

/** `Exceptions: crash loops` says what "except crash loops" does. */
const labelled = new RegExp(`${exceptLabel.source.replace('$', '')}\\s*:\\s+`, 'i');

function exceptionsOf(head: Head, lines: readonly IssueLine[], reader: Reader): CheckId[] {
  const texts: [string, Place][] = [
    [head.title, head.place],
    ...lines
      .filter(({ id, entry }) => id !== 'why' && entry.text !== head.title)
      .map(({ entry }): [string, Place] => [entry.text, entry]),
  ];
  return [
    ...new Set(
      texts.flatMap(([text, place]) => {
        const { exceptions, unreadable } = readExceptions(text.replace(labelled, 'except '));
        if (unreadable !== undefined) reader.problem('issue-exception-unreadable', place, { word: unreadable });
        return exceptions;
      }),
    ),
  ];
}

function boundOf(head: Head, lines: readonly IssueLine[], reader: Reader, draft: Draft): Bound {
  const zone = draft.revision.cluster.timezone;
  const windows: Window[] = [];
  let grace: { lasts: number; from: 'onset' | 'pod-start' } | undefined;
  for (const { entry, id } of lines) {
    if (id === 'grace') {
      const lasts = readLength(reader, entry, entry.label?.name ?? 'Up to', 'upper');
      if (lasts !== undefined) grace = { lasts, from: readGrace(`${head.title} up to 5 minutes`)?.from ?? 'onset' };
    } else if (id === 'window' || id === undefined) {
      const text = id === undefined ? entry.text : readValue(reader, entry).text;
      const read = readWindows(text, zone);
      if (read) {
        windows.push(...read.windows);
        const says = read.windows.map((window) => window.says).join('; ');
        const condition = windowCondition.exec(read.rest)?.[0];
        if (condition !== undefined && !/\d/.test(read.rest) && !readExceptions(read.rest).unreadable)
          reader.problem('value-half-read', entry, { word: condition, value: says });
        if (id === 'window')
          checkRest(
            reader,
            read.windows.map(({ says }) => says).join('; '),
            read.rest,
            entry.placeOf(entry.label?.start ?? 0),
          );
        if (!draft.zoneGiven && read.windows.some(({ repeats }) => repeats !== 'once'))
          reader.problem('timezone-missing', entry, { word: read.windows[0]?.says ?? text });
      } else if (id === undefined && beginsLikeWindow.test(text))
        reader.problem('issue-window-unreadable', entry, { word: text });
      else if (id === undefined) grace ??= readGrace(text);
      else if (!/\*\s+\*/.test(text) && readGrace(text)) grace = readGrace(text);
      else if (looksLikeTime(text) && !isNothing(text))
        reader.problem('issue-window-unreadable', entry.placeOf(entry.label?.start ?? 0), { word: text });
      else if (!isNothing(text)) reader.problem('guidance', entry, { word: entry.text.slice(0, 80) });
    }
  }
  if (windows.length === 0) windows.push(...(readWindows(head.title, zone)?.windows ?? []));
  if (windows.length > 0) return { type: 'windows', windows };
  // "for 5 minutes at night" would be silent at every hour.
  for (const { entry, id } of lines) {
    const moment = id === undefined || id === 'window' || id === 'grace' ? findMoment(entry.text) : undefined;
    if (moment !== undefined && (readGrace(entry.text) || readSuppression(entry.text)))
      reader.problem('issue-window-unreadable', entry, { word: moment });
  }
  grace ??= readGrace(head.title);
  return grace ? { type: 'grace', ...grace } : { type: 'none' };
}

/** The check somebody may have meant, written with spaces or hyphens. */
export const meantCheck = (word: string): string | undefined => meantWord(word.trim().replace(/\s+/g, '-'), checkIds);

/** A bullet without a label that begins with a day and goes on with a time of day is meant as a window. */
const beginsLikeWindow =
  /^(?:(?:on|from|between|only|usually)\s+)*(?:every|each|daily|nightly|weekly|monthly|biweekly|fortnightly|first|last|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?|weekdays?|weekends?|\d{4}-\d{2}-\d{2})\b.*(?:\d{1,2}:\d{2}|\d\s*[ap]\.?m\b)/i;

/** What a window cannot be kept to. "during the rebuild" and "while it runs" only say what happens in it. */
const windowCondition = /\b(?:if|unless|only (?:if|when|on|in)|provided|as long as|in case|depending)\b.*/i;

const looksLikeTime = (text: string): boolean =>
  /\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:daily|weekly|monthly|nightly|weekends?|weekdays?)\b/i.test(
    text,
  );

function untilOf(lines: readonly IssueLine[], reader: Reader, draft: Draft): number | undefined {
  const line = lines.find(({ id }) => id === 'until');
  if (!line) return undefined;
  const { text: written, place } = readValue(reader, line.entry);
  const text = isoDates(written);
  if (/\b(?:or|if|unless|except)\b/i.test(written)) {
    reader.problem('issue-until-unreadable', place, { word: written });
    return undefined;
  }
  const [date] = /\d{4}-\d{2}-\d{2}/.exec(text) ?? [];
  try {
    if (date === undefined) throw new RangeError('no date');
    const zone = draft.revision.cluster.timezone;
    const [time] = /(?<=\d{4}-\d{2}-\d{2}[T ])\d{2}:\d{2}/.exec(text) ?? [];
    if (time !== undefined)
      return Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(zone).epochMilliseconds;
    // A day counts to its end.
    return Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    reader.problem('issue-until-unreadable', place, { word: written });
    return undefined;
  }
}

function warn(issue: KnownIssue, head: Head, reader: Reader, draft: Draft): void {
  if (issue.services.length === 0 && issue.classes.length === 0)
    reader.problem('issue-names-nothing', head.place, { word: issue.title });
  else if (issue.bound.type === 'none') reader.problem('issue-unbounded', head.place, { word: issue.title });
  const critical = draft.revision.services.filter(({ priority }) => priority === 'P0');
  if (critical.length > 1 && critical.every(({ name }) => issue.services.includes(name)))
    reader.problem('issue-covers-all-critical', head.place, { word: issue.title });
}

function sayBound(bound: Bound): string {
  if (bound.type === 'windows') return bound.windows.map(({ says }) => says).join('; ');
  if (bound.type === 'none') return 'not silent, in the daily digest while it lasts';
  return `for ${formatDuration(bound.lasts)} ${bound.from === 'onset' ? 'from its onset' : "from the pod's start"}`;
}
