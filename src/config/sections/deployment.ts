import { formatDuration } from '../../lib/duration.ts';
import { type Entry, entriesOf, type Section, valuesOf } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { readDuration } from '../grammar/duration.ts';
import { type LabelId, readLabelName } from '../labels.ts';
import { deciding } from './fenced-rules.ts';
import type { SectionKind } from './section.ts';
import {
  isNothing,
  isPlaceholder,
  isRepositoryPattern,
  readLength,
  readValue,
  repositoryOf,
  suggestLabel,
  wordsOf,
} from './values.ts';

export const changeLabels = [
  'timeToCheck',
  'repository',
  'manifests',
  'syncDelay',
  'gitopsTool',
] as const satisfies LabelId[];
type ChangeLabel = (typeof changeLabels)[number];

/** Deployment Information and GitOps: where changes come from and how long they take to arrive. */
export const deployment: SectionKind = {
  title: 'Deployment Information',
  decides: deciding.changes,
  heading:
    /\bdeployment (?:information|info|process|details|workflow)\b|\bgitops\b|\bargo ?cd\b|^(?:deployments?|source control|repositor(?:y|ies))$/i,
  read(section, reader, draft) {
    reader.understood({ line: section.line, endLine: section.line }, 'where changes come from');
    readChangeSettings(section, reader, draft);
  },
};

/** Reads the settings about changes wherever they stand in a section; other lines are prose. */
export function readChangeSettings(section: Section, reader: Reader, draft: Draft): void {
  for (const entry of valuesOf(section.blocks)) {
    const id = entry.label && !entry.struck ? readLabelName(entry.label.name, changeLabels) : undefined;
    if (id) readOne(id, entry, reader, draft);
    else if (!entry.struck && !suggestLabel(entry, changeLabels, reader)) readSyncSentence(entry, reader, draft);
  }
  for (const below of section.sections) if (!below.aside) readChangeSettings(below, reader, draft);
}

/** "Argo CD syncs within 3-5 minutes". */
function readSyncSentence(entry: Entry, reader: Reader, draft: Draft): void {
  const [, behind = ''] =
    /\b(?:argo ?cd|flux|gitops)\b[^.]{0,40}?\b(?:syncs?|reconciles?|needs|takes|applies)\b([^.]{1,80})/i.exec(
      entry.text,
    ) ?? [];
  const read = readDuration(behind, 'upper');
  if (!read || 'vague' in read) return;
  draft.revision.github.syncDelay = read.length;
  reader.understood(entry, `a commit reaches the cluster within ${formatDuration(read.length)}`);
}

function readOne(id: ChangeLabel, entry: Entry, reader: Reader, draft: Draft): void {
  const { github } = draft.revision;
  if (id === 'timeToCheck' || id === 'syncDelay') {
    if (!/\d|hour|minute|day/i.test(entry.label?.value ?? '')) {
      if (entry.label?.value) reader.problem('guidance', entry, { word: entry.text.slice(0, 80) });
      return;
    }
    const length = readLength(reader, entry, entry.label?.name ?? '', 'upper');
    if (length === undefined) return;
    github[id] = length;
    reader.understood(
      entry,
      id === 'syncDelay'
        ? `a commit reaches the cluster within ${formatDuration(length)}`
        : `commits of the last ${formatDuration(length)} are looked at`,
    );
    return;
  }
  const { text, place } = readValue(reader, entry);
  const nested = entriesOf(entry.children).map((each) => each.label?.name ?? each.text);
  if (isPlaceholder(text)) {
    reader.problem('placeholder', place, { word: text });
    return;
  }
  if (isNothing(text)) return;
  const condition =
    id === 'repository'
      ? (/^(?:all|any|not|every)\b.*/i.exec(text)?.[0] ??
        findCondition(text) ??
        [...wordsOf(text), ...nested].find(isRepositoryPattern))
      : undefined;
  if (condition !== undefined) {
    reader.problem('name-invalid', place, { word: condition, what: 'repository', meant: 'owner/name' });
    return;
  }
  if (id === 'gitopsTool') {
    draft.revision.contacts.push({ label: entry.label?.name ?? 'GitOps', value: text, at: reader.at(entry) });
    reader.understood(entry, `${entry.label?.name ?? 'GitOps'}: ${text}`);
    return;
  }
  const list = id === 'repository' ? github.repositories : github.manifests;
  const words = [...wordsOf(text), ...nested]
    .map((word) => /^`?([^\s`(]+)/.exec(word)?.[1] ?? word)
    .filter((word) => /[/\w]/.test(word))
    .map((word) => (id === 'repository' ? repositoryOf(word) : word));
  for (const word of words) if (!list.includes(word)) list.push(word);
  for (const each of entriesOf(entry.children)) reader.understood(each, `${id} ${each.text}`);
  reader.understood(entry, `${id === 'repository' ? 'changes come from' : 'manifests in'} ${words.join(', ')}`);
}
