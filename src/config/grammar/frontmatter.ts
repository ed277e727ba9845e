import { isMap, isScalar, LineCounter, type Pair, parseAllDocuments, visit } from 'yaml';
import { nearestWord } from '../../lib/text.ts';
import type { AgentDefinition } from '../revision.ts';
import type { CriteriaNote } from './note.ts';

/** The frontmatter of an agent's file; the rest of an AgentDefinition is the file. */
export type AgentFields = Omit<AgentDefinition, 'prompt' | 'at'>;
/** Lines count from the first line of the frontmatter's text, columns from the start of their line. */
export type FrontmatterNote = CriteriaNote & { line: number };

const longest = 8192;
/** Frontmatter is flat; the parser goes one call deeper for each bracket, colon or dash. */
const deepest = 10;
const deepLine = /(?:(?:[-?!&*][^\s]{0,40}|[^\s]{1,40}:)\s{1,10}){12}/;

/** Tools an agent may be given: all of them only read. */
export const agentTools = [
  'Bash',
  'Read',
  'Grep',
  'Glob',
  'get',
  'list',
  'logs',
  'events',
  'describe',
  'commits',
  'incident_history',
] as const;
const models = ['haiku', 'sonnet', 'opus', 'inherit'] as const;
const whens = ['always', 'on-change', 'on-incident'] as const;
const keys = ['name', 'description', 'tools', 'model', 'when', 'maxTurns', 'budgetUsd'] as const;
type Key = (typeof keys)[number];
/** Claude Code's own keys that mean nothing here; a file made for both may have them. */
const foreignKeys = new Set(
  'color permissionMode skills hooks mcpServers disallowedTools memory background isolation effort initialPrompt'.split(
    ' ',
  ),
);

/**
 * Reads an agent's frontmatter: YAML 1.2 with the core schema, without aliases, anchors, tags, duplicate keys or a
 * second document. Without an `agent` the notes hold an error. Without a `model` it is `inherit`.
 */
export function readFrontmatter(yamlText: string): { agent?: AgentFields; notes: FrontmatterNote[] } {
  if (yamlText.length > longest)
    return {
      notes: [
        note('error', 'frontmatter-too-long', 'The frontmatter is too long.', 'Move the prose below the second `---`.'),
      ],
    };
  const deep = tooDeepAt(yamlText);
  if (deep !== undefined) {
    const tooDeep = note(
      'error',
      'frontmatter-too-deep',
      'The frontmatter is nested too deeply.',
      'Write plain `key: value` lines.',
    );
    return { notes: [{ ...tooDeep, line: deep }] };
  }
  const counter = new LineCounter();
  const notes: FrontmatterNote[] = [];
  const place = (offset: number | undefined): { line: number; column: number } => {
    const { line, col } = counter.linePos(offset ?? 0);
    return { line: Math.max(1, line), column: Math.max(0, col - 1) };
  };
  const documents = parseAllDocuments(yamlText, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    strict: true,
    lineCounter: counter,
    prettyErrors: false,
  });
  const root = 'empty' in documents ? undefined : documents[0];
  if (!root || root.contents === null)
    return {
      notes: [
        note(
          'error',
          'frontmatter-empty',
          'The frontmatter is empty.',
          'Write `name:` and `description:` between two lines `---`.',
        ),
      ],
    };
  for (const { code, message, pos } of root.errors) {
    notes.push({
      ...note('error', 'frontmatter-yaml', sentence(message), cures[code] ?? 'Write `key: value` lines.'),
      ...place(pos[0]),
    });
  }
  if (documents.length > 1) {
    notes.push({
      ...note('error', 'frontmatter-yaml', 'There is a second YAML document in it.', 'Keep one.'),
      ...place(documents[1]?.range?.[0]),
    });
  }
  visit(root, {
    Node(_key, node) {
      const named =
        'anchor' in node && node.anchor
          ? 'An anchor (&)'
          : 'tag' in node && node.tag && !isCore(node.tag)
            ? `The tag ${node.tag}`
            : undefined;
      if (named)
        notes.push({
          ...note('error', 'frontmatter-yaml', `${named} is not read here.`, 'Write the value itself.'),
          ...place(node.range?.[0]),
        });
    },
    Alias(_key, node) {
      notes.push({
        ...note('error', 'frontmatter-yaml', 'An alias (*) is not read here.', 'Write the value itself.'),
        ...place(node.range?.[0]),
      });
    },
  });
  if (!isMap(root.contents)) {
    notes.push(
      note(
        'error',
        'frontmatter-yaml',
        'The frontmatter has no keys.',
        'Write `name: my-agent` and `description: what it does`.',
      ),
    );
  }
  if (notes.length > 0 || !isMap(root.contents)) return { notes: notes.slice(0, 20) };

  const fields: Partial<AgentFields> = {};
  for (const pair of root.contents.items) {
    const at = place(isScalar(pair.key) ? pair.key.range?.[0] : 0);
    notes.push(...readPair(pair, fields).map((each) => ({ ...each, ...at })));
  }
  const { name, description } = fields;
  const present = new Set(root.contents.items.map((pair) => keyOf(pair)));
  for (const key of ['name', 'description'] as const) {
    if (!present.has(key))
      notes.push(
        note(
          'error',
          'frontmatter-missing-key',
          `The frontmatter has no \`${key}\`.`,
          key === 'name'
            ? 'Add `name: ` and the name of the file without `.md`.'
            : 'Add `description: ` and one sentence on what the agent does.',
        ),
      );
  }
  if (name === undefined || description === undefined || notes.some(({ level }) => level === 'error')) return { notes };
  return { agent: { model: 'inherit', when: 'always', ...fields, name, description }, notes };
}

/** The first line in which brackets are open deeper than anybody needs; counted without regard to quotes. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (const [index, line] of text.split('\n').entries()) {
    for (const sign of line) {
      if (sign === '[' || sign === '{') depth++;
      else if (sign === ']' || sign === '}') depth = Math.max(0, depth - 1);
    }
    if (depth > deepest || deepLine.test(line)) return index + 1;
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

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

type Found = Omit<FrontmatterNote, 'line' | 'column'>;

function readPair(pair: Pair, fields: Partial<AgentFields>): Found[] {
  const key = keyOf(pair);
  const value: unknown = isNode(pair.value) ? pair.value.toJSON() : pair.value;
  const known = keys.find((each) => each === key);
  if (known) return readers[known](value, fields);
  if (foreignKeys.has(key))
    return [found('warning', 'frontmatter-unused-key', `\`${key}\` has no effect here.`, 'Remove it.')];
  const near = nearestWord(key, keys);
  return [
    found(
      'error',
      'frontmatter-unknown-key',
      `\`${key}\` is not a key of an agent.`,
      near ? `Did you mean \`${near}\`?` : `Use ${keys.join(', ')}.`,
    ),
  ];
}

function isNode(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function';
}

const readers: Record<Key, (value: unknown, fields: Partial<AgentFields>) => Found[]> = {
  name(value, fields) {
    if (typeof value !== 'string' || !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(value))
      return [bad('name', 'small letters, digits and hyphens, such as k8s-analyzer')];
    fields.name = value;
    return [];
  },
  description(value, fields) {
    if (typeof value !== 'string' || value.trim() === '') return [bad('description', 'one sentence')];
    fields.description = value.trim();
    return [];
  },
  tools(value, fields) {
    const names =
      typeof value === 'string'
        ? splitTools(value)
        : Array.isArray(value)
          ? value.filter((each) => typeof each === 'string')
          : undefined;
    if (value === null) {
      fields.tools = [];
      return [];
    }
    if (!names || (Array.isArray(value) && names.length !== value.length))
      return [bad('tools', 'a list such as `Bash, Read, Grep`')];
    // `Bash(kubectl get:*)` asks for less than Bash; what Bash means here only reads anyway.
    const asked = names.map((name) => name.replace(/\(.*$/s, '').trim()).filter(Boolean);
    const offered = new Map(agentTools.map((tool) => [tool.toLowerCase(), tool]));
    fields.tools = [...new Set(asked.flatMap((name) => offered.get(name.toLowerCase()) ?? []))];
    return asked
      .filter((name) => !offered.has(name.toLowerCase()))
      .map((name) => {
        const near = nearestWord(name, agentTools);
        const cure =
          near && name.length > 2 && !name.startsWith('mcp__') && name !== 'Write'
            ? `Did you mean ${near}?`
            : `Offered are ${agentTools.join(', ')}.`;
        return found(
          'warning',
          'tool-not-offered',
          `The tool ${name.slice(0, 80)} is not offered and will not be given.`,
          cure,
        );
      });
  },
  model(value, fields) {
    const named = typeof value === 'string' ? value.trim() : '';
    const known =
      models.find((model) => model === named.toLowerCase()) ??
      (/^claude-[a-z0-9.@-]{1,80}$/.test(named) ? named : undefined);
    const setting = /^\$(?:[A-Z][A-Z0-9_]{0,80}|\{[A-Z][A-Z0-9_]{0,80}\})$/.test(named)
      ? `$${named.replace(/[${}]/g, '')}`
      : undefined;
    fields.model = known ?? setting ?? 'inherit';
    if (known) return [];
    if (setting)
      return [
        found(
          'info',
          'model-from-setting',
          `The model is the value of the setting ${setting}; without it, the default model.`,
          'Nothing to do.',
        ),
      ];
    const near = nearestWord(named, models);
    return [
      found(
        'error',
        'unknown-model',
        `"${named.slice(0, 80)}" is not a model.`,
        near ? `Did you mean ${near}?` : 'Use haiku, sonnet, opus, inherit or a full id such as claude-sonnet-4-5.',
      ),
    ];
  },
  when(value, fields) {
    const known = whens.find((when) => when === value);
    if (!known) return [bad('when', whens.join(', '))];
    fields.when = known;
    return [];
  },
  maxTurns(value, fields) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 200)
      return [bad('maxTurns', 'a whole number from 1 to 200')];
    fields.maxTurns = value;
    return [];
  },
  budgetUsd(value, fields) {
    if (typeof value !== 'number' || !(value > 0 && value <= 1000))
      return [bad('budgetUsd', 'dollars above 0, at most 1000')];
    fields.budgetUsd = value;
    return [];
  },
};

/** At commas outside parentheses. */
function splitTools(text: string): string[] {
  return text.slice(0, 4000).match(/[^,(]+(?:\([^)]*\)?[^,(]*)*/g) ?? [];
}

function bad(key: Key, wanted: string): Found {
  return found('error', 'frontmatter-value', `The value of \`${key}\` cannot be read.`, `Write ${wanted}.`);
}

function found(level: CriteriaNote['level'], code: string, message: string, cure: string): Found {
  return { level, code, message, cure };
}

function note(level: CriteriaNote['level'], code: string, message: string, cure: string): FrontmatterNote {
  return { ...found(level, code, message, cure), line: 1, column: 0 };
}

function sentence(message: string): string {
  const first = message.split('\n')[0] ?? '';
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
