import { checks } from '../../analysis/checks/index.ts';
import type { Finding } from '../../analysis/finding.ts';
import { findIgnore } from '../../analysis/ignores.ts';
import { makeWorld } from '../../cluster/make-world.ts';
import type { Ref } from '../../cluster/objects.ts';
import { emptySnapshot } from '../../cluster/snapshot.ts';
import { type CheckId, checkIds } from '../../config/checks.ts';
import { type Revision, type ServiceEntry, type Severity, severities } from '../../config/revision.ts';
import type { Millis } from '../../lib/clock.ts';
import { toRfc3339 } from '../../lib/duration.ts';
import { findPlaces } from '../../notify/places.ts';
import { holdOf } from '../../notify/timing.ts';
import type { CycleRecord } from '../../record/cycle-record.ts';
import type { Incident } from '../../triage/incident.ts';
import { findExpected } from '../../triage/known-issues.ts';
import { findPending } from '../../triage/pending.ts';
import { decideSeverity } from '../../triage/severity.ts';
import { type Standing, standingOf, standingOfUnlisted, statesOf, type Worst } from '../../triage/standing.ts';
import type { Told } from './plan-document.ts';
import { everyChannel } from './replay-snapshot.ts';

/** What the record holds of a trouble at one moment. */
export type Recorded = {
  subject: Ref;
  services: readonly string[];
  findings: readonly string[];
  since: Millis;
  /** The incident it was, where people were told. */
  incident?: Incident;
};

/** How bad a trouble was is recorded of listed services only; of the rest it is found by trying. */
export const worsts: readonly Worst[] = ['down', 'degraded', 'warned'];

/** What people would be told of it, or why not; `hiddenBy` the known issue that expects it. */
export type Verdict = { told: Told } | { silent: string; hiddenBy?: string };

/** The record keeps no objects: what is asked of them is answered as unknown. */
const nothing = makeWorld(emptySnapshot(0, { id: 'recorded', name: 'recorded' }));

/** Judges a recorded trouble by a configuration as triage would: ignores, known issues, graces, severity, places. */
export function judgeRecorded(recorded: Recorded, cycle: CycleRecord, revision: Revision, worst: Worst): Verdict {
  const now = cycle.at;
  const entries = revision.services.filter((entry) => isMeant(entry, recorded));
  const services = entries.map(({ name }) => name);
  const findings = recorded.findings.flatMap((id) => toFinding(id, recorded, revision, worst));
  const all = standingsOf(revision, cycle);
  const own =
    entries.length > 0
      ? entries.map((entry) => standingOf(entry, [], statesOf(worst, recorded.since, findings)))
      : findings.slice(0, 1).map((finding) => standingOfUnlisted(finding, revision, worst));

  const left: Finding[] = [];
  let silent: Verdict = { silent: 'nothing of it would be found' };
  let isCapped = false;
  for (const finding of findings) {
    const ignored = findIgnore(finding, { world: nothing, ignores: revision.ignores });
    // What was told before a window opened stays told; what was told later was not known then.
    const isKnown = recorded.incident && (recorded.incident.toldAt ?? recorded.incident.settlesAt) <= now;
    const incidents = recorded.incident && isKnown ? [{ ...recorded.incident, state: 'open' as const }] : [];
    const expected = findExpected(
      { ...finding, services },
      { revision, world: nothing, classes: new Map(), incidents, now },
    );
    const pending = findPending(finding, own, revision, now);
    if (ignored) silent = { silent: `${ignored.because} (${ignored.at.file}:${ignored.at.line})` };
    else if (expected?.effect === 'suppressed') {
      const { title, at } = expected.issue;
      silent = { silent: `known issue "${title}" expects it (${at.file}:${at.line})`, hiddenBy: title };
    } else if (pending)
      silent = { silent: `it would not be told before ${toRfc3339(pending.until)}: ${pending.because}` };
    else {
      left.push(finding);
      isCapped ||= expected !== undefined;
    }
  }
  if (left.length === 0) return silent;
  const verdicts = own.map((one) => decideSeverity(one, all, revision, now));
  const [first] = verdicts.sort((a, b) => rank(a.severity) - rank(b.severity));
  if (!first) return silent;
  return {
    told: placed(
      isCapped ? { severity: 'SEV-4', because: 'a known issue without a bound expects it' } : first,
      revision,
      recorded,
      now,
    ),
  };
}

const rank = (severity: Severity): number => severities.indexOf(severity);

/** Services that the record names and the configuration still lists, and listed ones that bear the subject's name. */
function isMeant(entry: ServiceEntry, { services, subject }: Recorded): boolean {
  const { name, aliases, namespace, workload } = entry;
  if (services.some((service) => service.toLowerCase() === name.toLowerCase())) return true;
  if (namespace !== undefined && namespace !== subject.namespace) return false;
  const names = workload ? [workload.name] : [name, ...aliases];
  return names.some((one) => one.toLowerCase() === subject.name.toLowerCase());
}

function toFinding(id: string, { subject, since, incident }: Recorded, revision: Revision, worst: Worst): Finding[] {
  const check = checkIds.find((one): one is CheckId => one === id.split('/')[0]);
  if (!check) return [];
  const known = checks.find((one) => one.id === check);
  return [
    {
      id,
      check,
      subject,
      since,
      sinceFrom: 'record',
      evidence: incident?.evidence ?? [],
      says: '',
      next: '',
      level: worst === 'warned' ? 'warning' : 'error',
      grace: revision.thresholds.graces[check] ?? known?.grace ?? 0,
      pods: [],
      related: [],
      reads: known?.reads ?? [],
    },
  ];
}

/** How every listed service stood in that cycle, for criteria that count them; asked again for each trouble of the cycle. */
function standingsOf(revision: Revision, cycle: CycleRecord): Standing[] {
  const known = standings.get(cycle) ?? new Map<Revision, Standing[]>();
  standings.set(cycle, known);
  const found = known.get(revision) ?? makeStandings(revision, cycle);
  known.set(revision, found);
  return found;
}
const standings = new WeakMap<CycleRecord, Map<Revision, Standing[]>>();

function makeStandings(revision: Revision, { unwell = [] }: CycleRecord): Standing[] {
  return revision.services.map((entry) => {
    const known = unwell.find(({ name }) => name.toLowerCase() === entry.name.toLowerCase());
    if (known?.state === 'down' || known?.state === 'degraded')
      return standingOf(entry, [], statesOf(known.state, known.since, []));
    return standingOf(entry, [], known ? { [known.state]: known.since } : { healthy: 0 });
  });
}

function placed(
  verdict: { severity: Severity; because: string },
  revision: Revision,
  { incident, since }: Recorded,
  now: Millis,
): Told {
  const { severity } = verdict;
  const policy = revision.escalation.find((one) => one.severity === severity);
  const openedAt = incident?.openedAt ?? since;
  const places = findPlaces({ id: incident?.id ?? '', severity, state: 'open' }, new Map(), {
    revision,
    channels: everyChannel,
    now,
  });
  const names = places.channels.map(({ channel }) => channel).sort();
  const inDigest = policy?.timing.when === 'digest' || places.withheld.some(({ kind }) => kind === 'digest');
  const hold = policy && holdOf(policy.timing, { zone: revision.cluster.timezone, now, openedAt });
  return {
    ...verdict,
    channels: names,
    when: inDigest ? 'digest' : names.length === 0 ? 'nowhere' : hold ? 'later' : 'now',
  };
}
