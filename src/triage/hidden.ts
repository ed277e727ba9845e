import type { Revision } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import type { JudgedFinding, Memory } from './incident.ts';
import type { Expected } from './known-issues.ts';

type Hidden = ReadonlyMap<JudgedFinding, Expected>;

/** What a known issue hid in the cycle before and no longer hides, with the words for it. */
export function unhiddenIn(memory: Memory, hidden: Hidden, revision: Revision): Map<string, string> {
  const still = new Set([...hidden.keys()].map(({ id }) => id));
  const titles = new Set(revision.knownIssues.map(({ title }) => title));
  return new Map(
    Object.entries(memory.hidden)
      .filter(([id]) => !still.has(id))
      .map(([id, { by }]) => [
        id,
        titles.has(by) ? `it outlived known issue "${by}"` : `no longer hidden by known issue "${by}"`,
      ]),
  );
}

/** What is hidden now, and what was and has not been told yet because its grace runs. */
export function rememberHidden(
  hidden: Hidden,
  findings: readonly JudgedFinding[],
  memory: Memory,
  now: Millis,
): Memory['hidden'] {
  const kept = Object.fromEntries(
    findings.flatMap(({ id, pending }) => (pending && memory.hidden[id] ? [[id, memory.hidden[id]]] : [])),
  );
  const fresh = [...hidden].map(([{ id }, { issue }]) => [
    id,
    { by: issue.title, since: memory.hidden[id]?.since ?? now },
  ]);
  return { ...kept, ...Object.fromEntries(fresh) };
}

/** Why a finding that is there is not told. */
export function coveredBy(hidden: Hidden, findings: readonly JudgedFinding[]): Map<string, string> {
  const ignored = findings.flatMap((finding): [string, string][] =>
    finding.ignored ? [[finding.id, `ignored: ${finding.ignored.because}`]] : [],
  );
  return new Map([
    ...ignored,
    ...[...hidden].map(([{ id }, { issue }]): [string, string] => [id, `known issue "${issue.title}" expects it`]),
  ]);
}
