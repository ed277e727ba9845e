import { type Entry, entriesOf, type Section, valuesOf } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { findCondition, findMoment } from '../grammar/conditions.ts';
import { misspeltReason } from '../grammar/event-reasons.ts';
import { isNegated, readKinds } from '../grammar/known-issue.ts';
import { isForeignOwner, nearestKind, objectKind } from '../grammar/object-kinds.ts';
import type { Ignore } from '../revision.ts';
import { type Decides, warnOfFencedRules } from './fenced-rules.ts';
import { namesIn, refuse, warnOfRule } from './judged.ts';
import { meantCheck } from './known-issue-parts.ts';
import { isNothing, readValue, wordsOf } from './values.ts';

export const ignoreHeading =
  /\b(?:ignor(?:e|es|ed|ing)|exclu(?:de|des|ded|sions?)|skip(?:ped)?)\b|\b(?:do not|don['’]?t|never) (?:report|flag|check|alert)\b/i;

const labels: readonly [Ignore['what'], RegExp][] = [
  ['namespace', /^(?:ignored? |excluded? |skip(?:ped)? )?(?:system )?namespaces?(?: to (?:ignore|skip|exclude))?$/i],
  [
    'kind',
    /^(?:ignored? |excluded? )?(?:resource |object )?kinds?(?: to (?:ignore|skip))?$|^(?:ignored? )?resources?(?: types?)?$/i,
  ],
  ['check', /^(?:ignored? |excluded? )?checks?(?: to (?:ignore|skip))?$|^(?:ignored? )?findings?$/i],
  [
    'reason',
    /^(?:ignored? |excluded? )?(?:event )?reasons?(?: to (?:ignore|skip))?$|^(?:ignored? |excluded? )?events?(?: reasons?)?$/i,
  ],
];

const isIgnoreLabel: Decides = (_, label) => label !== undefined && labels.some(([, pattern]) => pattern.test(label));

const conditions: readonly [NonNullable<Ignore['when']>, RegExp][] = [
  ['not-running', /\b(?:only )?(?:if|when|while|unless)\s+(?:the pod is |it is |they are )?not running\b/i],
  ['running', /\b(?:only )?(?:if|when|while)\s+(?:the pod is |it is |they are |pods? (?:is |are )?)?running\b/i],
];

/** What k8s-analyzer.md leaves out: a section of ignores, or a label such as `Ignore namespaces:` anywhere. */
export function readIgnores(section: Section, reader: Reader, draft: Draft, certain = false): void {
  const strict = certain || ignoreHeading.test(section.title);
  if (strict && section.title !== '')
    reader.understood({ line: section.line, endLine: section.line }, 'what is ignored');
  if (strict) warnOfFencedRules({ ...section, sections: [] }, [isIgnoreLabel], reader, draft);
  const heading = strict ? headingWhat(section.title) : undefined;
  const rows = valuesOf(section.blocks.filter(({ kind }) => kind === 'table'));
  for (const entry of [...entriesOf(section.blocks), ...rows]) readEntry(entry, strict, heading, reader, draft);
  for (const below of section.sections) if (!below.aside) readIgnores(below, reader, draft, strict);
}

/** `### Ignored namespaces`: bare items below it are names of namespaces. */
const headingWhat = (title: string): Ignore['what'] | undefined =>
  /\bnamespaces?\b/i.test(title)
    ? 'namespace'
    : /\bevents?\b|\breasons?\b/i.test(title)
      ? 'reason'
      : /\bkinds?\b|\bresources?\b/i.test(title)
        ? 'kind'
        : undefined;

function readEntry(
  entry: Entry,
  strict: boolean,
  heading: Ignore['what'] | undefined,
  reader: Reader,
  draft: Draft,
): void {
  if (entry.struck) {
    reader.aside(entry);
    return;
  }
  const name = entry.label?.name.replace(/\s*\(.*\)/, '').trim() ?? '';
  const what = labels.find(([, pattern]) => pattern.test(name))?.[0];
  if (what && (strict || /^(?:ignor|exclu|skip)/i.test(name) || /\bto (?:ignore|skip|exclude)$/i.test(name))) {
    const value = readValue(reader, entry);
    if (isNothing(value.text)) {
      reader.understood(entry, 'nothing is ignored');
      return;
    }
    if (what !== 'check' && findCondition(withoutCondition(value.text)) !== undefined) {
      reader.problem('ignore-unreadable', entry, { word: entry.text });
      return;
    }
    const nested = entriesOf(entry.children);
    add(what, wordsOf(withoutCondition(value.text)), entry, reader, draft);
    for (const each of nested) add(what, [firstWord(each)], each, reader, draft);
    return;
  }
  if (!strict || /^guidance$/i.test(name)) return;
  if (entry.kind === 'item') readBareItem(entry, heading, reader, draft);
  else warnOfRule(entry, reader, draft);
}

/** An item without a label: a check's words, a namespace in backticks, an event's reason. */
function readBareItem(entry: Entry, heading: Ignore['what'] | undefined, reader: Reader, draft: Draft): void {
  const named = entry.text.replace(/\s+[-–—]\s+.*$/, '').replace(/:\s.*$/, '');
  const text = withoutCondition(named);
  const [code] = entry.code;
  // What is ignored is ignored at every hour and for everything it names.
  if ((/\bnamespaces?\b/i.test(text) && findMoment(text) !== undefined) || isNegated(text)) {
    reader.problem('ignore-unreadable', entry, { word: entry.text.slice(0, 80) });
    return;
  }
  if (heading) {
    add(heading, [code ?? firstWord(entry)], entry, reader, draft);
    return;
  }
  const [, behind, before] =
    /(?:\bnamespaces?\s+`?(?!(?:if|when|while|that|which|with|only|unless|and|or)\b)([a-z0-9][-a-z0-9*]*)`?|(?:^|\b(?:in|of|from)\s+)(?:the\s+)?`?([a-z0-9][-a-z0-9*]*)`?\s+namespace\b)/i.exec(
      text,
    ) ?? [];
  const namespace = behind ?? before;
  const [, list] =
    /^(?:the\s+)?namespaces?\s+(`?[a-z0-9][-a-z0-9*]*`?(?:\s*(?:,|&|\band\b|\bor\b)\s*`?[a-z0-9][-a-z0-9*]*`?)+)$/i.exec(
      text,
    ) ?? [];
  if (list !== undefined) {
    const names = wordsOf(list).map((name) => name.replaceAll('`', ''));
    add('namespace', names, entry, reader, draft);
    return;
  }
  // One ignore has one condition: a check in a namespace would become the whole namespace.
  if (/\bnamespaces?\b/i.test(text) && readKinds(text).kinds.length > 0) {
    reader.problem('ignore-unreadable', entry, { word: entry.text.slice(0, 80) });
    return;
  }
  if (/\bnamespaces?\b/i.test(text) && (namespace ?? code) !== undefined) {
    add('namespace', entry.code.length > 0 ? entry.code : [namespace ?? ''], entry, reader, draft);
    return;
  }
  const reasons = /\bevents?\b/i.test(text)
    ? [...text.matchAll(/\b[A-Z][a-z]+(?:[A-Z][a-z]*)+\b/g)].map(([reason]) => reason)
    : [];
  if (reasons.length > 0) {
    add('reason', reasons, entry, reader, draft);
    return;
  }
  const { kinds, unknown } = readKinds(text);
  if (kinds.length > 0 && unknown.length === 0) {
    // "Images: foo" and "restarts - only redis" would leave out all of them.
    if (isBounded(entry.text.slice(named.length), draft)) {
      reader.problem('ignore-unreadable', entry, { word: entry.text.slice(0, 80) });
      return;
    }
    add('check', kinds, entry, reader, draft);
    return;
  }
  refuse('ignore-unreadable', entry, reader, draft);
}

/** Whether what stands behind a check bounds it: names, numbers to compare with, a condition. Else it is an explanation. */
function isBounded(behind: string, draft: Draft): boolean {
  const said = withoutCondition(behind.replace(/^\s*(?:[-–—]|:)\s*/, ''));
  return (
    (namesOnly.test(said) && !explains.test(said)) ||
    /^(?:only|if|unless|except|for|in|on|of|from|with|below|under|above|over|fewer|less|more|at (?:least|most)|[<>≤≥]|\d)/i.test(
      said,
    ) ||
    namesIn(said, draft.serviceWords()).length > 0 ||
    /\b(?:only|except|unless|fewer than|less than|more than|below|above)\b/i.test(said)
  );
}

/** Names as the cluster has them, one or several. */
const namesOnly =
  /^`?[a-z0-9*][-a-z0-9.*/:_=@]*`?(?:(?:\s*[,&]\s*|\s+(?:and|or)\s+)`?[a-z0-9*][-a-z0-9.*/:_=@]*`?)*\.?$/;
const explains =
  /^(?:expected|normal|usual|noise|noisy|fine|ok|okay|known|harmless|irrelevant|intended|temporary|flaky|yes|true|always|all|ignore[ds]?|skip(?:ped)?|built-in|external|elsewhere)\b/i;

const firstWord = (entry: Entry): string => entry.code[0] ?? /^[^\s:,(]+/.exec(entry.text)?.[0] ?? entry.text;
const withoutCondition = (text: string): string =>
  conditions
    .reduce((left, [, pattern]) => left.replace(pattern, ''), text)
    .replace(/\(\s*\)/g, '')
    .trim();

/** Looking for what was meant takes a millisecond for each; nobody lists more. */
const mostReasons = 50;

/** No name, and all of them are never left out at once. */
const everything = /^(?:\*+|all|any|every)$|^(?:every|any)(?:thing|body|one)$|^(?:others?|rest)$/i;

function add(what: Ignore['what'], words: readonly string[], entry: Entry, reader: Reader, draft: Draft): void {
  const when = conditions.find(([, pattern]) => pattern.test(entry.text))?.[0];
  const names =
    what === 'check'
      ? words.flatMap((word) => checksOf(word, entry, reader))
      : words
          .map((word) => word.replace(/\s*\(.*$/, '').trim())
          .filter((word) => word !== '')
          .map((word) => (what === 'kind' ? (objectKind(word) ?? word) : word));
  // "kube-system unless P0" and "all but shop" are no names: they would leave out nothing.
  const odd =
    what === 'check'
      ? undefined
      : names.find((name) => /\s/.test(name) && (what !== 'kind' || objectKind(name) === undefined));
  if (odd !== undefined || words.some((word) => everything.test(word))) {
    reader.problem('ignore-unreadable', entry, { word: entry.text });
    return;
  }
  for (const word of what === 'reason' ? names.slice(0, mostReasons) : []) {
    const meant = misspeltReason(word);
    if (meant !== undefined) reader.problem('ignore-reason-unknown', entry, { word, meant });
  }
  if (what === 'kind') for (const name of names) warnOfUnknownKind(name, entry, reader, draft);
  for (const name of names)
    draft.revision.ignores.push({ what, name, ...(when ? { when } : {}), at: reader.at(entry) });
  if (names.length > 0)
    reader.understood(
      entry,
      `ignored ${what}${names.length > 1 ? 's' : ''} ${names.join(', ')}${when ? ` while ${when.replace('-', ' ')}` : ''}`,
    );
}

/** A kind that is neither read nor looked at by a custom check is never found, so ignoring it does nothing. */
function warnOfUnknownKind(name: string, entry: Entry, reader: Reader, draft: Draft): void {
  const plain = name.toLowerCase();
  const custom = draft.revision.customChecks.flatMap(({ kinds }) =>
    kinds.map((kind) => kind.toLowerCase().split('.')[0] ?? ''),
  );
  if (objectKind(name) !== undefined || name.includes('*') || isForeignOwner(name)) return;
  if (custom.some((kind) => kind === plain || kind === `${plain}s` || kind === `${plain}es`)) return;
  reader.problem('ignore-kind-unknown', entry, { word: name, meant: nearestKind(name) });
}

function checksOf(word: string, entry: Entry, reader: Reader): string[] {
  const { kinds, unknown } = isNegated(word) ? { kinds: [], unknown: [word] } : readKinds(word);
  for (const other of unknown) reader.problem('issue-kind-unknown', entry, { word: other, meant: meantCheck(other) });
  return kinds;
}
