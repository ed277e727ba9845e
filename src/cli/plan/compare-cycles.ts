import { refKey } from '../../cluster/world.ts';
import type { CycleResult } from '../../cycle.ts';
import type { Incident } from '../../triage/incident.ts';
import { isOver } from '../cycle-document.ts';
import type { IncidentChange, MessageChange, Told } from './plan-document.ts';
import { whyNotTold } from './why-not-told.ts';

/** What people would be told otherwise: two cycles over the same cluster, before and after an edit. */
export function compareCycles(
  before: CycleResult,
  after: CycleResult,
): { incidents: IncidentChange[]; messages: MessageChange[] } {
  const old = before.incidents.filter(({ state }) => !isOver(state));
  const left = new Set(after.incidents.filter(({ state }) => !isOver(state)));
  const pairs: { incident?: Incident; next?: Incident }[] = old.map((incident) => {
    const next = findSame(incident, [...left]);
    if (next) left.delete(next);
    return { incident, ...(next && { next }) };
  });
  pairs.push(...[...left].map((next) => ({ next })));
  const compared = pairs.map((pair) => compareOne(pair, before, after));
  return {
    incidents: compared.flatMap(({ change }) => (change ? [change] : [])),
    messages: compared.flatMap(({ messages }) => messages),
  };
}

/** The same trouble under another configuration: of the same root, or at least of a finding in common. */
function findSame(incident: Incident, others: readonly Incident[]): Incident | undefined {
  const isOfRoot = (other: Incident): boolean =>
    refKey(other.subject) === refKey(incident.subject) && other.family === incident.family;
  const shares = (other: Incident): boolean => other.findings.some((id) => incident.findings.includes(id));
  return others.find((other) => isOfRoot(other) && shares(other)) ?? others.find(isOfRoot) ?? others.find(shares);
}

function compareOne(
  { incident, next }: { incident?: Incident; next?: Incident },
  before: CycleResult,
  after: CycleResult,
): { change?: IncidentChange; messages: MessageChange[] } {
  const [was, is] = [incident && toldOf(incident, before), next && toldOf(next, after)];
  const shown = next ?? incident;
  if (!shown) return { messages: [] };
  const change = changeOf(was, is);
  const because =
    was && is
      ? `${sayTold(was)}; now ${sayTold(is)}`
      : incident
        ? whyNotTold(incident, after)
        : `until now: ${whyNotTold(shown, before)}`;
  const { kind, namespace, name } = shown.subject;
  return {
    messages: messagesOf({ title: shown.says, was, is }),
    ...(change && {
      change: {
        change,
        subject: { kind, ...(namespace !== undefined && { namespace }), name: name ?? '' },
        services: shown.services,
        says: shown.says,
        ...(was && { before: was }),
        ...(is && { after: is }),
        because,
      },
    }),
  };
}

/** What kind of change it is for people; undefined where they are told the same. */
export function changeOf(was: Told | undefined, is: Told | undefined): IncidentChange['change'] | undefined {
  if (!was || !is) return was ? 'vanishes' : is ? 'appears' : undefined;
  if (was.severity !== is.severity) return 'severity';
  return was.when === is.when && was.channels.join() === is.channels.join() ? undefined : 'channels';
}

/** Where and when an incident is told, as the plan of its cycle has it. */
function toldOf({ id, severity, because }: Incident, { deliveries, withheld }: CycleResult): Told {
  const sent = deliveries.filter(
    ({ incident, covers, kind }) => kind !== 'digest' && (incident === id || covers?.includes(id)),
  );
  if (sent.length > 0) return { severity, because, channels: unique(sent.map(({ channel }) => channel)), when: 'now' };
  const held = withheld.filter(({ incident }) => incident === id);
  const channels = unique(held.flatMap(({ channel }) => channel ?? []));
  const isOf = (...kinds: (typeof held)[number]['kind'][]): boolean => held.some(({ kind }) => kinds.includes(kind));
  const when = isOf('held', 'settling') ? 'later' : isOf('digest') ? 'digest' : 'nowhere';
  return { severity, because, channels, when };
}

const unique = (words: readonly string[]): string[] => [...new Set(words)].sort();

export const sayTold = ({ severity, because, channels, when }: Told): string =>
  `${severity} ${wordsOf[when](channels)}: ${because}`;

const wordsOf: Record<Told['when'], (channels: readonly string[]) => string> = {
  now: (channels) => `to ${channels.join(', ')}`,
  later: (channels) => `to ${channels.join(', ')} as its Timing says`,
  digest: () => 'in the digest',
  nowhere: () => 'told nowhere',
};

/** Message by message: what a channel would get that it did not, would be spared, or would read with another severity. */
export function messagesOf({
  title,
  was,
  is,
}: {
  title: string;
  was: Told | undefined;
  is: Told | undefined;
}): MessageChange[] {
  const placesOf = (told: Told | undefined): { channel: string; when: Told['when']; severity: Told['severity'] }[] =>
    !told || told.when === 'nowhere'
      ? []
      : told.when === 'digest'
        ? [{ channel: 'digest', when: 'digest', severity: told.severity }]
        : told.channels.map((channel) => ({ channel, when: told.when, severity: told.severity }));
  const [old, fresh] = [placesOf(was), placesOf(is)];
  const spared = old.filter(({ channel }) => !fresh.some((one) => one.channel === channel));
  const others = fresh.flatMap((one): MessageChange[] => {
    const same = old.find(({ channel }) => channel === one.channel);
    if (!same) return [{ change: 'sent', title, times: 1, ...one }];
    return same.severity === one.severity && same.when === one.when
      ? []
      : [{ change: 'changed', title, times: 1, ...one }];
  });
  return [...spared.map((one): MessageChange => ({ change: 'spared', title, times: 1, ...one })), ...others];
}
