import type { Revision, Severity } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { hashOf } from '../lib/hash.ts';
import { oneLine } from '../lib/text.ts';
import { type ChannelTable, defaultChannel, resolveChannel } from './channels.ts';
import type { Delivery } from './delivery.ts';
import { keyOf } from './make-delivery.ts';
import { deadlineOf } from './retry.ts';

/** Something wrong with the monitor itself, in a sentence; `at` sets it apart from the next of its kind. */
export type Trouble = {
  code: string;
  says: string;
  /** One line each below it; what does not fit on a screen is counted. */
  list?: readonly string[];
  at: Millis;
  /** SEV-1 without it: then it goes where SEV-1 goes. Others go to the team's default channel. */
  severity?: Severity;
  title?: string;
  /** Channels that a configuration names which is not in force: better than nobody, where nothing else is set up. */
  otherwise?: readonly string[];
};

/**
 * Messages about the monitor's own trouble (a record that cannot be kept, a configuration that is refused), at once: a monitor that
 * may forget is worse than what it watches. Put in the outbox again and again they are sent once.
 */
export function planTrouble(
  troubles: readonly Trouble[],
  { revision, channels, now, cycle }: { revision: Revision; channels: ChannelTable; now: Millis; cycle: string },
): Delivery[] {
  const policy = revision.escalation.find(({ severity }) => severity === 'SEV-1');
  return troubles.flatMap((trouble) => {
    const { code, says, at, severity = 'SEV-1' } = trouble;
    const title = trouble.title ?? 'k8s-monitor is in trouble';
    return findPlaces(trouble, policy?.channels ?? [], channels).map(
      (channel): Delivery => ({
        key: keyOf('monitor', 'trouble', `${code}-${at}`, channel),
        kind: 'trouble',
        channel,
        severity,
        because: 'the monitor itself is in trouble',
        title: `${severity} ${oneLine(title, 200)}`,
        text: `${oneLine(says, 1000)}\n${sayList(trouble.list)}Revision ${revision.id} | cycle ${cycle}`,
        ...(policy?.mention && severity === 'SEV-1' ? { mention: policy.mention } : {}),
        revision: revision.id,
        cycle,
        evidenceHash: hashOf([code, says, ...(trouble.list ?? [])]),
        plannedAt: now,
        notBefore: now,
        deadline: deadlineOf(severity, now),
      }),
    );
  });
}

/** So many lines are read on a phone; the rest is in the log and in `config status`. */
const mostListed = 20;

function sayList(list: readonly string[] = []): string {
  const more = list.length - mostListed;
  const lines = list.slice(0, mostListed).map((line) => `- ${oneLine(line, 300)}\n`);
  return `${lines.join('')}${more > 0 ? `and ${more} more: \`k8s-monitor config status\`\n` : ''}`;
}

/** The first of these that is set up: for SEV-1 its own channels, else the fallback channel, the channels of SEV-1, those of another configuration. */
function findPlaces(
  { severity = 'SEV-1', otherwise = [] }: Trouble,
  gravest: readonly string[],
  table: ChannelTable,
): string[] {
  const usual = defaultChannel(table);
  const setUp = (names: readonly string[]): string[] => [
    ...new Set(names.map((name) => resolveChannel(name, table)).flatMap((one) => (one.instead ? [] : one.channel))),
  ];
  if (severity === 'SEV-1' && gravest.length > 0)
    return [...new Set(gravest.map((name) => resolveChannel(name, table).channel))];
  if (usual !== 'console') return [usual];
  return [setUp(gravest), setUp(otherwise)].find((places) => places.some((place) => place !== 'console')) ?? [usual];
}
