import { type Document, isMap, isScalar, LineCounter, type Pair, parseAllDocuments, visit } from 'yaml';
import { type AgentFields, keyOf, readPair } from './frontmatter-values.ts';
import type { CriteriaNote } from './note.ts';

export { type AgentFields, agentTools } from './frontmatter-values.ts';

/** Lines count from the first line of the frontmatter's text, columns from the start of their line. */
export type FrontmatterNote = CriteriaNote & { line: number };

const longest = 8192;
/** Frontmatter is flat; the parser goes one call deeper for each bracket, colon or dash. */
const deepest = 10;
const deepLine = /(?:(?:[-?!&*][^\s]{0,40}|[^\s]{1,40}:)\s{1,10}){12}/;

/**
 * Reads an agent's frontmatter: YAML 1.2 with the core schema, without aliases, anchors, tags, duplicate keys or a
 * second document. Without an `agent` the notes hold an error. Without a `model` it is `inherit`.
 */
export function readFrontmatter(yamlText: string): { agent?: AgentFields; notes: FrontmatterNote[] } {
  const yaml = parseFlat(yamlText);
  if ('notes' in yaml) return yaml;
  const fields: Partial<AgentFields> = {};
  const notes: FrontmatterNote[] = [];
  for (const pair of yaml.pairs) {
    const at = yaml.place(isScalar(pair.key) ? pair.key.range?.[0] : 0);
    notes.push(...readPair(pair, fields).map((each) => ({ ...each, ...at })));
  }
  const present = new Set(yaml.pairs.map(keyOf));
  for (const [key, cure] of required) {
    if (!present.has(key)) notes.push(fault('frontmatter-missing-key', `The frontmatter has no \`${key}\`.`, cure));
  }
  const { name, description } = fields;
  if (name === undefined || description === undefined || notes.some(({ level }) => level === 'error')) return { notes };
  return { agent: { model: 'inherit', when: 'always', ...fields, name, description }, notes };
}

/** Keys without which there is no agent. */
const required: readonly (readonly [string, string])[] = [
  ['name', 'Add `name: ` and the name of the file without `.md`.'],
  ['description', 'Add `description: ` and one sentence on what the agent does.'],
];

type Place = { line: number; column: number };
type Flat = { pairs: readonly Pair[]; place: (offset: number | undefined) => Place };

/** The keys of a flat YAML document, or everything that makes it none. */
function parseFlat(text: string): Flat | { notes: FrontmatterNote[] } {
  if (text.length > longest) {
    return {
      notes: [fault('frontmatter-too-long', 'The frontmatter is too long.', 'Move the prose below the second `---`.')],
    };
  }
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    const at = { line: deep, column: 0 };
    return {
      notes: [
        fault('frontmatter-too-deep', 'The frontmatter is nested too deeply.', 'Write plain `key: value` lines.', at),
      ],
    };
  }
  const lineCounter = new LineCounter();
  const place = (offset: number | undefined): Place => {
    const { line, col } = lineCounter.linePos(offset ?? 0);
    return { line: Math.max(1, line), column: Math.max(0, col - 1) };
  };
  const settings = { version: '1.2', schema: 'core', uniqueKeys: true, strict: true, prettyErrors: false } as const;
  const documents = parseAllDocuments(text, { ...settings, lineCounter });
  const root = 'empty' in documents ? undefined : documents[0];
  if (!root || root.contents === null) {
    return {
      notes: [
        fault(
          'frontmatter-empty',
          'The frontmatter is empty.',
          'Write `name:` and `description:` between two lines `---`.',
        ),
      ],
    };
  }
  const notes = root.errors.map(({ code, message, pos }) =>
    fault('frontmatter-yaml', sentence(message), cures[code] ?? 'Write `key: value` lines.', place(pos[0])),
  );
  if (documents.length > 1) {
    notes.push(
      fault('frontmatter-yaml', 'There is a second YAML document in it.', 'Keep one.', place(documents[1]?.range?.[0])),
    );
  }
  for (const { what, offset } of findUnwanted(root)) {
    notes.push(fault('frontmatter-yaml', `${what} is not read here.`, 'Write the value itself.', place(offset)));
  }
  if (notes.length > 0) return { notes: notes.slice(0, 20) };
  if (isMap(root.contents)) return { pairs: root.contents.items, place };
  return {
    notes: [
      fault(
        'frontmatter-yaml',
        'The frontmatter has no keys.',
        'Write `name: my-agent` and `description: what it does`.',
      ),
    ],
  };
}

/** Anchors, aliases and tags: they make YAML say more than it shows. */
function findUnwanted(root: Document.Parsed): { what: string; offset: number | undefined }[] {
  const found: { what: string; offset: number | undefined }[] = [];
  visit(root, {
    Node(_key, node) {
      const anchor = 'anchor' in node && node.anchor ? 'An anchor (&)' : undefined;
      const tag = 'tag' in node && node.tag && !isCore(node.tag) ? `The tag ${node.tag}` : undefined;
      const what = anchor ?? tag;
      if (what) found.push({ what, offset: node.range?.[0] });
    },
    Alias(_key, node) {
      found.push({ what: 'An alias (*)', offset: node.range?.[0] });
    },
  });
  return found;
}

/** The first line in which brackets are open deeper than anybody needs; counted without regard to quotes. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (const [index, line] of text.split('\n').entries()) {
    for (const sign of line) {
      if (sign === '[' || sign === '{') depth++;
      else if (sign === ']' || sign === '}') depth = Math.max(0, depth - 1);
      if (depth > deepest) return index + 1;
    }
    if (deepLine.test(line)) return index + 1;
  }
  return undefined;
}

/** What to do about the faults of the YAML library, by its code. */
const cures: Record<string, string> = {
  DUPLICATE_KEY: 'Keep one of them.',
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_INDENT: 'Begin every key in the first column.',
  MISSING_CHAR: 'Close the quote, or put a space after the colon.',
  MULTIPLE_DOCS: 'Keep one document.',
  BLOCK_AS_IMPLICIT_KEY: 'Put the value in quotes: it holds a colon.',
};

function isCore(tag: string): boolean {
  return /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/.test(tag);
}

function fault(code: string, message: string, cure: string, at: Place = { line: 1, column: 0 }): FrontmatterNote {
  return { level: 'error', code, message, cure, ...at };
}

function sentence(message: string): string {
  const first = message.split('\n')[0] ?? '';
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
