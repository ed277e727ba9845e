import { type Block, type Entry, entriesOf, type Section, type Table, valuesOf } from '../document.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { type LabelId, readLabelName } from '../labels.ts';
import type { Severity } from '../revision.ts';
import { isCriteriaLabel, readCriteriaBlocks } from './criteria.ts';
import { deciding } from './fenced-rules.ts';
import { warnOfRule } from './judged.ts';
import { readNotification } from './notification.ts';
import { isUnanswered, type PolicyLabel, policyLabels, readPolicyLine, readUnanswered } from './policy-lines.ts';
import { partsOf, sayParts } from './policy-parts.ts';
import type { SectionKind } from './section.ts';
import { openSeverity, severitiesIn, severityHeading, withSeverityWord } from './severity-words.ts';
import { suggestColumns, suggestLabel } from './values.ts';

const columns = ['severity', 'when', ...policyLabels] as const satisfies LabelId[];

/** Escalation Policy: `### SEV-n` with labels, a table with a severity column, or a list `- SEV-1: immediate, to #channel`. */
export const escalationPolicy: SectionKind = {
  title: 'Escalation Policy',
  decides: deciding.policy,
  heading:
    /\bescalation\b|\bseverity (?:levels?|definitions?|polic(?:y|ies)|classification)\b|\balerting (?:policy|rules)\b|\bnotification policy\b|\bwho (?:gets|is|to) (?:told|notified|alerted|paged|tell|notify|alert|page)\b/i,
  read(section, reader, draft) {
    reader.understood({ line: section.line, endLine: section.line }, 'escalation policy');
    readBlocks(section.blocks, reader, draft);
    for (const below of section.sections) {
      if (below.aside) continue;
      if (severityHeading.test(below.title)) readSeverity(below, reader, draft);
      else {
        if (isPolicy(below)) reader.problem('severity-missing', below, { word: below.title });
        escalationPolicy.read(below, reader, draft);
      }
    }
  },
};

/** Labels that tell somebody, without a severity for which: `### Low` and its like. */
const isPolicy = (section: Section): boolean =>
  entriesOf(section.blocks).filter(({ label }) => label && readLabelName(label.name, ['channel', 'timing', 'who']))
    .length > 0;

/** A severity's own heading, also where no Escalation Policy stands over it. */
export const severitySection: SectionKind = {
  title: 'SEV-1',
  decides: deciding.policy,
  heading: severityHeading,
  read: readSeverity,
};

function readSeverity(section: Section, reader: Reader, draft: Draft): void {
  const severity = openSeverity(section, reader);
  if (!severity) return;
  const { found, blocks } = severity;
  readPolicy(found, section, blocks, reader, draft);
}

/** Lists and tables of an Escalation Policy without headings for each severity. */
function readBlocks(blocks: readonly Block[], reader: Reader, draft: Draft): void {
  for (const [index, block] of blocks.entries()) {
    if (block.kind === 'table') readTable(block, reader, draft);
    if ((block.kind !== 'item' && block.kind !== 'line') || block.struck) continue;
    const name = block.label?.name ?? (block.bold || block.text);
    if (!severityHeading.test(name) || (block.kind === 'line' && !block.label && block.bold === '')) {
      // A sentence about a severity or a channel would decide, were it a rule.
      if (!block.label && /#[a-z]|\bSEV|\bP\d\b/i.test(block.text)) warnOfRule(block, reader, draft);
      continue;
    }
    const found = severitiesIn(name, block, reader);
    if (found.length === 0) continue;
    reader.understood(block, found.join(' and '));
    if (block.label && block.label.value !== '') readNotification(found, block, block.label.start, reader, draft, true);
    // `**SEV-1**` on a line of its own goes on with the list that follows it.
    const following = blocks.slice(index + 1);
    const end = following.findIndex(
      (other) => other.kind === 'line' || (other.kind === 'item' && severityHeading.test(other.label?.name ?? '')),
    );
    readPolicy(
      found,
      block,
      block.kind === 'line' ? following.slice(0, end < 0 ? undefined : end) : block.children,
      reader,
      draft,
    );
  }
}

function readPolicy(
  found: readonly Severity[],
  place: Place,
  blocks: readonly Block[],
  reader: Reader,
  draft: Draft,
): void {
  for (const severity of found) partsOf(severity, place, reader, draft);
  const { groups, found: hasWhen } = readCriteriaBlocks(blocks, reader, draft, false);
  if (hasWhen && groups.length > 0)
    for (const severity of found)
      draft.fallbackRules.push({ severity, anyOf: groups, at: groups[0]?.[0]?.at ?? reader.at(place) });
  const whoLast = (entry: Entry): number => (entry.label && readLabelName(entry.label.name, ['who']) ? 1 : 0);
  const entries = [...entriesOf(blocks), ...valuesOf(blocks.filter(({ kind }) => kind === 'table'))];
  for (const entry of entries.toSorted((a, b) => whoLast(a) - whoLast(b))) {
    if (entry.struck || isCriteriaLabel(entry)) continue;
    const id = entry.label ? readLabelName(entry.label.name, policyLabels) : undefined;
    if (id) readPolicyLine(id as PolicyLabel, found, entry, reader, draft);
    else if (isUnanswered(entry)) readUnanswered(found, entry, reader, draft);
    else if (!suggestLabel(entry, [...policyLabels, 'when'], reader)) warnOfRule(entry, reader, draft);
  }
}

function readTable(table: Table, reader: Reader, draft: Draft): void {
  const ids = table.header.map((cell) => (cell ? readLabelName(cell.text, columns) : undefined));
  const severityColumn = ids.indexOf('severity');
  const misspelt = suggestColumns(table, columns, reader);
  if (severityColumn < 0) {
    const [first] = table.header;
    if (!misspelt && first && ids.some((id) => id === 'channel' || id === 'timing' || id === 'notification'))
      reader.problem('column-missing', first.placeOf(0), {
        what: 'severities',
        header: 'Severity',
        value: 'SEV-1 to SEV-4',
      });
    return;
  }
  reader.understood(
    { line: table.line, endLine: Math.max(table.line, (table.rows[0]?.line ?? table.line + 2) - 1) },
    'a table of severities',
  );
  for (const { cells, line } of table.rows) {
    const cell = cells[severityColumn];
    const found = cell ? severitiesIn(withSeverityWord(cell.text), cell.placeOf(0), reader) : [];
    const [severity] = found;
    if (!cell || !severity) continue;
    const entries = cells.flatMap((each, index): Entry[] => {
      const id = ids[index];
      if (!each || !id || id === 'severity' || each.text.trim() === '') return [];
      const { label: _, ...rest } = each;
      return [
        {
          ...rest,
          label: { name: table.header[index]?.text ?? '', value: each.text, start: 0, bold: true, by: ':' },
          kind: 'item',
          column: each.placeOf(0).column,
          children: [],
        },
      ];
    });
    reader.understood({ line, endLine: line }, found.join(' and '));
    readPolicy(found, cell.placeOf(0), entries, reader, draft);
    reader.understood({ line, endLine: line }, found.map((each) => sayParts(each, draft)).join('; '));
  }
}
