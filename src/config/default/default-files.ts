import type { SourceFile } from '../revision.ts';
import { agents } from './agents.ts';
import { orchestrator } from './orchestrator.ts';

/** The built-in default configuration, for a start without any other. It lists no service. */
export function defaultFiles(): SourceFile[] {
  const file = (name: string, role: SourceFile['role'], text: string): SourceFile => ({
    file: `built-in/${name}`,
    name,
    role,
    text,
    lineOffset: 0,
    columnOffset: 0,
  });
  return [
    file('CLAUDE.md', 'orchestrator', orchestrator),
    ...Object.entries(agents).map(([name, text]) => file(`${name}.md`, 'agent', text)),
  ];
}
