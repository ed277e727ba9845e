import { formatDuration } from '../../lib/duration.ts';
import { type Block, type Entry, entriesOf, type Section, valuesOf } from '../document.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { findDurations, readDuration } from '../grammar/duration.ts';
import { readSuppression } from '../grammar/known-issue.ts';
import { misspeltKind } from '../grammar/object-kinds.ts';
import { allLabels, readLabelName } from '../labels.ts';
import { priorities, type ServiceEntry, severities } from '../revision.ts';
import type { TextLine } from '../shape/text-line.ts';
import { addService, type Group } from './add-service.ts';
import { readDefaultPriority } from './cluster-information.ts';
import { deciding } from './fenced-rules.ts';
import { isForeignLabel, looksLikeRule, namesIn } from './judged.ts';
import type { SectionKind } from './section.ts';
import { type DetailLabel, detailLabels, readDetail, warnOfForeignKind } from './service-details.ts';
import { findPriority, readServiceName } from './service-name.ts';
import { readServiceTable } from './service-table.ts';
import { severitiesIn } from './severity-words.ts';
import { checkCondition, denied, given, lengthOf, readValue, suggestLabel } from './values.ts';

const priorityWord = /\bP(\d+)\b/gi;

/** `Priority 0` is P0. `Tier 1` may be the first or the second: it is no priority. */
const spelled = /\b(?:priority|prio)[ -]?(\d)\b/gi;
const tier = /\btier[ -]?\d\b/i;

/** Headings with P0 ... P3 or a range. */
export const servicesByPriority: SectionKind = {
  title: 'Critical Services (P0)',
  decides: deciding.services,
  heading: /\bP\d{1,2}\b|\b(?:priority|prio|tier)[ -]?\d\b/i,
  read: (section, reader, draft) => readGroup(section, reader, draft, undefined),
};

/** The inventory without a priority in its heading: groups below it, or a table with a column for the priority. */
export const inventory: SectionKind = {
  title: 'Critical Services',
  decides: deciding.services,
  heading:
    /^(?:all |our |the )?(?:critical |business |monitored |important |core |supporting |other |additional |secondary |internal |backend |platform |essential |key |standard |optional |(?:low|medium|high)[- ]priority |non-critical )*(?:services?|applications?|workloads?)(?: inventory| list| priorit(?:y|ies)| classification| overview| tiers?)?(?:\s*\([^)]*\))?$|\bservices? (?:inventory|priorit(?:y|ies)|classification|tiers?)\b|^inventory$|^critical infrastructure$/i,
  read(section, reader, draft) {
    const before = draft.revision.services.length;
    reader.understood({ line: section.line, endLine: section.line }, 'services');
    for (const block of section.blocks) if (block.kind === 'table') readServiceTable(block, undefined, reader, draft);
    readBoldGroups(section.blocks, reader, draft);
    for (const below of section.sections)
      if (!below.aside && servicesByPriority.heading.test(below.title)) readGroup(below, reader, draft, undefined);
    const items = entriesOf(section.blocks).filter(({ kind }) => kind === 'item');
    const isTable = section.blocks.some(({ kind }) => kind === 'table');
    if (draft.revision.services.length === before && !isTable && items.length > 0)
      reader.problem('services-without-priority', section, { word: section.title });
  },
};

/** `**P0 - Business critical**` on a line of its own over a list stands for a heading. */
function readBoldGroups(blocks: readonly Block[], reader: Reader, draft: Draft): void {
  let group: Group | undefined;
  for (const block of blocks) {
    if (block.kind === 'line' && block.bold !== '' && /\bP\d\b/.test(block.bold)) {
      group = groupOf(block.text, block, reader);
      if (group) checkHeading(block.text, group, block, reader);
      if (group) reader.understood(block, `${group.range.join(' and ')} services`);
    } else if (group) readGroupBlocks([block], group, reader, draft);
    else if (block.kind === 'item' && /^\W*P\d\b/.test(block.label?.name ?? block.text))
      readPriorityItem(block, reader, draft);
  }
}

/** `- **P0**: shop, orders` or `- P0` with the services nested below it. */
function readPriorityItem(entry: Entry, reader: Reader, draft: Draft): void {
  const group = groupOf(entry.label?.name ?? entry.text, entry, reader);
  if (!group) return;
  reader.understood(entry, `${group.range.join(' and ')} services`);
  const value = entry.label?.value ?? '';
  const start = entry.label?.start ?? 0;
  for (const match of value.matchAll(/[^,;]+/g)) {
    const name = match[0].trim().replace(/^and\s+/i, '');
    if (name === '') continue;
    addService(name, {}, group, entry.placeOf(start + match.index), entry, reader, draft);
  }
  readGroupBlocks(entry.children, group, reader, draft);
}

function readGroup(section: Section, reader: Reader, draft: Draft, outer: Group | undefined): void {
  const own = groupOf(section.title, priorityPlace(section), reader);
  const group = own ?? (outer && { ...outer });
  if (!group) return;
  readHeadingCap(section, group, reader);
  const before = draft.revision.services.length + draft.amendments.length;
  const problemsBefore = reader.problems.length;
  // A heading of prose below a group is no group of its own.
  const hasServices = section.blocks.some(({ kind }) => kind === 'item' || kind === 'table');
  if (own && hasServices) checkHeading(section.title, own, priorityPlace(section), reader);
  if (own || hasServices)
    reader.understood(
      { line: section.line, endLine: section.line },
      `${group.range.join(' and ')} services${group.maxDowntime === undefined ? '' : `, down for at most ${formatDuration(group.maxDowntime)}`}`,
    );
  readGroupBlocks(section.blocks, group, reader, draft);
  for (const below of section.sections) {
    if (below.aside) continue;
    if (isServiceHeading(below)) readServiceSection(below, group, reader, draft);
    else readGroup(below, reader, draft, group);
  }
  if (
    own &&
    draft.revision.services.length + draft.amendments.length === before &&
    reader.problems.length === problemsBefore
  )
    reader.problem('section-empty', section, { word: section.title });
}

/** `## Tools (P3) -> log only, SEV-4` caps as a line of its own does; a severity without an arrow caps nothing. */
function readHeadingCap(section: Section, group: Group, reader: Reader): void {
  const at = section.title.search(/\bSEV[ -]?\d/i);
  if (at < 0) return;
  const [severity] = severitiesIn(section.title.slice(at), section.placeOf(at), reader);
  if (severity && /(?:→|⇒|➜|-{1,2}>|=>|\blog only\b)/.test(section.title.slice(0, at))) {
    const [beside] = capBound.exec(section.title.slice(at).replace(/\bSEV[ -]?\d/i, ' ')) ?? [];
    if (beside !== undefined)
      reader.problem('value-half-read', section.placeOf(at), { word: beside, value: `-> log only, ${severity}` });
    group.cap = severity;
  } else if (severity) reader.problem('guidance', section.placeOf(at), { word: section.title.slice(at) });
}

const priorityPlace = (section: Section): Place => section.placeOf(Math.max(0, section.title.search(/\bP\d/i)));

/** What bounds the priority or the downtime of a heading with services below it: "(P1 at night)", "(not P1)", "max 10 minutes on weekdays". */
function checkHeading(title: string, group: Group, place: Place, reader: Reader): void {
  const bound = priorityBound.exec(title)?.[0];
  if (bound !== undefined) reader.problem('value-half-read', place, { word: bound, value: group.priority });
  const [first] = group.maxDowntime === undefined ? [] : findDurations(title);
  const behind = first ? (/^[^)\]]*/.exec(title.slice(first.end))?.[0] ?? '') : '';
  const value = `max downtime ${formatDuration(group.maxDowntime ?? 0)}`;
  if (findDurations(behind).length > 0) reader.problem('value-half-read', place, { word: behind.trim(), value });
  else if (bound === undefined) checkCondition(reader, value, behind, place);
}

/** A group has the priority that its heading names, always and for all of it. */
const priorityBound =
  /\b(?:not|non|below|under|above|over|except|without|almost|nearly|lower than|higher than|at (?:least|most))\s+P\d\b|\bP\d\s?\+|\bP\d\s*(?:&|and|or)\s+(?:below|above|lower|higher|up|beyond|under)\b|\bP\d\b[^:–—]{0,20}\b(?:at night|nights|on (?:week|mon|tues|wednes|thurs|fri|satur|sun)\w*|during|if|unless|except|otherwise|when|only (?:at|on|if|when|during|for))\b[^)]*/i;

/** What a text with a priority in it says about its group; undefined where it names none that exists. */
function groupOf(words: string, place: Place, reader: Reader): Group | undefined {
  const title = words.replace(spelled, 'P$1');
  const [other] = /\bP\d/i.test(title) ? [] : (tier.exec(title) ?? []);
  if (other !== undefined) reader.problem('priority-unknown', place, { word: other });
  const written = [...title.matchAll(priorityWord)].map((match) => match[0].toUpperCase());
  const wrong = written.find((word) => !priorities.some((priority) => priority === word));
  if (wrong !== undefined) reader.problem('priority-unknown', place, { word: wrong });
  const named = priorities.filter((priority) => written.includes(priority));
  const [first] = named;
  if (!first) return undefined;
  const isRange = named.length > 1 && /P\d\s*(?:-|–|—|to|through|\.\.)\s*P?\d/i.test(title);
  const range = isRange
    ? priorities.slice(priorities.indexOf(first), priorities.indexOf(named.at(-1) ?? first) + 1)
    : named;
  const isDenied = denied.test(/\bdowntime\s*:?\s*(.*)/i.exec(title)?.[1] ?? '');
  const downtime =
    /\b(?:max(?:imum|\.)?|down(?:time)?|within)\b/i.test(title) && !isDenied
      ? readDuration(title.replace(priorityWord, ''), 'lower')
      : undefined;
  if (
    /\bmax(?:imum|\.)?\b.*\d|\bmax(?:imum|\.)?\s+downtime\s*:/i.test(title.replace(priorityWord, '')) &&
    !(downtime && 'length' in downtime)
  )
    reader.problem('duration-unreadable', place, { label: 'Max downtime', word: title });
  return {
    priority: first,
    range,
    ...given('maxDowntime', downtime && 'length' in downtime ? downtime.length : undefined),
  };
}

function readGroupBlocks(blocks: readonly Block[], group: Group, reader: Reader, draft: Draft): void {
  // A group's lines count for all of it, also for services above them.
  for (const block of blocks)
    if (block.kind === 'line' || (block.kind === 'item' && block.arrow)) readGroupLine(block, group, reader, draft);
    // Without a blank line Markdown takes an arrow below a list for a part of its last item.
    else if (block.kind === 'item')
      for (const line of entriesOf(block.children, true)) if (line.arrow) readGroupLine(line, group, reader, draft);
  for (const block of blocks) {
    if (block.kind === 'table') readServiceTable(block, group, reader, draft);
    else if (block.kind === 'item' && !block.arrow) readItem(block, group, reader, draft);
  }
}

const capBound =
  /\b(?:SEV[ -]?\d|P\d|(?:at|on|by)(?=\s+(?!most\b|worst\b|default\b|the most\b)[\p{L}\d])|for(?!\s+(?:all|these|this|them|the|any|every)\b)|from|during|outside|unless|except|if|when|while|until|after|before|but|nights?|week(?:end|day)s?)\b.*/iu;

/** `**Max downtime**: 5 minutes` and `-> log only, SEV-4` between heading and list. */
function readGroupLine(entry: Entry, group: Group, reader: Reader, draft: Draft): void {
  if (entry.label && readLabelName(entry.label.name, ['defaultPriority'])) {
    readDefaultPriority(readValue(reader, entry), entry, reader, draft);
    return;
  }
  if (entry.arrow) {
    const cap = severities.find((severity) =>
      entry.text
        .toUpperCase()
        .replace(/SEV[ -]?(?=\d)/g, 'SEV-')
        .includes(severity),
    );
    if (!cap && !/\b(?:sev|alert|page|log|notify|digest)/i.test(entry.text)) return;
    if (!cap && looksLikeRule(entry.text, draft)) reader.problem('cap-unreadable', entry, { word: entry.text });
    else if (!cap) reader.problem('guidance', entry, { word: entry.text });
    if (!cap) return;
    // A cap holds always: what bounds it or names a second one would decide nothing.
    const [beside] = capBound.exec(entry.text.replace(/\bSEV[ -]?\d/i, ' ')) ?? [];
    if (beside !== undefined) reader.problem('value-half-read', entry, { word: beside, value: `-> log only, ${cap}` });
    group.cap = cap;
    reader.understood(entry, `no incident of these services is more severe than ${cap}`);
    return;
  }
  const down = downtimeIn(entry.text);
  if (down === undefined) {
    if (!suggestLabel(entry, ['maxDowntime'], reader)) warnOfDowntime(entry, reader);
    return;
  }
  const length = lengthOf(reader, down.value, entry.placeOf(down.start), 'Max downtime', 'lower');
  if (length === undefined) return;
  group.maxDowntime = length;
  reader.understood(entry, `these services may be down for at most ${formatDuration(length)}`);
}

const proseWords =
  /^(?:impact|sla|slo|response|team|alert(?:ing)?|escalation|examples?|availability|monitoring|important|warning|todo)\b/i;

const isProseLabel = (name: string): boolean =>
  /^[A-Z]/.test(name) && (proseWords.test(name) || readLabelName(name, allLabels) !== undefined);

/** `**Service**: shop` is the item `shop`. */
function withoutServiceLabel(entry: Entry): Entry {
  if (!entry.label || entry.label.value === '' || !readLabelName(entry.label.name, ['service'])) return entry;
  const { label, ...rest } = entry;
  return { ...rest, text: entry.text.slice(label.start), placeOf: (index) => entry.placeOf(label.start + index) };
}

function readItem(written: Entry, group: Group, reader: Reader, draft: Draft): void {
  const entry = withoutServiceLabel(written);
  if (entry.struck) {
    reader.aside(entry);
    return;
  }
  // `Impact: ...` or `Note: ...` says something about the group; names in a cluster are in lower case.
  if (entry.label && (isProseLabel(entry.label.name) || readLabelName(entry.label.name, ['maxDowntime']))) {
    readGroupLine(entry, group, reader, draft);
    return;
  }
  const read = readServiceName(entry);
  if ('unreadable' in read) {
    reader.problem('service-unreadable', entry, { word: entry.text.slice(0, 60) });
    return;
  }
  // `Deploymnt/reports` and `deploymnt/reports` are slips in a kind and no namespace.
  const before = read.workload?.kind ?? read.namespace ?? '';
  const kind = entry.text.includes(`${before}/`) ? misspeltKind(before) : undefined;
  if (kind !== undefined) {
    const name = read.names[0]?.name ?? '';
    const facts = { word: `${before}/${name}`, what: 'workload', meant: `${kind}/${name}` };
    reader.problem('name-invalid', entry, facts);
    return;
  }
  if (read.workload?.kind !== undefined) warnOfForeignKind(read.workload.kind, entry, reader);
  for (const [index, { name, offset }] of read.names.entries()) {
    // "reports, P2" and "reports and P5" name a priority, which is read with the name before it.
    if (index > 0 && /^P\d$/i.test(name)) {
      const before = read.names[index - 1];
      const owner = before && draft.serviceNamed(before.name);
      if (owner && !findPriority(entry.text.slice(before.offset + before.name.length)))
        readPriority(entry, offset, owner, group, reader);
      continue;
    }
    const service = addService(name, read, group, entry.placeOf(offset), entry, reader, draft);
    if (!service) continue;
    if (read.optional) service.optional = true;
    if (read.dependsOn !== undefined) readDependencies(read.dependsOn, service, draft);
    if (read.maxDowntime !== undefined) service.maxDowntime = read.maxDowntime;
    else if (/\bmax(?:imum|\.)?\s+(?:allowed\s+)?downtime\b/i.test(read.description ?? ''))
      reader.problem('duration-unreadable', entry, { label: 'Max downtime', word: read.description ?? '' });
    else warnOfDowntime(entry, reader, read.description ?? '');
    readPriority(entry, offset + name.length, service, group, reader);
    readDetails(entry.children, service, group, reader, draft);
  }
  const added = read.names.flatMap(({ name }) => draft.serviceNamed(name) ?? []);
  if (added.length > 1)
    reader.understood(
      { line: entry.line, endLine: entry.line },
      `${added[0]?.priority} services ${added.map(({ name }) => `\`${name}\``).join(', ')}`,
    );
}

/** `reports (P3)`: under a range the item's own priority counts, under one priority the heading's; what differs is told. */
function readPriority(line: TextLine, start: number, service: ServiceEntry, group: Group, reader: Reader): void {
  const found = findPriority(line.text.slice(start));
  if (!found) return;
  const place = line.placeOf(start + found.offset);
  const here = priorities.find((each) => each === found.word.replace('-', ''));
  if (!here) {
    reader.problem('priority-unknown', place, { word: found.word });
    return;
  }
  // "P3/P4": the second counts for nothing, but it must be one.
  const [, second] =
    /^\s*(?:[/,–-]|or|to|and)\s*(P\d)\b/i.exec(line.text.slice(start + found.offset + found.word.length)) ?? [];
  if (second !== undefined && !priorities.some((each) => each === second.toUpperCase()))
    reader.problem('priority-unknown', place, { word: second });
  if (group.range.length > 1) service.priority = here;
  if (service.priority === here) {
    reader.understood({ line: line.line, endLine: line.line }, `${here} service \`${service.name}\``);
  }
  if (!group.range.includes(here)) {
    const facts = { word: service.name, here, there: group.range.join(' and '), counts: service.priority };
    reader.problem('priority-differs', place, facts);
  }
}

/** Reads what is nested below a service. Lines without a known label are prose about it. */
function readDetails(
  blocks: readonly Block[],
  service: ServiceEntry,
  group: Group,
  reader: Reader,
  draft: Draft,
): void {
  for (const entry of valuesOf(blocks)) {
    const id = entry.label ? readLabelName(entry.label.name, detailLabels) : undefined;
    if (!id && readSentence(entry, service, reader, draft)) continue;
    if (id === 'priority') readPriority(entry, entry.label?.start ?? 0, service, group, reader);
    else if (id) readDetail(id as DetailLabel, entry, service, reader, draft, entriesOf(entry.children));
    else if (readSuppression(entry.text))
      reader.problem('suppression-elsewhere', entry, { word: entry.text.slice(0, 60) });
    else if (entry.label && entry.label.value !== '' && decidesElsewhere(entry.label.name, entry.label.value))
      reader.problem('label-unknown', entry, { word: entry.label.name, meant: undefined });
    else if (!suggestLabel(entry, detailLabels, reader)) warnOfDowntime(entry, reader);
  }
}

const foreignLabels = ['severity', 'channel', 'timing', 'notification', 'mention', 'escalate', 'settle'] as const;

/** What people write to a service although it has its place in another section: who is told, what is ignored, limits of its own. */
const decidesElsewhere = (name: string, value: string): boolean =>
  isForeignLabel(name, foreignLabels) ||
  /^(?:ignored?|mute|suppress|silence|do not (?:alert|flag|page))$/i.test(name) ||
  (/\d/.test(value) &&
    /^(?:maintenance|window|(?:maintenance|time) windows?|grace(?: period)?|start-?up(?: (?:time|grace))?|restarts?|pending|min(?:imum|\.)? (?:replicas|ready|available)|(?:memory|cpu)(?: (?:usage|threshold))?|thresholds?|selectors?)$/i.test(
      name,
    )) ||
  (/[=]/.test(value) && /^(?:(?:label )?selectors?|labels?|match labels?)$/i.test(name));

/** Sentences that say what a label would: "Tolerates 2 minutes of downtime", "Requires postgres and redis". */
function readSentence(entry: Entry, service: ServiceEntry, reader: Reader, draft: Draft): boolean {
  const down = downtimeIn(entry.text);
  if (down) {
    const length = lengthOf(reader, down.value, entry.placeOf(down.start), 'Max downtime', 'lower');
    if (length !== undefined) {
      service.maxDowntime = length;
      reader.understood(entry, `${service.name} may be down for at most ${formatDuration(length)}`);
    }
    return true;
  }
  const [, needed] = /^(?:depends on|requires|relies on|needs)\s+(.+)$/i.exec(entry.text) ?? [];
  if (needed === undefined) return false;
  readDependencies(needed, service, draft, (names) =>
    reader.understood(entry, `${service.name} depends on ${names.join(', ')}`),
  );
  return true;
}

/** The listed services among words of prose; which are listed is known only when all lists have been read. */
function readDependencies(
  text: string,
  service: ServiceEntry,
  draft: Draft,
  found: (names: readonly string[]) => void = () => {},
): void {
  draft.amendments.push(() => {
    const others = draft.revision.services.filter(({ name }) => name !== service.name);
    const named = others.filter(({ name, aliases }) => namesIn(text, [name, ...aliases]).length > 0);
    const names = named.map(({ name }) => name).filter((name) => !service.dependsOn.includes(name));
    service.dependsOn.push(...names);
    if (names.length > 0) found(names);
  });
}

/** How sentences bound a downtime; what follows is its length. */
const downtimeSentences: readonly RegExp[] = [
  /^(.*?\bmax(?:imum|\.)?\s+(?:allowed\s+|tolerated\s+)?(?:downtime|outage)\b\s*(?:of|is)?\s*:?\s*)(.+)$/i,
  /^((?:(?:it|they|these|this|all|the|services?|of|them)\s+)*(?:may|can)\s+be\s+(?:down|unavailable|offline)\s+(?:for\s+)?)(.+)$/i,
  /^((?:(?:it|they|these|this|all|the|services?|of|them)\s+)*(?:must|should)\s+not\s+be\s+(?:down|unavailable|offline)\s+(?:for\s+)?)((?:longer|more)\s+than.+)$/i,
  /^((?:(?:it|they|these|this|all|the|services?|of|them)\s+)*tolerates?\s+)(.+?)\s+(?:of\s+)?(?:downtime|outage)\.?$/i,
];

function downtimeIn(text: string): { value: string; start: number } | undefined {
  for (const [index, sentence] of downtimeSentences.entries()) {
    const [, before = '', value] = sentence.exec(text) ?? [];
    // "Max downtime" is always meant; "can be down" is a rule only with a length.
    if (value !== undefined && (index === 0 || findDurations(value).length > 0)) return { value, start: before.length };
  }
  return undefined;
}

/** Words about a length of downtime that are no value: what decides must not vanish silently. */
function warnOfDowntime(line: TextLine, reader: Reader, text = line.text): void {
  if (/^guidance\b/i.test(text) || !/\bdown(?:time)?\b/i.test(text) || findDurations(text).length === 0) return;
  reader.problem('downtime-not-read', line.placeOf(0), { word: text.slice(0, 80) });
}

/** A heading that is a service's name, with labels below it, is that service. */
function isServiceHeading(section: Section): boolean {
  const named = /^(?:\d+[.)]\s*)?`?[a-z0-9][-a-z0-9.]*`?(?:\s*[:(–—-].*)?$/i.test(section.title);
  return named && entriesOf(section.blocks, true).some(({ label }) => label && readLabelName(label.name, detailLabels));
}

function readServiceSection(section: Section, group: Group, reader: Reader, draft: Draft): void {
  const [, number = '', name = '', rest = ''] =
    /^((?:\d+[.)]\s*)?)`?([a-z0-9][-a-z0-9.]*)`?\s*[:–—-]?\s*(.*)$/i.exec(section.title) ?? [];
  const lines = { line: section.line, endLine: section.line };
  const place = section.placeOf(number.length);
  const service = addService(
    name,
    given('description', rest === '' ? undefined : rest),
    group,
    place,
    lines,
    reader,
    draft,
  );
  if (service) readDetails(section.blocks, service, group, reader, draft);
}
