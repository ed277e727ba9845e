import { compileFiles } from '../../config/compile.ts';
import { describeChange } from '../../config/meaning/describe-change.ts';
import { type Revision, severities } from '../../config/revision.ts';
import type { Millis } from '../../lib/clock.ts';
import { toRfc3339 } from '../../lib/duration.ts';
import { count, listWords } from '../../lib/text.ts';
import type { CycleRecord } from '../../record/cycle-record.ts';
import type { MonitorRecord } from '../../record/open-record.ts';
import { loadLastCycles, type RecordedCycles } from '../../record/recorded-cycles.ts';
import { findRevision } from '../../record/revisions.ts';
import type { Worst } from '../../triage/standing.ts';
import { changeOf, messagesOf, sayTold } from './compare-cycles.ts';
import { judgeRecorded, type Recorded, type Verdict, worsts } from './judge-recorded.ts';
import type { IncidentChange, MessageChange, Replay, Told } from './plan-document.ts';
import { findTroubles, type Trouble } from './recorded-troubles.ts';
import { idleIssues } from './replay-snapshot.ts';

/**
 * Judges what the record holds of its last cycles anew, under both configurations. The record keeps no objects, so it is what can be
 * known from incidents, from what was kept silent and from how services stood; the rest is said in `notReplayed`.
 */
export function replayRecord(record: MonitorRecord, before: Revision, after: Revision, most: number): Replay {
  const recorded = loadLastCycles(record, most);
  const [first, last] = [recorded?.cycles[0], recorded?.cycles.at(-1)];
  if (!recorded || !first || !last)
    throw new Error('the record keeps no cycle yet: replay the cluster, or a recording');
  const revisionOf = makeRevisionOf(record, before, after);
  const unjudged: string[] = [];
  const hid = new Set(recorded.cycles.flatMap(({ suppressed }) => suppressed.map(({ by }) => by.name)));
  const found = findTroubles(recorded).map((trouble) => {
    const pairs = judgeBoth(trouble, before, after, revisionOf);
    if (pairs.length === 0) unjudged.push(trouble.recorded.incident?.id ?? trouble.title);
    for (const { is } of pairs) if ('silent' in is && is.hiddenBy !== undefined) hid.add(is.hiddenBy);
    return compare(trouble, pairs);
  });
  return {
    replayed: {
      what: 'cycles',
      name: recorded.cluster,
      from: toRfc3339(first.at),
      to: toRfc3339(last.at),
      cycles: recorded.cycles.length,
    },
    incidents: found.flatMap(({ change }) => (change ? [change] : [])),
    messages: found.flatMap(({ messages }) => messages),
    knownIssues: idleIssues(after, hid),
    notReplayed: sayNotReplayed(before, after, recorded, unjudged),
    unseen: [],
    unmatched: [],
  };
}

type Pair = { at: Millis; was: Verdict; is: Verdict };

/** Both verdicts in every cycle in which the record can be reproduced: only then can an answer about the other be trusted. */
function judgeBoth(
  { recorded, moments }: Trouble,
  before: Revision,
  after: Revision,
  revisionOf: (id: string) => Revision,
): Pair[] {
  return moments.flatMap(({ cycle, severity }): Pair[] => {
    const then = revisionOf(cycle.revision);
    for (const worst of findWorst(recorded, cycle)) {
      const known = judgeRecorded(recorded, cycle, then, worst);
      if (('told' in known ? known.told.severity : undefined) !== severity) continue;
      const judge = (revision: Revision): Verdict =>
        revision === then ? known : judgeRecorded(recorded, cycle, revision, worst);
      return [{ at: cycle.at, was: judge(before), is: judge(after) }];
    }
    return [];
  });
}

/** How bad it may have been: as its service stood, which is recorded, else anything. */
function findWorst({ services }: Recorded, { unwell = [] }: CycleRecord): readonly Worst[] {
  const states = new Set(unwell.filter(({ name }) => services.includes(name)).map(({ state }) => state));
  const known = worsts.filter((worst) => worst !== 'warned' && states.has(worst));
  return [...known, ...worsts.filter((worst) => !known.includes(worst))];
}

/** What differs at the worst moment of each. */
function compare(trouble: Trouble, pairs: readonly Pair[]): { change?: IncidentChange; messages: MessageChange[] } {
  const [was, is] = [worstOf(pairs.map((pair) => pair.was)), worstOf(pairs.map((pair) => pair.is))];
  if (!was || !is) return { messages: [] };
  const [old, fresh] = ['told' in was ? was.told : undefined, 'told' in is ? is.told : undefined];
  const shift = changeOf(old, fresh) ? undefined : findShift(pairs);
  const change = changeOf(old, fresh) ?? shift?.change;
  if (!change) return { messages: [] };
  const { subject, services, incident } = trouble.recorded;
  const { kind, namespace, name } = subject;
  const because = shift
    ? shift.because
    : 'silent' in is
      ? is.silent
      : 'silent' in was
        ? `until now: ${was.silent}; now ${sayTold(is.told)}`
        : `${sayTold(was.told)}; now ${sayTold(is.told)}`;
  return {
    messages: messagesOf({ title: trouble.title, was: old, is: fresh }).map((message) =>
      message.change === 'sent' ? message : { ...message, times: timesOf(trouble, message.channel) },
    ),
    change: {
      change,
      ...(incident && { id: incident.id }),
      subject: { kind, ...(namespace !== undefined && { namespace }), name },
      services: [...services],
      says: trouble.title,
      ...(old && { before: old }),
      ...(fresh && { after: fresh }),
      because,
    },
  };
}

/** How often a channel was told; where Slack was not set up then, it was the console. */
function timesOf({ messages }: Trouble, channel: string): number {
  const [only = 1, ...others] = messages.values();
  return messages.get(channel) ?? (others.length === 0 ? only : 1);
}

/** Told in the end, and from another moment on. */
function findShift(pairs: readonly Pair[]): { change: 'later' | 'sooner'; because: string } | undefined {
  const [first, other] = [pairs.find(({ was }) => 'told' in was), pairs.find(({ is }) => 'told' in is)];
  if (!first || !other || first.at === other.at) return undefined;
  const isLater = other.at > first.at;
  const held = isLater ? first.is : other.was;
  const why = 'silent' in held ? held.silent : '';
  const says = `told from ${toRfc3339(other.at)} on, and not from ${toRfc3339(first.at)}`;
  return { change: isLater ? 'later' : 'sooner', because: `${says}: ${isLater ? why : `until now: ${why}`}` };
}

/** The worst that people were told at any moment, and of that the soonest; silent only where it was silent throughout. */
function worstOf(verdicts: readonly Verdict[]): Verdict | undefined {
  const told = verdicts.filter((verdict) => 'told' in verdict);
  const rank = ({ told: { severity, when } }: (typeof told)[number]): number =>
    severities.indexOf(severity) * whens.length + whens.indexOf(when);
  const [worst] = told.sort((a, b) => rank(a) - rank(b));
  return worst ?? verdicts.at(-1);
}
const whens: readonly Told['when'][] = ['now', 'later', 'digest', 'nowhere'];

/** The configuration of a cycle: one of the two compared, else what the record saved of it, else as if the one in force. */
function makeRevisionOf(record: MonitorRecord, inForce: Revision, after: Revision): (id: string) => Revision {
  const known = new Map([inForce, after].map((revision) => [revision.id, revision]));
  return (id) => {
    const saved = known.has(id) ? undefined : findRevision(record, id);
    const revision = known.get(id) ?? (saved ? compileFiles(saved.files) : inForce);
    known.set(id, revision);
    return revision;
  };
}

function sayNotReplayed(before: Revision, after: Revision, { cycles }: RecordedCycles, unjudged: string[]): string[] {
  const old = cycles.filter(({ unwell }) => unwell === undefined).length;
  const wider = describeChange(
    { ...before, services: [], severityRules: [], knownIssues: [], ignores: [], escalation: [], defaultPriority: 'P3' },
    { ...after, services: [], severityRules: [], knownIssues: [], ignores: [], escalation: [], defaultPriority: 'P3' },
  );
  return [
    'The record keeps no objects: what lower thresholds or new checks would find, and what a new service would match beyond its name, is not known.',
    'Reminders and updates of an incident that would be told otherwise are not counted.',
    ...(wider.length > 0
      ? [
          `${count(wider.length, 'change')} beyond services, severities, known issues and channels can show only on a cluster.`,
        ]
      : []),
    ...(old > 0 ? [`${count(old, 'cycle')} of an older version did not keep how services stood.`] : []),
    ...(unjudged.length > 0 ? [`What is recorded of ${listWords(unjudged)} is not enough to judge it anew.`] : []),
  ];
}
