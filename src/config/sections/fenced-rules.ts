import { allBlocks, type Fence, type Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { readSuppression } from '../grammar/known-issue.ts';
import { type LabelId, readLabelName } from '../labels.ts';
import { isCriteria } from './criteria.ts';

/** Whether a line would decide something, stood it outside the fence. `label` is what it begins with, where it has one. */
export type Decides = (text: string, label: string | undefined, draft: Draft) => boolean;

const hasLabel =
  (...ids: readonly LabelId[]): Decides =>
  (_, label) =>
    label !== undefined && readLabelName(label, ids) !== undefined;

/** `- redis: Cache` and `- redis (P1)` list a service. */
const listsService: Decides = (text, label) =>
  /^[a-z0-9][-a-z0-9.]*$/.test(label ?? '') || /^[a-z0-9][-a-z0-9.]*\s*(?:\(|[-–—]\s|$)/.test(text);

const isRule: Decides = (text, label, draft) =>
  isCriteria(label === undefined ? text : text.slice(text.indexOf(':') + 1).trim(), draft);

const severityLine: Decides = (text) => /^SEV[- ]?\d\b/i.test(text);

/** What decides in each kind of section. */
export const deciding = {
  services: [hasLabel('namespace', 'workload', 'maxDowntime', 'dependsOn', 'optional', 'aliases'), listsService],
  issues: [(text) => readSuppression(text), hasLabel('window', 'grace', 'until', 'kinds')],
  policy: [
    hasLabel('channel', 'timing', 'notification', 'mention', 'escalate', 'followUp', 'when'),
    severityLine,
    isRule,
  ],
  cluster: [hasLabel('timezone', 'frequency', 'defaultPriority')],
  changes: [hasLabel('timeToCheck', 'syncDelay', 'repository')],
  criteria: [hasLabel('criteria', 'briefUpdate', 'fullRepeat'), severityLine, isRule],
} as const satisfies Record<string, readonly Decides[]>;

/** A plain fence may hold what somebody means as a rule. With a language it is an example, and in an aside nobody reads it anyhow. */
export function warnOfFencedRules(section: Section, decides: readonly Decides[], reader: Reader, draft: Draft): void {
  if (section.aside) return;
  for (const block of allBlocks({ ...section, sections: [] })) {
    if (block.kind !== 'fence' || block.lang !== '' || isManifest(block)) continue;
    const lines = block.text.split('\n');
    const at = lines.findIndex((line) => {
      const text = line.replace(/^\s*(?:>\s*)?(?:(?:[-*+]|\d{1,3}[.)])\s+)?/, '').replaceAll('**', '');
      const [, label] = /^([\p{L}\p{N}][^:|]{0,40}?)\s*:(?:\s|$)/u.exec(text) ?? [];
      return decides.some((one) => one(text, label, draft));
    });
    if (at >= 0)
      reader.problem(
        'rule-in-fence',
        { line: block.line + at + (isIndented(block, reader) ? 0 : 1), column: block.column },
        {
          word: (lines[at] ?? '').trim().slice(0, 80),
        },
      );
  }
  for (const below of section.sections) warnOfFencedRules(below, decides, reader, draft);
}

const isManifest = ({ text }: Fence): boolean => /^\s*(?:apiVersion|kind|kubectl|\$|#!)\b/m.test(text);

/** Indented code has no line that opens it. */
const isIndented = (fence: Fence, reader: Reader): boolean =>
  !/(?:`{3}|~{3})/.test(reader.text.body[fence.line - 1] ?? '');
