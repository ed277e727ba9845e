import { formatDuration } from '../../lib/duration.ts';
import { allBlocks, asideWords, type Block, entriesOf, type Section, valuesOf } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { readLabelName } from '../labels.ts';
import { priorities, type Severity } from '../revision.ts';
import { isCriteriaLabel, readCriteriaBlocks } from './criteria.ts';
import { looksLikeRule, warnOfRule } from './judged.ts';
import { readServiceName } from './service-name.ts';
import { openSeverity, severitiesIn, severityHeading, withSeverityWord } from './severity-words.ts';
import { isNothing, lengthOf, readValue, suggestColumns, suggestLabel } from './values.ts';

const severityNumber = /\bSEV(?:ERITY)?[ -]?\d+\b/gi;

/** escalation-manager.md: criteria by severity, update intervals, and the list of services that it may repeat. */
export function readEscalationManager(section: Section, reader: Reader, draft: Draft): void {
  readIntervals(section.blocks, reader, draft);
  for (const block of section.blocks) if (block.kind === 'table') readTable(block, reader, draft);
  readFlat(section.blocks, reader, draft);
  // A sentence that gives severities out would decide, were it a rule.
  for (const entry of entriesOf(section.blocks))
    if (
      !entry.label &&
      looksLikeRule(entry.text.replace(severityNumber, ''), draft) &&
      severityHeading.test(entry.text)
    )
      warnOfRule(entry, reader, draft);
  for (const below of section.sections) {
    if (below.aside) {
      if (asideWords.test(below.title) && severityHeading.test(below.title))
        reader.problem('aside-names-section', below, { word: below.title });
      continue;
    }
    if (severityHeading.test(below.title) && below.depth > 4)
      reader.problem('section-too-deep', below, { word: below.title });
    else if (!severityHeading.test(below.title) && entriesOf(below.blocks).some(isCriteriaLabel))
      reader.problem('severity-missing', below, { word: below.title });
    if (severityHeading.test(below.title) && below.depth <= 4) readSeverity(below, reader, draft);
    else if (/\bP\d\b/.test(below.title)) compareServices(below, reader, draft);
    else readEscalationManager(below, reader, draft);
  }
}

function readSeverity(section: Section, reader: Reader, draft: Draft): void {
  const severity = openSeverity(section, reader);
  if (!severity) return;
  const { found, blocks } = severity;
  readIntervals(blocks, reader, draft);
  addRules(found, blocks, section.line, section.column, reader, draft, true);
}

/** `- **SEV-1**: Any P0 service down` and `**SEV-1**` over bullets. */
function readFlat(blocks: readonly Block[], reader: Reader, draft: Draft): void {
  for (const entry of entriesOf(blocks)) {
    if (entry.struck || !severityHeading.test(entry.label?.name ?? '')) continue;
    const found = severitiesIn(entry.label?.name ?? '', entry, reader);
    if (found.length === 0) continue;
    const asCriteria =
      entry.label && entry.label.value !== ''
        ? [{ ...entry, label: { ...entry.label, name: 'criteria' } }]
        : entry.children;
    addRules(found, asCriteria, entry.line, entry.column, reader, draft, true);
  }
}

function readTable(table: Extract<Block, { kind: 'table' }>, reader: Reader, draft: Draft): void {
  const severityColumn = table.header.findIndex((cell) => cell && readLabelName(cell.text, ['severity']));
  const criteriaColumn = table.header.findIndex((cell) => cell && readLabelName(cell.text, ['criteria']));
  if (severityColumn < 0 || criteriaColumn < 0) {
    if (severityColumn >= 0 || criteriaColumn >= 0) suggestColumns(table, ['severity', 'criteria'], reader);
    return;
  }
  for (const { cells, line } of table.rows) {
    const [severity, criteria] = [cells[severityColumn], cells[criteriaColumn]];
    if (!severity || !criteria || isNothing(criteria.text)) continue;
    const found = severitiesIn(withSeverityWord(severity.text), severity.placeOf(0), reader);
    const { label: _, ...rest } = criteria;
    addRules(
      found,
      [
        {
          ...rest,
          label: { name: 'criteria', value: rest.text, start: 0, bold: true, by: ':' },
          kind: 'item',
          column: criteria.placeOf(0).column,
          children: [],
        },
      ],
      line,
      1,
      reader,
      draft,
      false,
    );
  }
}

function addRules(
  found: readonly Severity[],
  blocks: readonly Block[],
  line: number,
  column: number,
  reader: Reader,
  draft: Draft,
  bare: boolean,
): void {
  const { groups } = readCriteriaBlocks(blocks, reader, draft, bare);
  if (groups.length === 0) return;
  const at = groups[0]?.[0]?.at ?? reader.at({ line, column });
  for (const severity of found) {
    const known = draft.revision.severityRules.find((rule) => rule.severity === severity);
    // Two places for one severity in the same file: both hold, as with OR.
    if (known) known.anyOf.push(...groups);
    else draft.revision.severityRules.push({ severity, anyOf: groups, at });
  }
}

/** Brief update and full repeat intervals, wherever they stand. */
function readIntervals(blocks: readonly Block[], reader: Reader, draft: Draft): void {
  for (const entry of valuesOf(blocks)) {
    if (!entry.label || entry.struck) continue;
    const id = readLabelName(entry.label.name, ['briefUpdate', 'fullRepeat']);
    if (!id) {
      suggestLabel(entry, ['briefUpdate', 'fullRepeat'], reader);
      continue;
    }
    if (!/\d|hour|minute|day|every/i.test(entry.label.value)) {
      if (entry.label.value !== '') reader.problem('guidance', entry, { word: entry.text.slice(0, 80) });
      continue;
    }
    const { text, place } = readValue(reader, entry);
    const length = lengthOf(reader, text, place, entry.label?.name ?? '', 'upper');
    if (length === undefined) continue;
    draft.revision[id === 'briefUpdate' ? 'briefUpdateEvery' : 'fullRepeatEvery'] = length;
    reader.understood(
      entry,
      `${id === 'briefUpdate' ? 'a brief update' : 'the full message again'} every ${formatDuration(length)}`,
    );
  }
}

/** A list of services by priority is compared with CLAUDE.md's, which wins. */
function compareServices(section: Section, reader: Reader, draft: Draft): void {
  const priority = priorities.find((each) => section.title.toUpperCase().includes(each));
  if (!priority) return;
  for (const entry of allBlocks(section)) {
    if (entry.kind !== 'item') continue;
    const read = readServiceName(entry);
    if ('unreadable' in read) continue;
    for (const { name, offset } of read.names)
      draft.restated.push({ name, priority, reader, place: entry.placeOf(offset) });
  }
}
