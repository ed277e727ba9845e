import { type Block, entriesOf, type Fence, type Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { readCustomCheck } from '../grammar/custom-check.ts';
import { readLabelName } from '../labels.ts';
import type { Severity } from '../revision.ts';
import { isForeignLabel } from './judged.ts';
import { severitiesIn, withSeverityWord } from './severity-words.ts';
import { given, suggestLabel } from './values.ts';

const shells = new Set(['bash', 'sh', 'shell', 'console', 'zsh']);

/** Custom checks: a heading with a `bash` fence `kubectl get ... -o json | jq 'FILTER'`, and perhaps a `Severity:` line. */
export function readCustomChecks(section: Section, reader: Reader, draft: Draft): void {
  for (const fence of fencesOf(section.blocks))
    if (shells.has(fence.lang) || (fence.lang === '' && /^\s*kubectl\s/.test(fence.text)))
      readFence(fence, section, reader, draft);
  for (const below of section.sections) if (!below.aside) readCustomChecks(below, reader, draft);
}

const fencesOf = (blocks: readonly Block[]): Fence[] =>
  blocks.flatMap((block) => (block.kind === 'fence' ? [block] : 'children' in block ? fencesOf(block.children) : []));

function readFence(fence: Fence, section: Section, reader: Reader, draft: Draft): void {
  const { check, builtIn, error } = readCustomCheck(fence.text);
  const name = section.title.replace(/^\d+[.)]\s*/, '') || 'check';
  if (error) {
    reader.problem(
      'check-unreadable',
      { line: fence.line + error.line, column: fence.column },
      { word: error.message, meant: error.cure },
    );
    return;
  }
  if (builtIn !== undefined) {
    reader.understood(fence, 'built in: the monitor sees this by itself');
    reader.problem('check-built-in', fence, { word: builtIn });
    return;
  }
  if (!check) return;
  const severity = severityOf(section, reader);
  const first = draft.revision.customChecks.find((other) => other.name === name);
  if (first) reader.problem('check-twice', fence, { word: name, first: first.at.line });
  const { namespace, selector, kinds, allNamespaces, filter } = check;
  draft.revision.customChecks.push({
    name,
    kinds,
    allNamespaces,
    filter,
    ...given('namespace', namespace),
    ...given('selector', selector),
    severity: severity ?? 'SEV-4',
    at: reader.at(fence),
  });
  reader.understood({ line: section.line, endLine: section.line }, `custom check "${name}"`);
  reader.understood(
    fence,
    `custom check "${name}": what jq prints of ${kinds.join(', ')} is a finding (${severity ?? 'SEV-4'})`,
  );
}

/** Labels that decide elsewhere; a check runs by the monitoring frequency, and its findings go where their severity goes. */
const foreignLabels = ['channel', 'timing', 'notification', 'mention', 'escalate', 'priority', 'frequency'] as const;
const timeLabel = /^(?:every|interval|timeout|threshold|runs?(?: every)?|schedule|grace|for)$/i;

function severityOf(section: Section, reader: Reader): Severity | undefined {
  for (const entry of entriesOf(section.blocks, true)) {
    const [, written] = /^severity\s+(?:is\s+|=\s*)?(SEV[ -]?\d)\b/i.exec(entry.text) ?? [];
    if (!entry.label && written !== undefined) {
      const [severity] = severitiesIn(written, entry, reader);
      if (severity) reader.understood(entry, `findings of this check are ${severity}`);
      return severity;
    }
    if (!entry.label) continue;
    if (isForeignLabel(entry.label.name, foreignLabels) || timeLabel.test(entry.label.name)) {
      reader.problem('label-unknown', entry, { word: entry.label.name, meant: undefined });
      continue;
    }
    if (readLabelName(entry.label.name, ['severity']) === undefined) {
      suggestLabel(entry, ['severity'], reader);
      continue;
    }
    const { value } = entry.label;
    const [severity, ...others] = severitiesIn(withSeverityWord(value), entry.placeOf(entry.label.start), reader);
    const condition = findCondition(value) ?? /\b(?:not|at (?:most|least)|below|above)\b.*/i.exec(value)?.[0];
    if (severity && (others.length > 0 || condition !== undefined))
      reader.problem('value-half-read', entry.placeOf(entry.label.start), {
        word: condition ?? value,
        value: severity,
      });
    if (severity) reader.understood(entry, `findings of this check are ${severity}`);
    else if (!/sev/i.test(entry.label.value))
      reader.problem('severity-unknown', entry.placeOf(entry.label.start), { word: entry.label.value });
    return severity;
  }
  return undefined;
}
