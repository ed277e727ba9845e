import type { PhrasingContent } from 'mdast';

/** A stretch of plain text with where it stands in the source (lines and columns from 1). */
type Piece = { text: string; line: number; column: number; bold: boolean; struck: boolean; code: boolean };

/** One value as plain text: markup and decoration dropped, every character still knows its place. */
export type TextLine = {
  text: string;
  /** As written but for the markup: with emoji. */
  raw: string;
  line: number;
  endLine: number;
  /** It began with an arrow, which was dropped. */
  arrow: boolean;
  /** Struck through: nobody reads it. */
  struck: boolean;
  /** Where inline code stands, which is never expanded or judged as prose. */
  code: string[];
  label?: Label;
  /** The bold words it begins with. */
  bold: string;
  placeOf(index: number): { line: number; column: number };
};

/** `**Label**: value` or `Label: value`; `start` is where the value begins in `text`. */
export type Label = { name: string; value: string; start: number; bold: boolean; by: ':' | '-' | '' };

/** A value is a line of configuration, not a book: what is longer is cut, and a warning says so. */
export const longestLine = 4000;

const decoration = /(?:\p{Extended_Pictographic}|\uFE0F|\u20E3|\u200D|✓|✗|✘|☐|☑)+/gu;
/** Arrows among the pictures, which are dropped as decoration. */
const arrowPicture = /^\s*(?:➡|⮕|↪|⤷|➔)/u;
const arrow = /^\s*(?:(?:→|⇒|➡|➜|⟶|-{1,2}>|=>)\s*)+/;

/** The lines of a paragraph, one per soft line break. */
export function readLines(
  nodes: readonly PhrasingContent[],
  place: { linesAbove: number; source: readonly string[] },
): TextLine[] {
  const rows: Piece[][] = [[]];
  const add = (piece: Piece): void => {
    for (const [index, text] of piece.text.split('\n').entries()) {
      if (index > 0) rows.push([]);
      const line = piece.line + index;
      const column = index === 0 ? piece.column : columnOf(text, place.source[line - 1] ?? '');
      rows.at(-1)?.push({ ...piece, text, line, column });
    }
  };
  collect(nodes, { bold: false, struck: false, code: false }, add);
  return rows
    .map((pieces) => pieces.map((piece) => ({ ...piece, line: piece.line + place.linesAbove })))
    .filter((pieces) => pieces.some(({ text }) => text.trim() !== ''))
    .map(toTextLine);
}

const columnOf = (text: string, sourceLine: string): number => Math.max(0, sourceLine.indexOf(text.trim())) + 1;

type Style = Pick<Piece, 'bold' | 'struck' | 'code'>;

function collect(nodes: readonly PhrasingContent[], style: Style, add: (piece: Piece) => void): void {
  for (const node of nodes) {
    const { line = 1, column = 1 } = node.position?.start ?? {};
    if (node.type === 'text') add({ ...style, text: node.value, line, column });
    else if (node.type === 'inlineCode')
      add({ ...style, code: true, text: node.value.replaceAll('\n', ' '), line, column: column + 1 });
    else if (node.type === 'html')
      add({
        ...style,
        text: /^<br\s*\/?>$/i.test(node.value) ? ' ; ' : node.value.replaceAll('\n', ' '),
        line,
        column,
      });
    else if (node.type === 'break') add({ ...style, text: '\n', line, column });
    else if (node.type === 'strong') collect(node.children, { ...style, bold: true }, add);
    else if (node.type === 'delete') collect(node.children, { ...style, struck: true }, add);
    else if (node.type === 'image') add({ ...style, text: node.alt ?? '', line, column });
    else if ('children' in node) collect(node.children, style, add);
  }
}

function toTextLine(pieces: Piece[]): TextLine {
  const parts = pieces.flatMap(dropDecoration);
  const all = parts
    .map(({ text }) => text)
    .join('')
    .slice(0, longestLine);
  const [lead = ''] = arrow.exec(all) ?? [];
  const skip = lead.length + (all.slice(lead.length).length - all.slice(lead.length).trimStart().length);
  const text = all
    .slice(skip)
    .replace(/\s*\((?:is |are )?configurable\)\s*$/i, '')
    .trimEnd();
  const first = pieces.find((piece) => piece.text.trim() !== '');
  const bold = boldStart(parts, skip);
  const label = readLabel(text, bold);
  return {
    text,
    raw: pieces
      .map((piece) => piece.text)
      .join('')
      .trim(),
    line: first?.line ?? 1,
    endLine: Math.max(1, ...pieces.map(({ line }) => line)),
    arrow: lead !== '' || arrowPicture.test(pieces.map((piece) => piece.text).join('')),
    struck: first?.struck === true,
    code: pieces.filter(({ code }) => code).map((piece) => piece.text),
    bold: bold.trim(),
    ...(label ? { label } : {}),
    placeOf: (index) => placeIn(parts, index + skip),
  };
}

/** Joins the wrapped lines of one value. */
export function joinLines(lines: readonly [TextLine, ...TextLine[]]): TextLine {
  const [first, ...rest] = lines;
  if (rest.length === 0) return first;
  const text = lines
    .map((line) => line.text)
    .join(' ')
    .slice(0, longestLine);
  return {
    ...first,
    text,
    raw: lines.map(({ raw }) => raw).join(' '),
    endLine: Math.max(...lines.map(({ endLine }) => endLine)),
    code: lines.flatMap(({ code }) => code),
    ...(first.label ? { label: { ...first.label, value: text.slice(first.label.start) } } : {}),
    placeOf(index) {
      let left = index;
      for (const line of lines) {
        if (left <= line.text.length) return line.placeOf(left);
        left -= line.text.length + 1;
      }
      return first.placeOf(0);
    },
  };
}

function dropDecoration(piece: Piece): Piece[] {
  if (piece.code) return [piece];
  let from = 0;
  const kept: Piece[] = [];
  for (const match of piece.text.matchAll(decoration)) {
    kept.push({ ...piece, text: piece.text.slice(from, match.index), column: piece.column + from });
    from = match.index + match[0].length;
  }
  return [...kept, { ...piece, text: piece.text.slice(from), column: piece.column + from }];
}

function boldStart(parts: readonly Piece[], skip: number): string {
  let bold = '';
  let seen = 0;
  for (const { text, bold: isBold } of parts) {
    const visible = text.slice(Math.max(0, skip - seen));
    seen += text.length;
    if (visible === '') continue;
    if (!isBold) break;
    bold += visible;
  }
  return bold;
}

function readLabel(text: string, bold: string): Label | undefined {
  if (bold.trim() !== '') {
    const rest = text.slice(bold.length);
    const [after = '', sign = ''] = /^\s*([:–—]|-(?=\s))?\s*/.exec(rest) ?? [];
    const name = bold.trim().replace(/\s*:$/, '');
    const by = bold.trim().endsWith(':') || sign === ':' ? ':' : sign === '' ? '' : '-';
    // Bold words in front of a sentence are emphasis, not a label; a colon inside them (`**Channel: #ops**`) is a plain label.
    if (by !== '' || rest.trim() === '') {
      const inner = plainLabel(text);
      if (inner && inner.name.length < name.length) return { ...inner, bold: true };
      return {
        name,
        value: text.slice(bold.length + after.length).trim(),
        start: bold.length + after.length,
        bold: true,
        by,
      };
    }
  }
  return plainLabel(text);
}

function plainLabel(text: string): Label | undefined {
  const [head, name] = /^([\p{L}\p{N}][^:|]{0,60}?)\s*:(?:\s+|$)/u.exec(text) ?? [];
  if (head === undefined || name === undefined) return undefined;
  return { name, value: text.slice(head.length).trim(), start: head.length, bold: false, by: ':' };
}

function placeIn(parts: readonly Piece[], index: number): { line: number; column: number } {
  let left = index;
  for (const { text, line, column } of parts) {
    if (left < text.length) return { line, column: column + left };
    left -= text.length;
  }
  const last = parts.at(-1);
  return { line: last?.line ?? 1, column: (last?.column ?? 1) + (last?.text.length ?? 0) };
}
