import { isScalar, type Pair } from 'yaml';
import { nearestWord } from '../../lib/text.ts';
import type { AgentDefinition } from '../revision.ts';
import { agentTools, foreignKeys, frontmatterSchema, models, whens } from './frontmatter-schema.ts';
import type { CriteriaNote } from './note.ts';

/** The frontmatter of an agent's file; the rest of an AgentDefinition is the file. */
export type AgentFields = Omit<AgentDefinition, 'prompt' | 'at'>;

export { agentTools } from './frontmatter-schema.ts';

const fits = frontmatterSchema.shape;
const keys = Object.keys(fits) as Key[];
type Key = keyof typeof fits;

/** The name of a key. */
export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

/** A note that has no place yet. */
export type Found = Omit<CriteriaNote, 'column'>;

/** Reads one key into `fields`; what is wrong with it comes back. */
export function readPair(pair: Pair, fields: Partial<AgentFields>): Found[] {
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
    const read = fits.name.safeParse(value);
    if (!read.success) return [bad('name', 'small letters, digits and hyphens, such as `k8s-analyzer`')];
    fields.name = read.data;
    return [];
  },
  description(value, fields) {
    const read = fits.description.safeParse(value);
    if (!read.success) return [bad('description', 'one sentence')];
    fields.description = read.data.trim();
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
        'model-unknown',
        `"${named.slice(0, 80)}" is not a model.`,
        near ? `Did you mean ${near}?` : 'Use haiku, sonnet, opus, inherit or a full id such as claude-sonnet-4-5.',
      ),
    ];
  },
  when(value, fields) {
    const read = fits.when.safeParse(value);
    if (!read.success) return [bad('when', whens.join(', '))];
    fields.when = read.data;
    return [];
  },
  maxTurns(value, fields) {
    const read = fits.maxTurns.safeParse(value);
    if (read.data === undefined) return [bad('maxTurns', 'a whole number from 1 to 200, such as `20`')];
    fields.maxTurns = read.data;
    return [];
  },
  budgetUsd(value, fields) {
    const read = fits.budgetUsd.safeParse(value);
    if (read.data === undefined) return [bad('budgetUsd', 'dollars above 0, at most 1000, such as `0.5`')];
    fields.budgetUsd = read.data;
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

/** A note in words. */
function found(level: CriteriaNote['level'], code: string, message: string, cure: string): Found {
  return { level, code, message, cure };
}
