import { refKey, refOf, type World } from '../cluster/world.ts';
import type { Priority } from '../config/revision.ts';
import { homeOf } from './explain.ts';
import type { RootGroup } from './find-roots.ts';
import type { Incident, JudgedFinding, Suppressed } from './incident.ts';
import type { Expected } from './known-issues.ts';

/**
 * Takes out of a group what a known issue expects. Where the root itself is expected its victims are too, but for
 * those of a P0 or P1 service, which the issue would have to name. Returns what is left to tell and what is not told.
 */
export function suppress(
  group: RootGroup,
  expected: ReadonlyMap<string, Expected>,
  atHome: ReadonlyMap<string, readonly JudgedFinding[]>,
  priorities: ReadonlyMap<string, Priority>,
  world: World,
): { left: RootGroup; hidden: Map<JudgedFinding, Expected> } {
  const hidden = new Map<JudgedFinding, Expected>();
  const root = refKey(group.root);
  const own = (atHome.get(root) ?? []).filter(({ level }) => level === 'error');
  const rootIssue =
    own.length > 0 && own.every(({ id }) => expected.has(id)) ? expected.get(own[0]?.id ?? '') : undefined;
  for (const finding of group.findings) {
    const isVital = finding.services.some((name) => priorities.get(name) === 'P0' || priorities.get(name) === 'P1');
    const isVictim = refKey(homeOf(finding, world)) !== root;
    const by = expected.get(finding.id) ?? (isVictim && !isVital ? rootIssue : undefined);
    if (by) hidden.set(finding, by);
  }
  const findings = group.findings.filter((finding) => !hidden.has(finding));
  const homes = new Set(findings.map((finding) => refKey(homeOf(finding, world))));
  return { left: { ...group, findings, victims: group.victims.filter((ref) => homes.has(refKey(ref))) }, hidden };
}

/** What is kept from people, one entry for each object and reason. */
export function listSuppressed(
  hidden: ReadonlyMap<JudgedFinding, Expected>,
  findings: readonly JudgedFinding[],
  incidents: readonly Incident[],
): Suppressed[] {
  const entries = new Map<string, Suppressed>();
  const add = (finding: JudgedFinding, entry: Pick<Suppressed, 'by' | 'until' | 'says'>): void => {
    const key = `${entry.by.kind}/${entry.by.name}/${refKey(finding.subject)}`;
    const known = entries.get(key);
    if (known) {
      known.findings.push(finding.id);
      known.services = [...new Set([...known.services, ...finding.services])];
    } else
      entries.set(key, {
        ...entry,
        findings: [finding.id],
        subject: refOf(finding.subject),
        services: finding.services,
      });
  };
  for (const [finding, { issue, until }] of hidden) {
    const says = `expected by "${issue.title}": ${finding.says}`;
    add(finding, {
      by: { kind: 'known-issue', name: issue.title, at: issue.at },
      ...(until !== undefined && { until }),
      says,
    });
  }
  for (const finding of findings) {
    if (!finding.ignored) continue;
    const { because, at } = finding.ignored;
    add(finding, { by: { kind: 'ignore', name: because, at }, says: `ignored (${because}): ${finding.says}` });
  }
  const muted = incidents.flatMap((incident): Suppressed[] => {
    const { muted: by, findings: ids, subject, services } = incident;
    if (!by) return [];
    return [
      {
        findings: ids,
        subject,
        by: { kind: 'mute', name: by.by },
        until: by.until,
        services,
        says: `muted (${by.by}): ${incident.says}`,
      },
    ];
  });
  return [...entries.values(), ...muted];
}
