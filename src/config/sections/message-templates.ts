import { Liquid } from 'liquidjs';
import { remember } from '../../lib/remember.ts';
import { nearestWord, oneLine } from '../../lib/text.ts';
import { allBlocks, type Block, entriesOf, type Fence, type Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import type { TemplateName } from '../revision.ts';
import { severitiesIn, severityHeading } from './severity-words.ts';

const names: readonly [TemplateName, RegExp][] = [
  ['resolved', /\b(?:resolved|resolution|recovery|recovered|all clear)\b/i],
  ['brief', /\b(?:brief|short|update|reminder)\b/i],
  ['digest', /\b(?:digest|daily|summary)\b/i],
  ['full', /\bfull\b|\balert\b|\bincident\b|\bnew\b/i],
];

const nameOf = (title: string): TemplateName | undefined => names.find(([, pattern]) => pattern.test(title))?.[0];
const parser = new Liquid({ ownPropertyOnly: true, strictFilters: true });
// There is no other template to bring in: what would fail when somebody is to be told is refused when it is written.
for (const tag of ['include', 'render', 'layout', 'block'])
  parser.registerTag(tag, {
    parse() {
      throw new Error(`{% ${tag} %} has nothing to bring in: a message is one template`);
    },
    render: () => '',
  });

const listed = (words: string): readonly string[] => words.split(' ');
/** What every template sees, and below `incident`, `digest` and `cluster` what those have (message-context.ts). */
export const templateValues = {
  '': listed('cluster because revision cycle now'),
  incident: listed(
    'id severity emoji state because subject kind namespace name check cause since since_utc lasted says next evidence changes candidates victims services service priority runbooks acknowledged_by unseen recovered_after flapping reopened',
  ),
  digest: listed('day open ended suppressed rollouts held would_send'),
  cluster: listed('name environment timezone'),
};
type Subject = 'incident' | 'digest';
type Fault = { message: string; line: number };

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
  const fault = (name === 'digest' ? faultOfDigest : faultOfIncident)(fence.text);
  if (fault) {
    const { message, line } = fault;
    reader.problem('template-broken', { line: fence.line + line, column: fence.column }, { word: message });
    return;
  }
  draft.revision.templates.push({ name, liquid: fence.text, at: reader.at(fence) });
  reader.understood({ line: section.line, endLine: section.line }, `the ${name} message`);
  reader.understood(fence, `the ${name} message`);
}

/** What is wrong with a template about a subject, if anything is. */
function faultOf(subject: Subject, text: string): Fault | undefined {
  try {
    return strangeValue(subject, text);
  } catch (error) {
    return readFault(error);
  }
}

// Most templates come again unchanged.
const faultOfIncident = remember((text: string) => faultOf('incident', text), 64);
const faultOfDigest = remember((text: string) => faultOf('digest', text), 64);

/** A value that no message of this kind has: it would not be rendered when somebody is to be told. */
function strangeValue(subject: Subject, text: string): Fault | undefined {
  const { globals } = parser.analyzeSync(parser.parse(text), { partials: false });
  for (const { segments, location } of Object.values(globals).flat()) {
    const [root, key] = segments;
    const below = root === subject ? templateValues[subject] : root === 'cluster' ? templateValues.cluster : undefined;
    if (below ? typeof key !== 'string' || below.includes(key) : templateValues[''].includes(String(root))) continue;
    const word = below ? `${root}.${key}` : String(root);
    const meant = nearestWord(below ? String(key) : word, below ?? [...templateValues[''], subject]);
    const hint = meant === undefined ? '' : ` (did you mean ${below ? `${root}.` : ''}${meant}?)`;
    return { message: `no such value: ${word}${hint}`, line: location.row };
  }
  return undefined;
}

/** liquidjs says `..., line:3, col:5` in its message; the first line is the sentence. */
function readFault(error: unknown): Fault {
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
  // `SEV-1: siren` sets nothing; a sentence behind the severity is prose.
  if (/^\W{0,6}SEV[- ]?[1-4]\W{1,6}[a-z_]+\W{0,3}$/i.test(raw) && found === undefined)
    reader.problem('guidance', lines, { word: raw.trim() });
  // `P0: 🚨` and `Critical: 🚨` name no severity.
  if (found !== undefined && /^\W{0,6}(?:P\d|critical|high|medium|low|warning|info)\s*[:=]\W{1,10}$/iu.test(raw))
    reader.problem('guidance', lines, { word: raw.trim() });
  if (found === undefined || !severityHeading.test(raw) || raw.length > 120) return;
  const [severity, ...others] = severitiesIn(raw, lines, reader);
  if (!severity) return;
  const behind = raw.slice(raw.indexOf(found) + found.length);
  if (findCondition(behind) !== undefined || /\bor\b/i.test(behind))
    reader.problem('guidance', lines, { word: raw.trim() });
  const all = [severity, ...others].filter((each) => draft.revision.emoji[each] === undefined);
  // A sentence may name several; `SEV-1 and SEV-2: 🚨` is about both.
  if (all.length === 0 || (others.length > 0 && !/^\W{0,6}SEV[^:=]{0,40}[:=]\s*\W{1,8}$/iu.test(raw))) return;
  for (const each of all) draft.revision.emoji[each] = found;
  reader.understood(lines, `${all.join(' and ')} is shown with ${found}`);
}
