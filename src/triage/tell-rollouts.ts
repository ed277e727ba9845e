import type { Change, ChangeDetail } from '../changes/change.ts';
import { refKey, refName } from '../cluster/world.ts';
import { type Millis, minute } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { Incident, IncidentEvent, WatchedRollout } from './incident.ts';
import { isActive } from './incident-times.ts';

/** Conditions of pods and objects are written by different clocks. */
const slack = 2 * minute;

type Lived = { incidents: Incident[]; events: IncidentEvent[] };

/** Writes verdicts into the incidents they belong to: what changed, what happened, and the revert after which it became well. */
export function tellRollouts(
  { watched, verdicts }: { watched: Readonly<Record<string, WatchedRollout>>; verdicts: readonly WatchedRollout[] },
  { incidents, events }: Lived,
  now: Millis,
): Lived {
  const all = Object.values(watched);
  if (all.length === 0) return { incidents, events };
  const marked = incidents.map((incident) => (incident.state === 'absorbed' ? incident : mark(incident, watched, all)));
  const after = new Map(marked.map(({ id, recoveredAfter }) => [id, recoveredAfter]));
  const told = marked
    .filter(isActive)
    .flatMap((incident) =>
      verdicts
        .filter((one) => concerns(one, incident))
        .map((one): IncidentEvent => ({ type: 'rollout', incident: incident.id, at: now, says: sayVerdict(one) })),
    );
  const named = events.map((event) => {
    const why = event.type === 'recovering' || event.type === 'resolved' ? after.get(event.incident) : undefined;
    return why ? { ...event, says: `${event.says}; recovered after ${why}` } : event;
  });
  return { incidents: marked, events: [...named, ...told] };
}

function mark(
  incident: Incident,
  watched: Readonly<Record<string, WatchedRollout>>,
  all: readonly WatchedRollout[],
): Incident {
  const { recoveredAfter: before, ...rest } = incident;
  const why = incident.state === 'recovering' ? revertOf(incident, all) : before;
  const isOver = incident.state === 'recovering' || incident.state === 'resolved';
  const changes = incident.changes.map((change) => {
    const one = watched[change.id];
    const verdict = one && verdictWords(one, isOver ? why : undefined);
    return verdict ? { ...change, verdict } : change;
  });
  return { ...rest, changes, ...(isOver && why !== undefined && { recoveredAfter: why }) };
}

/** The last revert of what may have caused it, made while it lasted. */
function revertOf(incident: Incident, all: readonly WatchedRollout[]): string | undefined {
  const end = incident.recoveringSince ?? incident.since;
  return all
    .filter((one) => concerns(one, incident) && one.change.at <= incident.since + slack)
    .flatMap(({ reverted }) => reverted ?? [])
    .filter(({ at }) => at >= incident.since - slack && at <= end + slack)
    .sort((a, b) => b.at - a.at)[0]?.says;
}

const concerns = ({ change }: WatchedRollout, { subject, changes }: Incident): boolean =>
  refKey(change.subject) === refKey(subject) || changes.some(({ id }) => id === change.id);

function verdictWords({ verdict, reverted }: WatchedRollout, recoveredAfter: string | undefined): string | undefined {
  const confirmed = reverted && reverted.says === recoveredAfter ? ', and it recovered' : '';
  const judged = verdict?.is ?? (reverted && 'reverted');
  return judged && `${judged}${reverted && judged !== 'reverted' ? ', then reverted' : ''}${confirmed}`;
}

/** A verdict in one line: `Deployment shop/web: rollout to revision 2 (image app: 1.4.1 -> 1.4.2) is worse after 30m: ...`. */
export function sayVerdict({ change, verdict, reverted, services }: WatchedRollout): string {
  if (!verdict) return change.says;
  const after = formatDuration(verdict.at - change.at);
  const who = `${services.join(', ')}: ${refName(change.subject)}`;
  if (verdict.is === 'reverted') return `${who}: ${verdict.because}, ${after} after it began`;
  const later = reverted ? `; ${reverted.says}` : '';
  const than = verdict.is === 'worse' ? ' than the one before' : '';
  return `${who}: revision ${change.revision ?? change.to} (${sayDetails(change)}) is ${verdict.is}${than} after ${after}: ${verdict.because}${later}`;
}

/** `revision 2 was reverted to revision 1 (image app: 1.4.2 -> 1.4.1)`; `home` is the change that left the revision it went back to. */
export function sayRevert(undone: Change, home: Change, revert: Change): string {
  const from = undone.revision ?? undone.to ?? 'it';
  return `revision ${from} was reverted to revision ${home.fromRevision ?? home.from} (${sayDetails(revert)})`;
}

const sayDetails = ({ details }: Change): string =>
  details.length > 0 ? details.slice(0, 3).map(sayDetail).join('; ') : 'restarted';

/** Of an image only the tags, where nothing else differs. */
function sayDetail({ what, container, from, to, says }: ChangeDetail): string {
  if (what !== 'image' || !container || !from || !to) return says;
  const [before, after] = [splitImage(from), splitImage(to)];
  const isSame = before.name === after.name && before.tag !== '' && after.tag !== '';
  return `image ${container}: ${isSame ? `${before.tag} -> ${after.tag}` : `${from} -> ${to}`}`;
}

/** A port of the registry is no tag. */
function splitImage(image: string): { name: string; tag: string } {
  const [, name = image, tag = ''] = /^(.+?)[:@]([^/]+)$/.exec(image) ?? [];
  return { name, tag };
}
