import type { Entry } from '../document.ts';
import { readDuration } from '../grammar/duration.ts';
import { isForeignKind, workloadKind } from '../grammar/object-kinds.ts';
import type { ServiceEntry } from '../revision.ts';
import { denied, given } from './values.ts';

/** The names an item begins with (`offset` is where in its text), and what it says about them behind the name. */
export type ServiceItem = {
  names: { name: string; offset: number }[];
  description?: string;
  namespace?: string;
  workload?: NonNullable<ServiceEntry['workload']>;
  maxDowntime?: number;
  optional?: true;
  /** What stands behind "depends on"; whether it names services is known only later. */
  dependsOn?: string;
};

/** A priority that stands by itself behind a name: `(P3)`, `- P3`, `: P3 ...`, `Priority: P3`. Within a sentence ("p99 latency") it is prose. */
const ownPriority =
  /^\s*(?:[:=–—-]\s*)?(P-?\d)\b|(?:^|[:;,([]|\s[-–—]\s)\s*(?:(?:priority|prio)\s*[:=]?\s*)?(P-?\d{1,2})\s*(?=$|[;,)\].:]|\s[-–—]\s|[/–-]\s?P\d)/i;

/** The priority an item's text gives its service, as it is written, and where. */
export function findPriority(text: string): { word: string; offset: number } | undefined {
  const match = ownPriority.exec(text);
  const word = match?.[1] ?? match?.[2];
  return match && word !== undefined
    ? { word: word.toUpperCase(), offset: match.index + match[0].lastIndexOf(word) }
    : undefined;
}

const name = '[A-Za-z0-9<][\\w.<>-]*(?:/[A-Za-z0-9][\\w.-]*)?';
const item = new RegExp(
  `^\`?(${name}(?:\\s*(?:,|&|\\band\\b|\\s/\\s)\\s*${name})*)\`?\\s*((?:\\([^)]*\\)\\s*|\\[[^\\]]*\\]\\s*)*)(:|[-–—](?=\\s)|=(?=\\s)|[,;→]|$)?\\s*(.*)$`,
);
/** `catalogue, which readers use`: what follows the comma is a clause and no second name. */
const relative = new RegExp(`^\`?(${name})\`?,\\s+((?:which|that|who|where|because|for|used|our|the|a|an|so)\\s.+)$`);

/** Reads `name: description`, `name - description`, `name (description)` or the name alone. */
export function readServiceName(entry: Entry): ServiceItem | { unreadable: true } {
  const [, only, clause] = relative.exec(entry.text) ?? [];
  if (only !== undefined && clause !== undefined)
    return { names: [{ name: only, offset: entry.text.indexOf(only) }], description: clause };
  const [, head, parens = '', sign, rest = ''] = item.exec(entry.text) ?? [];
  if (head === undefined) return { unreadable: true };
  // Words behind the name without a sign between are prose, unless the name is set off by its style.
  const styled = entry.bold === head || entry.code.includes(head);
  if (sign === undefined && rest !== '' && !styled) return { unreadable: true };
  const inside = [...parens.matchAll(/[([]([^)\]]*)[)\]]/g)].map((match) => match[1] ?? '').join(', ');
  const said = [inside, rest].filter((text) => text !== '').join('; ');
  const names = [...head.matchAll(/[^\s,&]+/g)]
    .map((match) => ({ name: match[0], offset: match.index }))
    .filter((each) => each.name !== 'and' && each.name !== '/');
  const [first] = names;
  const slash = first && names.length === 1 ? first.name.split('/') : [];
  const downtime = /\bmax(?:imum|\.)?\s+(?:allowed\s+)?downtime\b\s*:?\s*(.*)/i.exec(said)?.[1];
  const length = downtime === undefined || denied.test(downtime) ? undefined : readDuration(downtime, 'lower');
  return {
    ...readSlash(slash, names),
    ...given('description', said === '' ? undefined : said),
    ...namespaceOf(said, slash),
    ...given('maxDowntime', length && 'length' in length ? length.length : undefined),
    ...given('optional', /(?:^|[,;]\s*)optional(?=\s*(?:$|[,;]))/i.test(said) ? (true as const) : undefined),
    ...given('dependsOn', /\b(?:depends on|requires|relies on)\s*:?\s+([^;.]+)/i.exec(said)?.[1]),
  };
}

/** `Deployment/shop` is a workload, `prod/shop` a namespace and a name. */
function readSlash(slash: string[], names: ServiceItem['names']): Pick<ServiceItem, 'names' | 'workload'> {
  const [before, after] = slash;
  const [first] = names;
  if (before === undefined || after === undefined || !first) return { names };
  const kind = kindBefore(before);
  const workload = kind === undefined ? { name: after } : { kind, name: after };
  return { names: [{ name: after, offset: first.offset + before.length + 1 }], workload };
}

/** The kind a word before a slash names; no namespace has a capital letter. */
const kindBefore = (before: string): string | undefined =>
  workloadKind(before) ?? (isForeignKind(before) ? before : undefined);

function namespaceOf(said: string, slash: string[]): Pick<ServiceItem, 'namespace'> {
  const [before, after] = slash;
  if (before !== undefined && after !== undefined && kindBefore(before) === undefined) return { namespace: before };
  const written =
    /\b(?:namespace|ns)\b\s*[:=]\s*`?([a-z0-9][-a-z0-9]*)`?/i.exec(said) ??
    /(?:^|[,;]\s*)(?:in\s+)?(?:the\s+)?(?:namespace|ns)\s+`?([a-z0-9][-a-z0-9]*)`?/i.exec(said) ??
    /(?:^|[,;]\s*)(?:in\s+)?(?:the\s+)?`?(?!(?:in|the|same|own|its|this|that|each|every|any|a|an|one|another|other|their)\b)([a-z0-9][-a-z0-9]*)`?\s+namespace\b/i.exec(
      said,
    );
  return given('namespace', written?.[1]);
}
