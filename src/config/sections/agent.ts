import { remember } from '../../lib/remember.ts';
import type { Draft, Reader } from '../draft.ts';
import { readFrontmatter } from '../grammar/frontmatter.ts';
import { plainText } from '../shape/normal-text.ts';
import { readCustomChecks } from './custom-checks.ts';
import { readChangeSettings } from './deployment.ts';
import { deciding, warnOfFencedRules } from './fenced-rules.ts';
import { readIgnores } from './ignores.ts';
import { readSlackNotifier } from './message-templates.ts';
import { readEscalationManager } from './severity-criteria.ts';
import { severityHeading } from './severity-words.ts';
import { readThresholds } from './thresholds.ts';

/** What is understood beside the prose, by agent. The four agents of the shipped ConfigMap are required; others are prose. */
const readers: Record<string, (reader: Reader, draft: Draft) => void> = {
  'k8s-analyzer': (reader, draft) => {
    readThresholds(reader.root, reader, draft);
    readCustomChecks(reader.root, reader, draft);
    // What is ignored may be a kind that only a custom check looks at.
    readIgnores(reader.root, reader, draft);
  },
  'escalation-manager': (reader, draft) => {
    readEscalationManager(reader.root, reader, draft);
    warnOfFencedRules(reader.root, deciding.criteria, reader, draft);
  },
  'slack-notifier': (reader, draft) => readSlackNotifier(reader.root, reader, draft),
  'github-reviewer': (reader, draft) => {
    readChangeSettings(reader.root, reader, draft);
    warnOfFencedRules(reader.root, deciding.changes, reader, draft);
  },
};

const frontmatterOf = remember(readFrontmatter, 64);

export const requiredAgents = Object.keys(readers);

/** Whether a title means something in an agent's file. */
export const isAgentTitle = (title: string): boolean => severityHeading.test(title);

/** Reads one agent: its frontmatter, its prose, and what of the prose is data. */
export function readAgent(reader: Reader, draft: Draft): void {
  const { source, text } = reader;
  const file = source.name.replace(/\.md$/i, '');
  const name = readDefinition(reader, draft) ?? file;
  // Where the frontmatter never ends its keys would be read as lines of the text.
  if (text.frontmatterOpen === undefined) readers[name.toLowerCase()]?.(reader, draft);
  if (text.frontmatter) reader.understood({ line: 1, endLine: text.frontmatter.endLine }, `agent ${name}`);
}

function readDefinition(reader: Reader, draft: Draft): string | undefined {
  const { source, text } = reader;
  const start = { line: 1, column: 1 };
  if (text.frontmatterOpen !== undefined)
    return void reader.problem('frontmatter-not-closed', { line: text.frontmatterOpen, column: 1 }, {});
  if (!text.frontmatter) return void reader.problem('frontmatter-missing', start, {});
  const { agent, notes } = frontmatterOf(text.frontmatter.yaml);
  for (const { line, ...note } of notes) reader.note(note, { line: line + 1, column: note.column + 1 });
  if (!agent) return undefined;
  const key = agent.name.normalize('NFC').toLowerCase();
  const line =
    Math.max(
      0,
      text.lines.findIndex((each) => /^name\s*:/.test(each)),
    ) + 1;
  const other = draft.revision.agents.find((each) => each.name.normalize('NFC').toLowerCase() === key);
  if (other) reader.problem('agent-listed-twice', { line, column: 1 }, { word: agent.name, other: other.at.file });
  else if (key !== source.name.normalize('NFC').toLowerCase().replace(/\.md$/, ''))
    reader.problem('agent-name-differs', { line, column: 1 }, { word: agent.name, file: source.name });
  const prompt = plainText(text, text.frontmatter.endLine + 1);
  draft.revision.agents.push({ ...agent, prompt, at: reader.at({ line, column: 1 }) });
  return agent.name;
}
