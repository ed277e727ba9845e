import type { Coverage, SourceName } from '../cluster/snapshot.ts';
import type { World } from '../cluster/world.ts';
import type { Revision } from '../config/revision.ts';
import { type Millis, minute } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { listWords, oneLine } from '../lib/text.ts';
import { findVerdict, type Verdict } from './clauses.ts';
import type { Memory } from './incident.ts';
import { findNeededSources } from './needed-sources.ts';
import { worstOf } from './severity.ts';
import type { Standing } from './standing.ts';
import type { Trouble } from './trouble.ts';

/** Blind for this long, or for two cycles, is told. */
export const blindAfter = 10 * minute;

/** Of more blind sources than this the API server is the one to name. */
const several = 3;

/** What the shipped role does not grant: denied, it is as somebody meant it. Its coverage says so; people are told when it fails otherwise. */
const notGranted: readonly SourceName[] = ['configmaps'];

const isUnseen = ({ state }: Coverage): boolean => state === 'partial' || state === 'denied';

/** The sources that were not seen and since when. A second look at the same moment is no second cycle. */
export function rememberBlind({ snapshot }: World, memory: Memory, now: Millis): Memory['blind'] {
  const step = memory.lastCycleAt === now ? 0 : 1;
  const blind: Memory['blind'] = {};
  for (const { source } of snapshot.coverage.filter(isUnseen)) {
    const before = memory.blind[source];
    blind[source] = before ? { since: before.since, cycles: before.cycles + step } : { since: now, cycles: 1 };
  }
  return blind;
}

/** Says in words which of these sources is not seen; undefined when all are, or are not installed. */
export function makeUnseen({ snapshot }: World): (reads: readonly SourceName[]) => string | undefined {
  const unseen = new Map(snapshot.coverage.filter(isUnseen).map((one) => [one.source, one]));
  return (reads) => {
    const missing = reads.filter((source) => unseen.has(source));
    return missing.length > 0 ? `${listWords(missing)} could not be seen` : undefined;
  };
}

type Input = {
  world: World;
  blind: Memory['blind'];
  standings: readonly Standing[];
  revision: Revision;
  now: Millis;
  oneShot: boolean;
};

/** One trouble for each blind source, one for all where many are blind at once. A one-shot cycle has no second one to wait for. */
export function findBlindTroubles(input: Input): Trouble[] {
  const { world, blind, now, oneShot } = input;
  const sources = world.snapshot.coverage
    .filter(isUnseen)
    .filter(({ source, state }) => state !== 'denied' || !notGranted.includes(source));
  const needs = findNeededSources(input.revision);
  const isDue = ({ source }: Coverage): boolean => {
    const seen = blind[source];
    return oneShot || (seen !== undefined && (seen.cycles >= 2 || now - seen.since >= blindAfter));
  };
  const tell = (some: readonly Coverage[]): Trouble[] =>
    some.length <= several
      ? some.map((one) => trouble([one], needs.has(one.source), isDue(one), input))
      : [
          trouble(
            some,
            some.some(({ source }) => needs.has(source)),
            some.some(isDue),
            input,
          ),
        ];
  // What nothing needs must not make an outage of the API of what somebody was not granted.
  const needed = sources.filter(({ source }) => needs.has(source));
  if (needed.length > several) return tell(sources);
  return [...tell(needed), ...tell(sources.filter(({ source }) => !needs.has(source)))];
}

function trouble(sources: readonly Coverage[], isNeeded: boolean, isReady: boolean, input: Input): Trouble {
  const { blind, now, standings } = input;
  const since = Math.min(...sources.map(({ source }) => blind[source]?.since ?? now));
  const first = sources[0];
  const name = sources.length > 1 || !first ? 'kubernetes-api' : first.source;
  const unknown = standings.filter(({ states }) => states.unknown !== undefined);
  const says = `${listWords(sources.map(({ source }) => source))} cannot be seen: ${oneLine(first?.reason ?? first?.state ?? 'no answer', 160)}`;
  const verdict = isNeeded
    ? severityOf(unknown, input, since, says)
    : ({ severity: 'SEV-4', because: `${says} (SEV-4: findings are poorer, no service is unknown)` } as const);
  return {
    ...verdict,
    root: { kind: 'Source', name },
    check: 'blind',
    family: 'blind',
    since,
    services: isNeeded ? unknown.flatMap(({ service }) => service ?? []) : [],
    findings: [],
    victims: sources.length > 1 ? sources.map(({ source }) => ({ kind: 'Source', name: source })) : [],
    changes: [],
    candidates: [],
    says,
    next:
      first?.state === 'denied'
        ? `kubectl auth can-i list ${first.source} --all-namespaces`
        : "kubectl get --raw '/readyz?verbose'",
    evidence: sources.map(({ source, state, reason }, index) => ({
      id: `e${index + 1}`,
      text: oneLine(`${source}: ${reason ?? state}`, 300),
    })),
    reads: [],
    isReady,
    isWell: false,
  };
}

/** As the criteria say about unknown services, else SEV-2 for an unknown P0 or P1; a blind monitor is never only a line in a digest. */
function severityOf(
  unknown: readonly Standing[],
  { revision, standings, now }: Input,
  since: Millis,
  says: string,
): Verdict {
  const verdicts = unknown.map((one): Verdict => {
    const verdict = findVerdict(revision.severityRules, one, standings, now);
    const isVital = one.priority === 'P0' || one.priority === 'P1';
    const severity = isVital ? 'SEV-2' : 'SEV-3';
    return (
      verdict ?? {
        severity,
        because: `${one.name} unknown for ${formatDuration(now - since)} (${severity}: default for ${one.priority} unknown): ${says}`,
      }
    );
  });
  return (
    worstOf(verdicts) ?? {
      severity: 'SEV-3',
      because: `${says} for ${formatDuration(now - since)} (SEV-3: default for a source that is not seen)`,
    }
  );
}
