import { formatDuration } from '../../lib/duration.ts';
import { type Block, type Entry, entriesOf, type Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { readLabelName } from '../labels.ts';
import { addService, type Group } from './add-service.ts';
import { deciding } from './fenced-rules.ts';
import type { SectionKind } from './section.ts';
import { detailLabels } from './service-details.ts';
import { checkHeading, groupOf, priorityPlace, readGroupLine, readHeadingCap } from './service-group.ts';
import { readDetails, readItem } from './service-item.ts';
import { readServiceTable } from './service-table.ts';
import { given } from './values.ts';

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
