import { Liquid } from 'liquidjs';
import { remember } from '../../lib/remember.ts';
import { oneLine } from '../../lib/text.ts';
import { allBlocks, type Block, entriesOf, type Fence, type Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import type { TemplateName } from '../revision.ts';
import { severitiesIn, severityHeading } from './severity-words.ts';

const names: readonly [TemplateName, RegExp][] = [
  ['resolved', /\b(?:resolved|resolution|recovery|recovered|all clear)\b/i],
  ['brief', /\b(?:brief|short|update|reminder)\b/i],
  ['digest', /\b(?:digest|daily|summary)\b/i],
  ['full', /\bfull\b|\balert\b|\bincident\b|\bnew\b/i],
];

const nameOf = (title: string): TemplateName | undefined => names.find(([, pattern]) => pattern.test(title))?.[0];
const parser = new Liquid({ ownPropertyOnly: true });

/** slack-notifier.md: emoji per severity, and `liquid` fences below the headings of messages. Nothing else of it is ever sent. */
export function readSlackNotifier(section: Section, reader: Reader, draft: Draft): void {
  readEmoji(section, reader, draft);
  readTemplates(section, [], reader, draft);
}

function readTemplates(section: Section, above: readonly string[], reader: Reader, draft: Draft): void {
  const titles = [section.title, ...above];
  for (const block of allBlocks({ ...section, sections: [] })) {
    if (block.kind !== 'fence') continue;
    const name = titles.map(nameOf).find((each) => each !== undefined);
    if (block.lang === 'liquid') readTemplate(name, block, section, reader, draft);
    else if (name && !/^(?:json|yaml|bash|sh|python|js|ts)/.test(block.lang))
      reader.problem('template-plain', block, { word: section.title });
  }
  for (const below of section.sections) readTemplates(below, titles, reader, draft);
}

function readTemplate(
  name: TemplateName | undefined,
  fence: Fence,
  section: Section,
  reader: Reader,
  draft: Draft,
): void {
  if (!name) {
    reader.problem('template-nameless', fence, { word: section.title });
    return;
  }
  const first = draft.revision.templates.find((template) => template.name === name);
  if (first) {
    reader.problem('template-twice', fence, { word: name, first: first.at.line });
    return;
  }
  const fault = faultOf(fence.text);
  if (fault) {
    const { message, line } = fault;
    reader.problem('template-broken', { line: fence.line + line, column: fence.column }, { word: message });
    return;
  }
  draft.revision.templates.push({ name, liquid: fence.text, at: reader.at(fence) });
  reader.understood({ line: section.line, endLine: section.line }, `the ${name} message`);
  reader.understood(fence, `the ${name} message`);
}

/** What is wrong with a template, if anything is. Most templates come again unchanged. */
const faultOf = remember((text: string): { message: string; line: number } | undefined => {
  try {
    parser.parse(text);
    return undefined;
  } catch (error) {
    return readFault(error);
  }
}, 64);

/** liquidjs says `..., line:3, col:5` in its message; the first line is the sentence. */
function readFault(error: unknown): { message: string; line: number } {
  const text = error instanceof Error ? error.message : String(error);
  const [, line = '1'] = /\bline:(\d+)/.exec(text) ?? [];
  return {
    message: oneLine((text.split('\n')[0] ?? '').replace(/,?\s*line:\d+(?:,\s*col:\d+)?/, ''), 120),
    line: Number(line),
  };
}

const emoji = /(?::[a-z0-9_+-]+:)|\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic})*/u;

function readEmoji(section: Section, reader: Reader, draft: Draft): void {
  if (section.aside) return;
  for (const block of section.blocks) readEmojiOf(block, reader, draft);
  for (const below of section.sections) readEmoji(below, reader, draft);
}

function readEmojiOf(block: Block, reader: Reader, draft: Draft): void {
  if (block.kind === 'table') {
    for (const { cells, line } of block.rows)
      put(cells.map((cell) => cell?.raw ?? '').join(' | '), { line, endLine: line, column: 1 }, reader, draft);
  }
  if (block.kind !== 'item' && block.kind !== 'line') return;
  put(block.raw, block, reader, draft);
  for (const child of entriesOf(block.children)) readEmojiOf(child, reader, draft);
}

function put(
  raw: string,
  lines: { line: number; endLine: number; column: number },
  reader: Reader,
  draft: Draft,
): void {
  const [found] = emoji.exec(raw) ?? [];
  if (found === undefined || !severityHeading.test(raw) || raw.length > 120) return;
  const [severity, ...others] = severitiesIn(raw, lines, reader);
  if (!severity || others.length > 0 || draft.revision.emoji[severity] !== undefined) return;
  draft.revision.emoji[severity] = found;
  reader.understood(lines, `${severity} is shown with ${found}`);
}
