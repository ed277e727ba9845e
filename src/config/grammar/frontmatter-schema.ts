import * as z from 'zod';

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
export const models = ['haiku', 'sonnet', 'opus', 'inherit'] as const;
export const whens = ['always', 'on-change', 'on-incident'] as const;

const tools = agentTools.join(', ');

/** The frontmatter of an agent's file. The reader walks it, the reference and the editor's schema are made from it. */
export const frontmatterSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
    .describe('The name of the file without `.md`: small letters, digits and hyphens, such as k8s-analyzer.'),
  description: z.string().regex(/\S/).describe('One sentence on what the agent does.'),
  tools: z
    .union([z.string(), z.array(z.string()), z.null()])
    .optional()
    .describe(`What it may use, as a list or with commas: ${tools}. All of them only read. Without the key: all.`),
  model: z
    .string()
    .regex(
      /^(?:haiku|sonnet|opus|inherit|claude-[a-z0-9.@-]{1,80}|\$(?:[A-Z][A-Z0-9_]{0,80}|\{[A-Z][A-Z0-9_]{0,80}\}))$/i,
    )
    .default('inherit')
    .describe('haiku, sonnet, opus, inherit, a full id such as claude-sonnet-4-5, or `$NAME` for a setting.'),
  when: z.enum(whens).default('always').describe('When it is asked: always, on-change or on-incident.'),
  maxTurns: z.int().min(1).max(200).optional().describe('A whole number from 1 to 200: the most turns of one run.'),
  budgetUsd: z
    .number()
    .gt(0)
    .max(1000)
    .optional()
    .describe('Dollars above 0, at most 1000: the most one run may cost.'),
});

/** Claude Code's own keys that mean nothing here; a file made for both may have them. */
export const foreignKeys: ReadonlySet<string> = new Set(
  'color permissionMode skills hooks mcpServers disallowedTools memory background isolation effort initialPrompt'.split(
    ' ',
  ),
);

/** The JSON Schema of the frontmatter, for editors. */
export function frontmatterJsonSchema(): object {
  const foreign = [...foreignKeys].map((key) => [key, z.unknown().optional().describe('Has no effect here.')] as const);
  return {
    ...z.toJSONSchema(frontmatterSchema.extend(Object.fromEntries(foreign)), { io: 'input' }),
    title: 'Frontmatter of an agent of k8s-monitor',
  };
}
