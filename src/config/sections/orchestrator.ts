import { nearestWord } from '../../lib/text.ts';
import { allBlocks, asideWords, type Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { readSuppression } from '../grammar/known-issue.ts';
import { type LabelId, readLabelName } from '../labels.ts';
import { clusterInformation, defaultPriority, readClusterValues } from './cluster-information.ts';
import { contacts } from './contacts.ts';
import { deployment } from './deployment.ts';
import { escalationPolicy, severitySection } from './escalation.ts';
import { warnOfFencedRules } from './fenced-rules.ts';
import { healthChecks } from './health-checks.ts';
import { knownIssues } from './known-issues.ts';
import type { SectionKind } from './section.ts';
import { inventory, servicesByPriority } from './services.ts';

/** How a heading is matched: the first row whose words stand in it. */
export const sectionKinds: readonly SectionKind[] = [
  severitySection,
  knownIssues,
  healthChecks,
  escalationPolicy,
  defaultPriority,
  servicesByPriority,
  clusterInformation,
  inventory,
  deployment,
  contacts,
];

/** In which order sections are read, wherever they stand: later ones need the zone and the services of earlier ones. */
const reading: readonly (readonly SectionKind[])[] = [
  [clusterInformation, defaultPriority],
  [servicesByPriority, inventory],
  [healthChecks, knownIssues, escalationPolicy, severitySection, deployment, contacts],
];

/** Kinds that also stand at H3 and H4. */
const deepKinds = new Set([severitySection, servicesByPriority]);

/** `Supporting Services (P3) -> SEV-4` is about services, `SEV-1: P0 services` about a severity: the first word counts. */
const capped = /\bP\d\b.*\bSEV[ -]?\d/i;

const kindOf = (title: string): SectionKind | undefined =>
  capped.test(title) && title.search(/\bP\d\b/i) < title.search(severitySection.heading)
    ? servicesByPriority
    : sectionKinds.find(({ heading }) => heading.test(title));

/** Whether a title is that of a section of CLAUDE.md. */
export const isOrchestratorTitle = (title: string): boolean => kindOf(title) !== undefined;

type Routed = { kind: SectionKind; section: Section };

/** Reads CLAUDE.md: every section into the draft, in the order in which they need each other. */
export function readOrchestrator(reader: Reader, draft: Draft): void {
  const routed: Routed[] = [];
  for (const section of reader.root.sections) route(section, reader, routed);
  readClusterValues(reader.root.blocks, reader, draft, false);
  for (const kinds of reading) {
    for (const { kind, section } of routed) {
      if (!kinds.includes(kind)) continue;
      kind.read(section, reader, draft);
      if (kind.decides) warnOfFencedRules(section, kind.decides, reader, draft);
    }
    for (const amend of draft.amendments.splice(0)) amend();
  }
  if (draft.revision.services.length === 0) reader.problem('no-services', { line: 1, column: 1 }, {});
}

function route(section: Section, reader: Reader, routed: Routed[]): void {
  const kind = kindOf(section.title);
  if (section.aside) {
    // The word that makes it an aside may be meant otherwise; what decides must not vanish silently.
    if (asideWords.test(section.title) && kind && deepKinds.has(kind))
      reader.problem('aside-names-section', section, { word: section.title });
    return;
  }
  if (section.misplaced) {
    reader.problem('section-misplaced', section, { word: section.title });
    return;
  }
  if (kind && (section.depth <= 2 || deepKinds.has(kind))) {
    if (section.depth > 4) reader.problem('section-too-deep', section, { word: section.title });
    else routed.push({ kind, section });
    return;
  }
  if (!kind && !(section.depth === 2 && suggest(section, reader))) warnOfRules(section, reader);
  else if (kind && section.depth > 2 && kind !== contacts && kind !== deployment)
    reader.problem('section-too-deep', section, { word: section.title });
  for (const block of allBlocks({ ...section, sections: [] })) {
    if (block.kind === 'item' && readSuppression(block.text))
      reader.problem('suppression-elsewhere', block, { word: block.text.slice(0, 60) });
  }
  for (const below of section.sections) route(below, reader, routed);
}

const titles = [
  'Cluster Information',
  'Critical Services',
  'Known Issues',
  'Health Check Patterns',
  'Escalation Policy',
  'Default priority',
  'Team & Contact',
  'Deployment Information',
];

/** A heading that differs from a section's by slips of the pen is a warning. */
function suggest(section: Section, reader: Reader): boolean {
  const words = section.title.toLowerCase().match(/[\p{L}]+/gu) ?? [];
  const meant = titles.find((title) => {
    const wanted = title.toLowerCase().match(/[\p{L}]+/gu) ?? [];
    return wanted.length === words.length && wanted.every((word, index) => isSlip(words[index] ?? '', word));
  });
  if (meant !== undefined) reader.problem('section-unknown', section, { word: section.title, meant: `## ${meant}` });
  return meant !== undefined;
}

/** Tables that decide wherever they stand below the right heading: below another one they must not vanish silently. */
const decidingTables: readonly [string, LabelId[], LabelId[]][] = [
  ['Escalation Policy', ['severity'], ['channel', 'timing', 'who', 'followUp', 'notification']],
  ['Critical Services', ['service'], ['priority', 'maxDowntime']],
  ['Known Issues', ['service'], ['window']],
];

function warnOfRules(section: Section, reader: Reader): void {
  for (const block of allBlocks({ ...section, sections: [] })) {
    if (block.kind !== 'table') continue;
    const has = (ids: readonly LabelId[]): boolean =>
      block.header.some((cell) => cell && readLabelName(cell.text, ids) !== undefined);
    const meant = decidingTables.find(([, first, second]) => has(first) && has(second))?.[0];
    if (meant !== undefined) reader.problem('section-unknown', section, { word: section.title, meant: `## ${meant}` });
  }
}

const isSlip = (word: string, wanted: string): boolean =>
  word === wanted ||
  (Math.abs(word.length - wanted.length) <= 2 &&
    word.charAt(0) === wanted.charAt(0) &&
    nearestWord(word, [wanted]) !== undefined &&
    word.length > 3);
