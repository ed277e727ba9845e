import type { CycleRecord } from '../../record/cycle-record.ts';
import type { RecordedCycles } from '../../record/recorded-cycles.ts';
import type { Suppressed } from '../../triage/incident.ts';
import type { Recorded } from './judge-recorded.ts';
import type { Told } from './plan-document.ts';

/** A moment of a trouble: told then, with which severity, or kept silent. */
export type Moment = { cycle: CycleRecord; severity?: Told['severity'] };

/** A trouble of the record with the cycles in which it stood, the oldest first. */
export type Trouble = { recorded: Recorded; title: string; moments: Moment[]; messages: ReadonlyMap<string, number> };

/** What the record holds that could be told or kept silent by another configuration. */
export const findTroubles = (recorded: RecordedCycles): Trouble[] =>
  joinAlike(toldTroubles(recorded), silentTroubles(recorded));

/** What people were told of. */
function toldTroubles({ incidents, cycles }: RecordedCycles): Trouble[] {
  return incidents.map(({ incident, messages, severityAt }) => {
    const { subject, services, findings, since, says } = incident;
    const [from, to] = [incident.toldAt ?? incident.settlesAt, incident.endedAt ?? Number.POSITIVE_INFINITY];
    return {
      recorded: { subject, services, findings, since, incident },
      title: says,
      moments: cycles
        .filter(({ at }) => at >= from && at <= to)
        .map((cycle) => ({ cycle, severity: severityAt(cycle.at) })),
      messages,
    };
  });
}

/** What was silent and then told is one trouble. */
function joinAlike(told: readonly Trouble[], silent: readonly Trouble[]): Trouble[] {
  const joined = [...told];
  for (const trouble of silent) {
    const index = joined.findIndex(({ recorded }) =>
      recorded.findings.some((id) => trouble.recorded.findings.includes(id)),
    );
    const same = joined[index];
    if (!same) joined.push(trouble);
    else {
      const moments = [...same.moments, ...trouble.moments].sort((a, b) => a.cycle.at - b.cycle.at);
      joined[index] = { ...same, moments };
    }
  }
  return joined;
}

/** What known issues and ignores kept from people; a mute is no matter of the configuration. */
function silentTroubles({ cycles }: RecordedCycles): Trouble[] {
  const troubles = new Map<string, Trouble>();
  for (const cycle of cycles) {
    for (const suppressed of cycle.suppressed) {
      if (suppressed.by.kind === 'mute') continue;
      const key = JSON.stringify([suppressed.by, suppressed.findings]);
      const known = troubles.get(key);
      if (known) known.moments.push({ cycle });
      else troubles.set(key, toSilent(suppressed, cycle));
    }
  }
  return [...troubles.values()];
}

function toSilent({ subject, services, findings, says }: Suppressed, cycle: CycleRecord): Trouble {
  const standing = (cycle.unwell ?? []).filter(({ name }) => services.includes(name)).map(({ since }) => since);
  return {
    recorded: { subject, services, findings, since: Math.min(cycle.at, ...standing) },
    title: says.replace(/^(?:expected by "[^"]*"|ignored \([^)]*\)): /, ''),
    moments: [{ cycle }],
    messages: new Map(),
  };
}
