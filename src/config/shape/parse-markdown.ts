import type { Root } from 'mdast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { fencedLines } from './normal-text.ts';

const processor = unified().use(remarkParse).use(remarkGfm).freeze();

/** A part of a file with where it begins there (lines above it). */
export type Chunk = { root: Root; text: string; linesAbove: number };

// A file of 256 KiB has some hundred sections; this holds the working set of a whole configuration several times.
const mostCached = 1000;
const cache = new Map<string, Root>();

/**
 * Markdown as trees, one per H2 section, so that an edit parses one section again and not the file. The result is the
 * same as that of parsing the whole: where a part ends inside an open fence, the whole is parsed at once.
 */
export function parseMarkdown(lines: readonly string[]): Chunk[] {
  const chunks = splitAtHeadings(lines).map(({ text, linesAbove }) => ({ text, linesAbove, root: parseCached(text) }));
  const torn = chunks.slice(0, -1).some(({ root, text }) => endsInOpenBlock(root, text));
  if (!torn) return chunks;
  const text = lines.join('\n');
  return [{ text, linesAbove: 0, root: parseCached(text) }];
}

function splitAtHeadings(lines: readonly string[]): { text: string; linesAbove: number }[] {
  // Raw HTML blocks may run over blank lines and headings; they are rare enough to parse the file as one.
  const whole = lines.some((line) => /<(script|pre|style|textarea|\?|!)/i.test(line));
  const fenced = fencedLines(lines);
  const starts = whole
    ? []
    : lines.flatMap((line, index) =>
        line.startsWith('## ') && !fenced[index] && index > 0 && (lines[index - 1] ?? '').trim() === '' ? [index] : [],
      );
  return [0, ...starts].map((start, part, all) => ({
    text: lines.slice(start, all[part + 1]).join('\n'),
    linesAbove: start,
  }));
}

function parseCached(text: string): Root {
  const known = cache.get(text);
  if (known) {
    cache.delete(text);
    cache.set(text, known);
    return known;
  }
  const root = processor.parse(text);
  cache.set(text, root);
  const oldest = cache.keys().next();
  if (cache.size > mostCached && !oldest.done) cache.delete(oldest.value);
  return root;
}

function endsInOpenBlock(root: Root, text: string): boolean {
  const last = root.children.at(-1);
  return (
    last?.type === 'code' &&
    !isClosed(text.split('\n').slice((last.position?.start.line ?? 1) - 1, last.position?.end.line))
  );
}

/** Whether a fence given by its source lines has a closing line. Indented code needs none. */
export function isClosed(source: readonly string[]): boolean {
  const [, mark] = /(`{3,}|~{3,})/.exec(source[0] ?? '') ?? [];
  if (mark === undefined) return true;
  const last = (source.at(-1) ?? '').trim().replace(/^[>\s]*/, '');
  return source.length > 1 && last.startsWith(mark) && last.replaceAll(mark.charAt(0), '') === '';
}
