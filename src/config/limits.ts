import { allBlocks, type Section } from './document.ts';
import type { Reader } from './draft.ts';
import { findConflicts } from './shape/merge-conflict.ts';
import { fencedLines, isPlain, zeroWidth } from './shape/normal-text.ts';
import { longestLine } from './shape/text-line.ts';
import { checkStaticSettings } from './static-settings.ts';

// A ConfigMap holds 1 MiB, and client-side `kubectl apply` refuses annotations above 256 KiB.
const mostPerFile = 256 * 1024;
const mostTogether = 900 * 1024;

/** Characters that change how a line reads without being seen: bidirectional controls and tags. */
const hidden = /[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]|[\u{E0000}-\u{E007F}]/u;
export function isFit(reader: Reader): boolean {
  const { source, text } = reader;
  const start = { line: 1, column: 1 };
  const bytes = Buffer.byteLength(source.text);
  if (source.text.replace(/^\uFEFF/, '').trim() === '') reader.problem('empty-file', start, { word: source.name });
  else if (bytes > mostPerFile) reader.problem('file-too-large', start, { kib: Math.ceil(bytes / 1024) });
  else {
    if (text.hadByteOrderMark) reader.problem('byte-order-mark', start, {});
    for (const [index, line] of text.lines.entries()) {
      if (line.length > longestLine)
        reader.problem('line-too-long', { line: index + 1, column: longestLine + 1 }, { most: longestLine });
    }
    for (const [index, line] of text.lines.entries()) checkCharacters(line, index + 1, reader);
    for (const line of findConflicts(text.lines)) reader.problem('merge-conflict', { line, column: 1 }, {});
    return true;
  }
  return false;
}

/** The size of all files together is over the limit, in KiB; undefined where it is not. */
export function sizeOverLimit(readers: readonly Reader[]): number | undefined {
  const bytes = readers.reduce((sum, { source }) => sum + Buffer.byteLength(source.text), 0);
  return bytes > mostTogether ? Math.ceil(bytes / 1024) : undefined;
}

function checkCharacters(line: string, number: number, reader: Reader): void {
  if (isPlain(line)) return;
  const nul = line.indexOf('\0');
  if (nul >= 0) reader.problem('nul-character', { line: number, column: nul + 1 }, {});
  const deceit = hidden.exec(line);
  if (deceit)
    reader.problem('hidden-direction', { line: number, column: deceit.index + 1 }, { word: codePoint(deceit[0]) });
  const nothing = zeroWidth.exec(line);
  if (nothing)
    reader.problem('zero-width', { line: number, column: nothing.index + 1 }, { word: codePoint(nothing[0]) });
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const expansions = /\{\{[^}]*\}\}|\$\{[A-Za-z_]\w*\}|(?<![\w$\\])\$[A-Z][A-Z0-9_]{2,}\b/;
const reference =
  /\b(?:read|see|refer to|consult|load|follow|include|import)\s+(?:the\s+)?(?:file\s+)?[`"'[(]*((?:[\w-]+\/)*[\w.-]+\.(?:md|ya?ml|txt|json|pdf|docx?))\b/i;

/** What stands in prose and values but points outside: placeholders that nobody filled in, and other files. */
export function checkProse(reader: Reader, files: ReadonlySet<string>): void {
  const { text, source, root } = reader;
  const fenced = fencedLines(text.body);
  const asides = asideLines(root);
  checkStaticSettings(reader, asides);
  for (const [index, line] of text.body.entries()) {
    if (fenced[index] || asides.has(index + 1) || line.length > 4000) continue;
    if (line.includes('$') || line.includes('{{')) {
      const visible = line.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length));
      const found = expansions.exec(visible);
      const code = source.role === 'orchestrator' ? 'placeholder-not-expanded' : 'placeholder-in-prose';
      if (found) reader.problem(code, { line: index + 1, column: found.index + 1 }, { word: found[0] });
    }
    if (!line.includes('.')) continue;
    const other = reference.exec(line);
    const [whole = '', path = ''] = other ?? [];
    if (other && !files.has(path.split('/').at(-1)?.toLowerCase() ?? ''))
      reader.problem(
        'references-other-file',
        { line: index + 1, column: other.index + whole.length - path.length + 1 },
        { word: path },
      );
  }
}

function asideLines(section: Section, lines = new Set<number>()): Set<number> {
  if (section.aside) for (let line = section.line; line <= section.endLine; line++) lines.add(line);
  for (const below of section.sections) asideLines(below, lines);
  return lines;
}

/** Fences that are never closed, and headings that were swallowed by one. `names` knows the titles that mean something. */
export function checkFences(reader: Reader, names: (title: string) => boolean): void {
  const asides = asideLines(reader.root);
  for (const block of allBlocks(reader.root)) {
    if (block.kind !== 'fence') continue;
    if (!block.closed) reader.problem('fence-not-closed', block, {});
    if (asides.has(block.line)) continue;
    for (const [index, line] of block.text.split('\n').entries()) {
      const [, title] = /^#{2,4}\s+(.+?)\s*#*$/.exec(line) ?? [];
      if (title !== undefined && names(title))
        reader.problem('heading-in-fence', { line: block.line + index + 1, column: block.column }, { word: title });
    }
  }
}
