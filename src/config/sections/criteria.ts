import { type Block, type Entry, entriesOf } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { readCriteria } from '../grammar/criteria.ts';
import { readLabelName } from '../labels.ts';
import type { Clause } from '../revision.ts';
import { isProse, warnOfRule } from './judged.ts';

// An AND of ORs is written out as an OR of ANDs; nobody's policy needs more than this.
const mostGroups = 64;

const listHead =
  /^\W*(?:if |when )?(any|all|one|at least one|one or more)\s+(?:of\s+)?(?:the\s+)?(?:these|following|this|of)?(?:\s+(?:conditions?|criteria|statements?|points?|below|(?:must|have to|has to)(?:\s+all)?|are|is|be|hold|holds|occurs?|happens?|met|true|fulfilled|satisfied|apply|applies))*\W*$/i;

/** Whether a label is one for criteria: `**Criteria**`, or `ANY of these:` over bullets. */
export const isCriteriaLabel = (entry: Entry): boolean =>
  entry.label !== undefined &&
  (readLabelName(entry.label.name, ['criteria']) !== undefined || listHead.test(entry.label.name));

/** The criteria among the blocks of a severity: labelled lines and the bullets that belong to them. `found` says whether there were any. */
export function readCriteriaBlocks(
  blocks: readonly Block[],
  reader: Reader,
  draft: Draft,
  bare: boolean,
): { groups: Clause[][]; found: boolean } {
  const entries = entriesOf(blocks).filter(({ struck }) => !struck);
  const groups: Clause[][] = [];
  const taken = new Set<Entry>();
  let found = false;
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at];
    if (!entry || !isCriteriaLabel(entry)) continue;
    found = true;
    taken.add(entry);
    const below = entriesOf(entry.children);
    const isHead = below.length === 0 && isListHead(entry.text.slice(entry.label?.start ?? 0));
    // `**Criteria**:` on a line of its own goes on with the list or the lines that follow it.
    for (let next = entries[at + 1]; next && !isOtherLabel(next) && !isCriteriaLabel(next); next = entries[at + 1]) {
      if (!(entry.kind === 'line' && next.kind === 'item') && !(isHead && next.kind === entry.kind)) break;
      below.push(next);
      taken.add(next);
      at++;
    }
    groups.push(...readOne(entry, below, reader, draft));
  }
  if (!found && bare) {
    const items = entries.filter((entry) => entry.kind === 'item' && !isOtherLabel(entry));
    for (const item of items) {
      taken.add(item);
      groups.push(...readCriterion(item, 0, reader, draft));
    }
    found = items.length > 0;
  }
  if (bare)
    for (const entry of entries.filter((each) => !taken.has(each) && !isProse(each))) {
      const start = entry.label?.start ?? sentenceHead.exec(entry.text)?.[0].length ?? 0;
      if (!isCriteria(entry.text.slice(start), draft)) {
        if (entry.kind === 'item' || entry.label || !found) warnOfRule(entry, reader, draft);
      } else if (found || entry.label) reader.problem('criteria-unlabelled', entry, { word: entry.text.slice(0, 80) });
      else groups.push(...readCriterion(entry, start, reader, draft));
    }
  return { groups, found };
}

/** "The criteria are met when ...": what follows is one. */
const sentenceHead = /^(?:the )?criteri(?:a are|on is) (?:met|fulfilled) (?:when|if)\s+/i;

const isListHead = (value: string): boolean => value.trim() === '' || listHead.test(value);

/** `a. any P0 service down`: Markdown knows no lists with letters. */
const letter = /^\(?[a-z][.)]\s+/i;

/** Whether a text is criteria as a whole, with nothing left over. */
export const isCriteria = (text: string, draft: Draft): boolean => {
  const { groups, notes } = readCriteria(text, { services: draft.serviceWords() }, { file: '', line: 1, column: 1 });
  return groups.length > 0 && notes.every(({ level }) => level === 'info');
};

const isGuidance = (entry: Entry): boolean => /^guidance\b/i.test(entry.label?.name ?? '');

/** `**Action**: ...` and its like end a list of criteria; `orders: ...` would not be one. */
const isOtherLabel = (entry: Entry | undefined): boolean =>
  entry?.label !== undefined &&
  (entry.label.bold || /^[A-Z]/.test(entry.label.name)) &&
  !isCriteriaLabel(entry) &&
  !isGuidance(entry);

function readOne(entry: Entry, below: readonly Entry[], reader: Reader, draft: Draft): Clause[][] {
  const start = entry.label?.start ?? 0;
  const value = entry.text.slice(start);
  const isHead = isListHead(value);
  const own = isHead ? [] : readCriterion({ ...entry, children: [] }, start, reader, draft);
  const every = /\ball\b/i.test(`${entry.label?.name ?? ''} ${isHead ? value : ''}`);
  const rules = below.filter((item) => !item.struck && !isGuidance(item));
  const rest = rules.map((item) => readCriterion(item, 0, reader, draft));
  if (isHead) reader.understood(entry, every ? 'all of these' : 'any of these');
  if (!every) return [...own, ...rest.flat()];
  // Without one of its parts an AND would fire more often than what was written: the whole is refused.
  const [unread] = rules.filter((_, index) => rest[index]?.length === 0);
  if (unread) {
    reader.problem('criteria-part-unread', unread, { word: unread.text.slice(0, 80) });
    return own;
  }
  return [
    ...own,
    ...rest
      .reduce<Clause[][]>(
        (left, right) => left.flatMap((a) => right.map((b) => [...a, ...b])).slice(0, mostGroups),
        [[]],
      )
      .filter((group) => group.length > 0),
  ];
}

/** Reads the text of an entry from `from` on, and nested bullets as further alternatives. */
function readCriterion(entry: Entry, from: number, reader: Reader, draft: Draft): Clause[][] {
  const start = from + (from === 0 ? (letter.exec(entry.text)?.[0].length ?? 0) : 0);
  if (entry.struck || isGuidance(entry)) return [];
  const nested = entriesOf(entry.children);
  if (nested.length > 0 && listHead.test(entry.text.slice(start)))
    return readOne(
      { ...entry, label: { name: entry.text.slice(start), value: '', start: entry.text.length, bold: false, by: ':' } },
      nested,
      reader,
      draft,
    );
  const { groups, notes } = readCriteria(
    entry.text.slice(start),
    { services: draft.serviceWords() },
    reader.at(entry.placeOf(start)),
  );
  for (const note of notes) reader.note(note, entry.placeOf(start + note.column));
  // A clause on a wrapped line has its own place.
  const placed = groups.map((group) =>
    group.map((clause) => ({
      ...clause,
      at: reader.at(entry.placeOf(start + (clause.at.column - reader.at(entry.placeOf(start)).column))),
    })),
  );
  if (groups.length > 0) reader.understood(entry, sayGroups(groups));
  return [...placed, ...nested.flatMap((item) => readCriterion(item, 0, reader, draft))];
}

export const sayGroups = (groups: readonly Clause[][]): string =>
  `when ${groups.map((group) => group.map(({ text }) => text).join(' and ')).join(', or ')}`;
