import type { Revision } from '../config/revision.ts';
import { day, type Millis } from '../lib/clock.ts';
import { formatMoment } from '../lib/duration.ts';
import { hashOf } from '../lib/hash.ts';
import { oneLine } from '../lib/text.ts';
import type { Memory, WatchedRollout } from '../triage/incident.ts';
import { sayEnded } from '../triage/mutes.ts';
import { sayVerdict } from '../triage/tell-rollouts.ts';
import { type ChannelTable, defaultChannel, resolveChannel } from './channels.ts';
import type { Delivery, Withheld } from './delivery.ts';
import { inOneLine } from './message-context.ts';
import type { PlanInput } from './plan-input.ts';
import { deadlineOf } from './retry.ts';
import { digestHour, firstDigestWithin } from './rules.ts';
import { type DigestContext, renderMessage, type TemplateFault } from './templates.ts';

export type { LastDay } from './plan-input.ts';

const longestList = 30;

/** The daily digest at 09:00 of the cluster: what was not urgent, kept silent or held. Nothing to say: no message. */
export function planDigest(
  input: PlanInput,
  withheld: readonly Withheld[],
): { deliveries: Delivery[]; nextAt: Millis; faults: TemplateFault[] } {
  const { revision, now, past } = input;
  const { today, next, date } = digestTimes(revision.cluster.timezone, now);
  const last = Math.max(...past.filter(({ kind }) => kind === 'digest').map(({ plannedAt }) => plannedAt));
  // Without an earlier digest only the hour itself is due: a monitor that starts at noon waits for the morning.
  const due = now >= today && (last > 0 ? last < today : now < today + firstDigestWithin);
  const digest = due ? collect(input, withheld, { date, since: last > 0 ? last : now - day }) : undefined;
  if (!digest) return { deliveries: [], nextAt: next, faults: [] };
  const because = `daily digest at 0${digestHour}:00 ${revision.cluster.timezone}`;
  const context = {
    cluster: {
      name: oneLine(revision.cluster.name ?? '', 100),
      environment: oneLine(revision.cluster.environment ?? '', 100),
      timezone: revision.cluster.timezone,
    },
    digest,
    because,
    revision: revision.id,
    cycle: input.cycle,
    now: formatMoment(now, revision.cluster.timezone),
  };
  const { title, text, faults } = renderMessage('digest', context, revision);
  const deliveries = digestChannels(revision, input.channels).map(
    (channel): Delivery => ({
      key: `digest/${date}/${channel}`,
      kind: 'digest',
      channel,
      because,
      title,
      text,
      revision: revision.id,
      cycle: input.cycle,
      evidenceHash: hashOf([text]),
      plannedAt: now,
      notBefore: now,
      deadline: deadlineOf(undefined, now),
    }),
  );
  return { deliveries, nextAt: next, faults };
}

function collect(
  input: PlanInput,
  withheld: readonly Withheld[],
  { date, since }: { date: string; since: Millis },
): DigestLists | undefined {
  const { judgement, past, now, lastDay } = input;
  const notUrgent = new Set(withheld.filter(({ kind }) => kind === 'digest').map(({ incident }) => incident));
  const open = judgement.incidents.filter(
    ({ id, state }) => notUrgent.has(id) && (state === 'open' || state === 'recovering'),
  );
  const judged = judgedSince(judgement.memory.rollouts ?? {}, since);
  const lists = {
    day: date,
    open: cut(open.map((incident) => inOneLine(incident, now))),
    ended: cut([
      ...(lastDay?.ended ?? []),
      ...judgement.memory.mutes.filter(({ until }) => until > since && until <= now).map(sayEnded),
    ]),
    suppressed: cut(
      lastDay?.suppressed ??
        judgement.suppressed.flatMap(({ by, says }) => (by.kind === 'ignore' ? [] : `${by.name}: ${says}`)),
    ),
    rollouts: cut(judged.map(sayVerdict)),
    held: cut(lastDay?.held ?? withheld.filter(({ kind }) => kind === 'held').map(({ because }) => because)),
    would_send: cut(
      input.observe
        ? past
            .filter((entry) => entry.observed && entry.plannedAt > now - day)
            .map(({ channel, title }) => `to ${channel}: ${title}`)
        : [],
    ),
  };
  const { day: _day, rollouts: _rollouts, ...all } = lists;
  // That rollouts went well is worth a line where something is told anyway, not a message.
  const empty = Object.values(all).every((list) => list.length === 0) && judged.every(wentWell);
  // Observing, silence would look like a monitor that is not there.
  return empty && !input.observe ? undefined : lists;
}

type DigestLists = DigestContext['digest'];

/** Every rollout judged since the last digest, what went wrong first. */
function judgedSince(rollouts: NonNullable<Memory['rollouts']>, since: Millis): WatchedRollout[] {
  return Object.values(rollouts)
    .filter(({ verdict }) => verdict !== undefined && verdict.at > since)
    .sort((a, b) => Number(wentWell(a)) - Number(wentWell(b)));
}

const wentWell = ({ verdict, reverted }: WatchedRollout): boolean => verdict?.is === 'healthy' && !reverted;

function cut(lines: readonly string[]): string[] {
  const each = [...new Set(lines.map((line) => oneLine(line, 300)))];
  return each.length <= longestList ? each : [...each.slice(0, longestList), `and ${each.length - longestList} more`];
}

/** Where the digest goes: the channels of SEV-4 or of a digest timing, else the least severe that has one, else the default. */
function digestChannels({ escalation }: Revision, table: ChannelTable): string[] {
  const bySeverity = [...escalation].sort((a, b) => b.severity.localeCompare(a.severity));
  const digests = bySeverity.filter(({ timing, channels }) => timing.when === 'digest' && channels.length > 0);
  const chosen = digests.length > 0 ? digests : bySeverity.filter(({ channels }) => channels.length > 0).slice(0, 1);
  const channels = chosen.flatMap((line) => line.channels.map((name) => resolveChannel(name, table).channel));
  return channels.length > 0 ? [...new Set(channels)] : [defaultChannel(table)];
}

/** Today's and the next digest time, and today's date, in the cluster's zone. */
export function digestTimes(zone: string, now: Millis): { today: Millis; next: Millis; date: string } {
  const date = Temporal.Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO(zone).toPlainDate();
  const at = (on: Temporal.PlainDate): Millis =>
    on.toZonedDateTime({ timeZone: zone, plainTime: { hour: digestHour } }).epochMilliseconds;
  const today = at(date);
  return { today, next: now < today ? today : at(date.add({ days: 1 })), date: date.toString() };
}
