import type { Position } from '../../config/revision.ts';
import type { CycleResult } from '../../cycle.ts';
import { toRfc3339 } from '../../lib/duration.ts';
import { listWords } from '../../lib/text.ts';
import type { Incident } from '../../triage/incident.ts';
import { isOver } from '../cycle-document.ts';

type Silence = { holds(finding: string, result: CycleResult): string | undefined };

const place = (at: Position | undefined): string => (at ? ` (${at.file}:${at.line})` : '');

/** Why a finding is no incident of its own under a configuration, the nearest reason first. */
const silences: readonly Silence[] = [
  {
    holds(id, { suppressed }) {
      const by = suppressed.find(({ findings }) => findings.includes(id))?.by;
      if (!by) return undefined;
      return by.kind === 'ignore'
        ? `${by.name}${place(by.at)}`
        : by.kind === 'mute'
          ? `it is muted (${by.name})`
          : `known issue "${by.name}" expects it${place(by.at)}`;
    },
  },
  {
    holds(id, { findings }) {
      const pending = findings.find((finding) => finding.id === id)?.pending;
      return pending && `it would not be told before ${toRfc3339(pending.until)}: ${pending.because}`;
    },
  },
  {
    holds(id, { incidents }) {
      const whole = incidents.find(({ state, findings }) => !isOver(state) && findings.includes(id));
      return whole && `it is part of "${whole.says}"`;
    },
  },
];

/** Why an incident that one configuration tells of is not told under the other, whose cycle this is. */
export function whyNotTold({ findings }: Pick<Incident, 'findings'>, other: CycleResult): string {
  const reasons = findings.flatMap((id) => {
    for (const { holds } of silences) {
      const reason = holds(id, other);
      if (reason !== undefined) return [reason];
    }
    const check = id.split('/')[0] ?? 'its check';
    if (check === 'custom' && !other.revision.customChecks.some(({ name }) => id.includes(name)))
      return ['there is no such custom check'];
    return other.findings.some((finding) => finding.id === id) ? [] : [`${check} finds nothing there`];
  });
  return reasons.length > 0 ? listWords([...new Set(reasons)]) : 'nothing is found there that counts';
}
