import { type CheckId, checkIds } from '../checks.ts';
import { type Entry, entriesOf } from '../document.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { isoDates } from '../grammar/dates.ts';
import { expectedKinds, isNegated, readExceptions, readKinds } from '../grammar/known-issue.ts';
import type { LabelId } from '../labels.ts';
import type { ServiceClass } from '../revision.ts';
import { namesIn } from './judged.ts';
import { isPlaceholder, meantWord, readValue, wordsOf } from './values.ts';

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

export type IssueLabel = (typeof issueLabels)[number];

export type Head = { title: string; place: Place; lines: { line: number; endLine: number } };

export type IssueLine = { entry: Entry; id: IssueLabel | undefined };

/** Words for a class of services, used where no listed service is named. */
const classWords: readonly [ServiceClass, RegExp][] = [
  ['database', /\b(?:databases?|dbs?)\b/i],
  ['cache', /\bcaches?\b/i],
  ['queue', /\b(?:message )?(?:queues?|brokers?)\b/i],
  ['ingress', /\bingress(?:es)?(?: controllers?)?\b/i],
];

export function whom(
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

export function kindsOf(lines: readonly IssueLine[], reader: Reader): CheckId[] {
  const labelled = lines.filter(({ id }) => id === 'kinds');
  if (labelled.length === 0) return [...expectedKinds];
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

/** The check somebody may have meant, written with spaces or hyphens. */
export const meantCheck = (word: string): string | undefined => meantWord(word.trim().replace(/\s+/g, '-'), checkIds);

/** Labels over what pages all the same. */
const exceptLabel =
  /^(?:exceptions?|except(?: for)?|but|however|(?:still|but) (?:alert|page|flag|notify)(?: (?:on|for|if))?)$/i;

/** `Exceptions: crash loops` says what "except crash loops" does. */
const labelled = new RegExp(`${exceptLabel.source.replace('$', '')}\\s*:\\s+`, 'i');

export function exceptionsOf(head: Head, lines: readonly IssueLine[], reader: Reader): CheckId[] {
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

export function untilOf(lines: readonly IssueLine[], reader: Reader, draft: Draft): number | undefined {
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
