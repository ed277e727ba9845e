import { formatDuration } from '../../lib/duration.ts';
import { type Block, type Entry, entriesOf, valuesOf } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { readSuppression } from '../grammar/known-issue.ts';
import { misspeltKind } from '../grammar/object-kinds.ts';
import { allLabels, readLabelName } from '../labels.ts';
import { priorities, type ServiceEntry } from '../revision.ts';
import type { TextLine } from '../shape/text-line.ts';
import { addService, type Group } from './add-service.ts';
import { isForeignLabel, namesIn } from './judged.ts';
import { type DetailLabel, detailLabels, readDetail, warnOfForeignKind } from './service-details.ts';
import { checkAfterwards, downtimeIn, readDowntime, warnOfDowntime } from './service-downtime.ts';
import { readGroupLine } from './service-group.ts';
import { findPriority, readServiceName } from './service-name.ts';
import { suggestLabel } from './values.ts';

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

export function readItem(written: Entry, group: Group, reader: Reader, draft: Draft): void {
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
    if (read.maxDowntime !== undefined) {
      service.maxDowntime = read.maxDowntime;
      checkAfterwards(read.description ?? '', read.maxDowntime, entry, name, reader, draft);
    } else if (/\bmax(?:imum|\.)?\s+(?:allowed\s+)?downtime\b/i.test(read.description ?? ''))
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

const foreignLabels = ['severity', 'channel', 'timing', 'notification', 'mention', 'escalate', 'settle'] as const;

/** Numbers that a service should keep, which nobody compares; who owns it, where it is or what it is written in decides nothing anyhow. */
const promiseLabel =
  /^(?:(?:min(?:imum|\.)?|max(?:imum|\.)?|desired|expected|required|number of|target)?\s*(?:replicas?|instances|pods)(?: count)?|replica count|sl[aoi]s?|rpo|mtt[rd]|error (?:budget|rate)|(?:expected |target )?(?:availability|uptime)|(?:max(?:imum|\.)? )?(?:latency|response time|error rate|age|load)|time-?outs?|(?:(?:business|support|service|working|operating|office) )?hours)$/i;

/** What sounds as if it switched something, with a value that does. */
const switchLabel =
  /^(?:(?:business|mission|is)?[- ]?critical|important|essential|required|mandatory|(?:is )?monitor(?:ed|ing)?|watch(?:ed)?|checked|enabled?|disabled?|active|silent|quiet|24\s?[/x]\s?7)$/i;
const switchValue =
  /^(?:yes|no|y|n|true|false|on|off|never|always|only|not|sometimes|enabled?|disabled?|high|medium|low|very|24|✓|✔|✅|❌|x)(?:\b|$|\s)/iu;

/** Who is told about it and how. */
const tellLabel = /^(?:alert(?:s|ing)?|pag(?:e|es|ed|ing)|wake(?: up)?|notif(?:y|ied|ication)s?|page? whom?)$/i;

/** What people write to a service although it has its place in another section: who is told, what is ignored, limits of its own. */
const decidesElsewhere = (name: string, value: string): boolean =>
  isForeignLabel(name, foreignLabels) ||
  (promiseLabel.test(name) && /\d/.test(value)) ||
  (switchLabel.test(name) && switchValue.test(value)) ||
  (tellLabel.test(name) && !/^(?:https?:|see\b)/i.test(value)) ||
  /^(?:ignored?|mute|suppress|silence|do not (?:alert|flag|page))$/i.test(name) ||
  (/\d/.test(value) &&
    /^(?:maintenance|window|(?:maintenance|time) windows?|grace(?: period)?|start-?up(?: (?:time|grace))?|restarts?|pending|min(?:imum|\.)? (?:replicas|ready|available)|(?:memory|cpu)(?: (?:usage|threshold))?|thresholds?|selectors?)$/i.test(
      name,
    )) ||
  (/[=]/.test(value) && /^(?:(?:label )?selectors?|labels?|match labels?)$/i.test(name));

/** `Priority: P1` as in the heading; `Priority: high` and `Tier: 1` name none, `Tier: backend` is a description. */
function readPriorityLabel(entry: Entry, service: ServiceEntry, group: Group, reader: Reader): void {
  const start = entry.label?.start ?? 0;
  const value = entry.text.slice(start);
  if (findPriority(value)) readPriority(entry, start, service, group, reader);
  else if (/\d|\b(?:highest|high|medium|low|lowest|critical|normal|urgent|top|major|minor|important)\b/i.test(value))
    reader.problem('priority-unknown', entry.placeOf(start), { word: value });
}

/** Reads what is nested below a service. Lines without a known label are prose about it. */
export function readDetails(
  blocks: readonly Block[],
  service: ServiceEntry,
  group: Group,
  reader: Reader,
  draft: Draft,
): void {
  for (const entry of valuesOf(blocks)) {
    const id = entry.label ? readLabelName(entry.label.name, detailLabels) : undefined;
    if (!id && readSentence(entry, service, reader, draft)) continue;
    if (id === 'priority') readPriorityLabel(entry, service, group, reader);
    else if (id) readDetail(id as DetailLabel, entry, service, reader, draft, entriesOf(entry.children));
    else if (readSuppression(entry.text))
      reader.problem('suppression-elsewhere', entry, { word: entry.text.slice(0, 60) });
    else if (entry.label && entry.label.value !== '' && decidesElsewhere(entry.label.name, entry.label.value))
      reader.problem('label-unknown', entry, { word: entry.label.name, meant: undefined });
    else if (!suggestLabel(entry, detailLabels, reader)) warnOfDowntime(entry, reader);
  }
}

/** Sentences that say what a label would: "Tolerates 2 minutes of downtime", "Requires postgres and redis". */
function readSentence(entry: Entry, service: ServiceEntry, reader: Reader, draft: Draft): boolean {
  const down = downtimeIn(entry.text);
  if (down) {
    const length = readDowntime(down.value, entry.placeOf(down.start), service.name, reader, draft);
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
