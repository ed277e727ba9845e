import type { BlockContent, DefinitionContent, List, ListItem, Table as MdTable, Paragraph, RootContent } from 'mdast';
import { isClosed, parseMarkdown } from './shape/parse-markdown.ts';
import { joinLines, type Label, readLines, type TextLine } from './shape/text-line.ts';

/** A value: an item of a list or a line of a paragraph, with what is nested below it. */
export type Entry = TextLine & { kind: 'item' | 'line'; column: number; children: Block[] };
/** A code fence; `text` begins on the line after `line`. */
export type Fence = {
  kind: 'fence';
  lang: string;
  text: string;
  line: number;
  endLine: number;
  column: number;
  closed: boolean;
};
export type Cell = TextLine | undefined;
export type Table = {
  kind: 'table';
  header: Cell[];
  rows: { cells: Cell[]; line: number; column: number }[];
  line: number;
  endLine: number;
};
/** Raw HTML and rules: nobody reads them. */
export type Other = { kind: 'other'; line: number; endLine: number; text: string };
export type Block = Entry | Fence | Table | Other;

/** A heading with what stands below it. The part before the first heading is a section of depth 0. */
export type Section = {
  title: string;
  depth: number;
  line: number;
  column: number;
  endLine: number;
  /** Where a character of the title stands. */
  placeOf(index: number): { line: number; column: number };
  /** Example, template, history, change log: nobody reads it. */
  aside: boolean;
  /** An H1 in the middle that carries a section's name: its lines are context, and a warning says so. */
  misplaced: boolean;
  blocks: Block[];
  sections: Section[];
};

export const asideWords = /\b(examples?|templates?|histor(?:y|ies)|change ?-?logs?)\b/i;

/** The section tree of a Markdown text given by its lines; `names` knows the titles that mean something. Pure; never fails. */
export function readDocument(lines: readonly string[], names: (title: string) => boolean): Section {
  const root = sectionOf(undefined, 0, 1, 1);
  const open: Section[] = [root];
  for (const { root: tree, text, linesAbove } of parseMarkdown(lines)) {
    const place = { linesAbove, source: text.split('\n') };
    for (const node of tree.children) {
      if (node.type !== 'heading') {
        open.at(-1)?.blocks.push(...readBlocks([node], place));
        continue;
      }
      const at = node.position?.start ?? { line: 1, column: 1 };
      const heading = readLines(node.children, place)[0];
      const section = sectionOf(heading, node.depth, at.line + linesAbove, at.column);
      if (node.depth === 1) putTitle(section, open, names);
      else putSection(section, open);
    }
  }
  closeAll(root, lines.length);
  return root;
}

const sectionOf = (heading: TextLine | undefined, depth: number, line: number, column: number): Section => ({
  title: heading?.text ?? '',
  depth,
  placeOf: heading?.placeOf ?? (() => ({ line, column })),
  line,
  column,
  endLine: Number.MAX_SAFE_INTEGER,
  aside: false,
  misplaced: false,
  blocks: [],
  sections: [],
});

/** An H1 is a title or a comment (`# CHANGE LOG:`, `# - 2025-10-20: ...`), never a section: what follows belongs where it stood before. */
function putTitle(section: Section, open: Section[], names: (title: string) => boolean): void {
  const current = open.at(-1);
  const inComment = current?.depth === 2 && current.aside && /^([-*•]|\d{4}-)/.test(section.title);
  const misplaced = open.length > 1 && names(section.title);
  if (!inComment && (misplaced || asideWords.test(section.title))) {
    putSection({ ...section, depth: 2, misplaced }, open);
    return;
  }
  if (!inComment && current?.depth === 2 && (current.aside || current.misplaced)) {
    current.endLine = section.line - 1;
    open.length = 1;
  }
  open.at(-1)?.blocks.push({ kind: 'other', line: section.line, endLine: section.line, text: section.title });
}

function putSection(section: Section, open: Section[]): void {
  while (open.length > 1 && (open.at(-1)?.depth ?? 0) >= section.depth) open.pop();
  const parent = open.at(-1);
  section.aside = asideWords.test(section.title) || (parent?.aside ?? false);
  parent?.sections.push(section);
  open.push(section);
}

function closeAll(section: Section, endLine: number): void {
  section.endLine = Math.min(section.endLine, endLine);
  for (const [index, child] of section.sections.entries())
    closeAll(child, (section.sections[index + 1]?.line ?? endLine + 1) - 1);
}

type Place = { linesAbove: number; source: readonly string[] };
type Node = RootContent | BlockContent | DefinitionContent;

function readBlocks(nodes: readonly Node[], place: Place): Block[] {
  return nodes.flatMap((node): Block[] => {
    if (node.type === 'paragraph') return readParagraph(node, place);
    if (node.type === 'list') return readList(node, place);
    if (node.type === 'table') return [readTable(node, place)];
    if (node.type === 'blockquote') return readBlocks(node.children, place);
    const line = (node.position?.start.line ?? 1) + place.linesAbove;
    const endLine = (node.position?.end.line ?? 1) + place.linesAbove;
    if (node.type === 'code') {
      const source = place.source.slice(line - place.linesAbove - 1, endLine - place.linesAbove);
      return [
        {
          kind: 'fence',
          lang: (node.lang ?? '').toLowerCase(),
          text: node.value,
          line,
          endLine,
          column: node.position?.start.column ?? 1,
          closed: isClosed(source),
        },
      ];
    }
    return [{ kind: 'other', line, endLine, text: 'value' in node ? node.value : '' }];
  });
}

function readParagraph(node: Paragraph, place: Place): Entry[] {
  return groupWrapped(readLines(node.children, place)).map((lines) => toEntry('line', joinLines(lines), []));
}

/** A line that begins with a label, an arrow or a letter of a list (`a.`, `b)`) begins a new value; others go on with the one before. */
function groupWrapped(lines: readonly TextLine[]): [TextLine, ...TextLine[]][] {
  const groups: [TextLine, ...TextLine[]][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last && !line.label && !line.arrow && !/^\(?[a-z][.)]\s/i.test(line.text)) last.push(line);
    else groups.push([line]);
  }
  return groups;
}

function readList(list: List, place: Place): Block[] {
  return list.children.flatMap((item) => readItem(item, place));
}

function readItem(item: ListItem, place: Place): Block[] {
  const [first, ...rest] = item.children;
  if (first?.type !== 'paragraph') {
    // `- ` with a fence or a table right behind the marker: its blocks stand for themselves.
    return readBlocks(item.children, place);
  }
  const [head, ...more] = groupWrapped(readLines(first.children, place));
  if (!head) return [];
  const wrapped = more.map((lines) => toEntry('line', joinLines(lines), []));
  return [toEntry('item', joinLines(head), [...wrapped, ...readBlocks(rest, place)])];
}

const toEntry = (kind: Entry['kind'], line: TextLine, children: Block[]): Entry => ({
  ...line,
  kind,
  column: line.placeOf(0).column,
  children,
});

function readTable(node: MdTable, place: Place): Table {
  const [header, ...rows] = node.children.map((row) => ({
    cells: row.children.map((cell): Cell => readLines(cell.children, place)[0]),
    line: (row.position?.start.line ?? 1) + place.linesAbove,
    column: row.position?.start.column ?? 1,
  }));
  const line = header?.line ?? (node.position?.start.line ?? 1) + place.linesAbove;
  return {
    kind: 'table',
    header: header?.cells ?? [],
    rows,
    line,
    endLine: (node.position?.end.line ?? 1) + place.linesAbove,
  };
}

/** The entries among blocks, and with `deep` those nested below them too. */
export function entriesOf(blocks: readonly Block[], deep = false): Entry[] {
  return blocks.flatMap((block) =>
    block.kind !== 'item' && block.kind !== 'line' ? [] : deep ? [block, ...entriesOf(block.children, true)] : [block],
  );
}

/** The entries among blocks at any depth, and the rows of two-column tables, which are labels with values. */
export function valuesOf(blocks: readonly Block[]): Entry[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'table') return rowValues(block);
    return block.kind === 'item' || block.kind === 'line' ? [block, ...valuesOf(block.children)] : [];
  });
}

function rowValues({ header, rows }: Table): Entry[] {
  if (header.length !== 2) return [];
  return rows.flatMap(({ cells: [name, value] }) => {
    if (!name || !value) return [];
    const label: Label = { name: name.text, value: value.text, start: 0, bold: true, by: ':' };
    return [{ ...value, label, kind: 'line', column: value.placeOf(0).column, children: [] }];
  });
}

/** Every block of a section with those nested in items and in the sections below it. */
export function allBlocks(section: Section): Block[] {
  const nested = (blocks: readonly Block[]): Block[] =>
    blocks.flatMap((block) => ('children' in block ? [block, ...nested(block.children)] : [block]));
  return [...nested(section.blocks), ...section.sections.flatMap(allBlocks)];
}
