/** What a text looks like to the compiler: one kind of line end, no byte order mark, comments and frontmatter set apart, every line kept in place. */
export type NormalText = {
  /** As people see it. */
  lines: string[];
  /** The same lines with comments and frontmatter blanked out: what is read as Markdown. */
  body: string[];
  frontmatter?: { yaml: string; line: number; endLine: number };
  /** Line of a frontmatter that is never closed. */
  frontmatterOpen?: number;
  /** Line of a comment that is never closed. */
  commentOpen?: { line: number; column: number };
  /** The body without a trace of comments, for prompts and the hash; what was dropped is empty there. */
  plain: string[];
  /** Lines that a comment takes up alone, from 1, with the empty lines that only set it apart: what is around them is read as if they were not there. */
  dropped: Set<number>;
  hadByteOrderMark: boolean;
};

/** Reads a text into lines. Never fails; what is not closed is reported by its line. */
export function readNormalText(text: string): NormalText {
  const hadByteOrderMark = text.startsWith('\uFEFF');
  const lines = text
    .replace(/^\uFEFF+/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  const body = lines.map(withoutZeroWidth);
  const normal: NormalText = { lines, body, plain: body, dropped: new Set(), hadByteOrderMark };
  blankFrontmatter(normal);
  normal.plain = [...body];
  blankComments(normal);
  // Below a comment that is never closed nothing is read anyway.
  if (normal.commentOpen) normal.dropped.clear();
  else dropEmptyLines(normal);
  return normal;
}

/** Characters without a width. A joiner between two pictures is none of them: it is part of one emoji. */
export const zeroWidth = /\u200B|\u200C|\u2060|\uFEFF|\u00AD|(?<!\p{Extended_Pictographic}\uFE0F?)\u200D/u;

/** Spaces and hyphens that do not break come from wikis and word processors; they mean what the others do. */
const withoutZeroWidth = (line: string): string =>
  isPlain(line)
    ? line
    : line
        .replace(new RegExp(zeroWidth, 'gu'), '')
        .replace(/[\u00A0\u202F\u2007]/g, ' ')
        .replace(/[\u2010\u2011]/g, '-');

/** Nothing but what a keyboard has: the quick way past searches for what hides. */
export const isPlain = (line: string): boolean => /^[\t\x20-\x7E]*$/.test(line);

/** The lines of a text that stand inside a fence or are its borders, by index. Fences in lists and quotes count. */
export function fencedLines(lines: readonly string[]): boolean[] {
  let open: { mark: string; length: number } | undefined;
  return lines.map((line) => {
    const [, mark = ''] = /^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})/.exec(line) ?? [];
    if (!open) {
      const opens =
        mark !== '' && !(mark.startsWith('`') && line.slice(line.indexOf(mark) + mark.length).includes('`'));
      if (opens) open = { mark: mark.charAt(0), length: mark.length };
      return opens;
    }
    if (mark.startsWith(open.mark) && mark.length >= open.length && line.trim().replace(/^[>\s]*/, '') === mark)
      open = undefined;
    return true;
  });
}

function blankFrontmatter(normal: NormalText): void {
  const { lines, body } = normal;
  if (lines[0]?.trimEnd() !== '---') return;
  const end = lines.findIndex((line, index) => index > 0 && /^(---|\.\.\.)\s*$/.test(line));
  if (end < 0) {
    normal.frontmatterOpen = 1;
    return;
  }
  normal.frontmatter = { yaml: lines.slice(1, end).join('\n'), line: 1, endLine: end + 1 };
  body.fill('', 0, end + 1);
}

function blankComments(normal: NormalText): void {
  const { body, plain } = normal;
  if (!body.some((line) => line.includes('<!--'))) return;
  const fenced = fencedLines(body);
  let inside = false;
  for (const [index, line] of body.entries()) {
    if (fenced[index] && !inside) continue;
    let kept = '';
    const pieces: string[] = [];
    let rest = line;
    const touched = inside || line.includes('<!--');
    while (rest !== '') {
      const mark = inside ? '-->' : '<!--';
      const at = rest.indexOf(mark);
      if (at < 0) {
        kept += inside ? ' '.repeat(rest.length) : rest;
        if (!inside) pieces.push(rest);
        break;
      }
      if (!inside) pieces.push(rest.slice(0, at));
      if (!inside) normal.commentOpen = { line: index + 1, column: line.length - rest.length + at + 1 };
      kept += inside ? ' '.repeat(at + mark.length) : rest.slice(0, at) + ' '.repeat(mark.length);
      rest = rest.slice(at + mark.length);
      inside = !inside;
    }
    if (!touched) continue;
    body[index] = kept.trimEnd();
    const indent = /^\s*/.exec(kept)?.[0] ?? '';
    plain[index] = `${indent}${pieces
      .map((piece) => piece.trim())
      .filter((piece) => piece !== '')
      .join(' ')}`;
    if (kept.trim() === '') normal.dropped.add(index + 1);
  }
  if (!inside) delete normal.commentOpen;
}

/** Of the empty lines around a comment those go that it brought along. */
function dropEmptyLines({ body, dropped, frontmatter }: NormalText): void {
  const isEmpty = (line: string | undefined): boolean => line === undefined || line.trim() === '';
  // Right below the frontmatter an empty line is the text's own.
  const first = frontmatter ? frontmatter.endLine + 1 : 1;
  for (const comment of [...dropped].sort((a, b) => a - b)) {
    let above = comment - 1;
    while (dropped.has(above)) above--;
    const isApart = frontmatter && above < first ? false : isEmpty(body[above - 1]);
    for (let below = comment + 1; isApart && below <= body.length; below++) {
      if (!isEmpty(body[below - 1])) break;
      dropped.add(below);
    }
  }
}

/** The text from a line on as it is given to models. */
export function plainText({ plain, dropped }: NormalText, from = 1): string {
  return plain
    .filter((_, index) => index + 1 >= from && !dropped.has(index + 1))
    .join('\n')
    .trim();
}

/** What the hash is taken over: an editor that changes only line ends, spaces at line ends or comments changes nothing. */
export function textForHash({ lines, plain, frontmatter, dropped }: NormalText): string {
  return lines
    .map((line, index) => (frontmatter && index < frontmatter.endLine ? line : (plain[index] ?? '')).trimEnd())
    .filter((_, index) => !dropped.has(index + 1))
    .join('\n')
    .trim();
}
