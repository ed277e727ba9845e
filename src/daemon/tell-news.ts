import { halfOfProblem } from '../config/keep/halves.ts';
import type { HalfName, InForce, Keeper, News, NewsOf, Offer, Refusal } from '../config/keep.ts';
import { sayChange } from '../config/meaning/say-change.ts';
import { isError } from '../config/problems.ts';
import { halfNames } from '../config/source/halves.ts';
import type { Metrics } from '../dashboard/metrics.ts';
import { type Millis, second } from '../lib/clock.ts';
import { formatMoment } from '../lib/duration.ts';
import type { Log } from '../lib/log.ts';
import { listWords, oneLine } from '../lib/text.ts';
import type { MonitorRecord } from '../record/open-record.ts';
import { saveRevision, saveSentBack } from '../record/revisions.ts';
import type { Answer } from './answer-author.ts';
import { firstFault, listFaults, sayRefusal, sayRefused, tellLoaded } from './tell-configuration.ts';
import type { TellPeople } from './tell-people.ts';

export type NewsTools = {
  log: Log;
  metrics: Metrics;
  record: MonitorRecord;
  answer: Answer;
  people: TellPeople;
  keeper: () => Keeper;
  /** Refusals that people were told of, until they are over. */
  toldRefusals: Set<string>;
};

type Teller<Type extends News['type']> = (news: NewsOf<Type>, tools: NewsTools) => void;

/** What is done about each kind of news of the configuration: the log, an Event for its author, the metrics, the record, and people. */
const tellers: { [Type in News['type']]: Teller<Type> } = {
  accepted(news, tools) {
    const { now, before, says, pin } = news;
    const { log, metrics, answer } = tools;
    const { id } = now.revision;
    keep(now, saysInHistory(news), tools);
    const change = before.kind === 'default' ? 'there was none before' : sayChange(says);
    const facts = { revision: id, before: before.revision.id, source: now.from, author: now.author, changes: says };
    log.info(facts, `config_generation_committed: revision ${id}${by(now)}: ${change}`);
    tellLoaded(log, now.revision, now.from);
    metrics.configReloads.inc({ result: pin ? 'rolled-back' : 'accepted', reason: pin?.by ?? '' });
    if (!pin) observeLatency(news, metrics);
    const about = news.changed.length > 0 ? news.changed : halfNames;
    if (pin) {
      const back = `revision ${id} is in force again instead of ${before.revision.id} until the content changes (${oneLine(pin.why, 200)}): ${change}`;
      answer({ reason: 'RolledBack', says: back, about: halfNames, halves: {} });
    } else
      answer({ reason: 'ConfigAccepted', says: `revision ${id} is in force: ${change}`, about, halves: now.halves });
  },
  refused({ refusal, changed }, { log, metrics, answer, keeper }) {
    const active = keeper().active();
    const says = sayRefusal(refusal, active);
    const first = firstFault(refusal);
    log.error(
      { refused: refusal.id, revision: active.id, source: refusal.from, problems: listFaults(refusal) },
      `config_generation_rejected: ${says}`,
    );
    metrics.configReloads.inc({ result: 'refused', reason: first?.code ?? '' });
    answer({ reason: 'ConfigRejected', says, about: halvesOf(refusal, changed), halves: refusal.halves });
  },
  'refused-for-long': ({ refusal }, tools) => tellRefusal(refusal, tools),
  'refusal-over'({ refusal }, { log, people, keeper, toldRefusals }) {
    const { id } = keeper().active();
    log.info({ refused: refusal.id, revision: id }, `the refusal of ${refusal.id} is over: revision ${id} is in force`);
    if (toldRefusals.size === 0) return;
    toldRefusals.clear();
    people.tell({
      code: `config-refused-over-${refusal.id}`,
      at: editOf(refusal.halves),
      severity: 'SEV-3',
      title: 'k8s-monitor: the configuration is accepted again',
      says: `The refused configuration ${refusal.id} is gone. Revision ${id} is in force.`,
    });
  },
  'waiting-for-pair'({ pair, until }, { log, answer, keeper }) {
    const says = `waiting for the other half: the orchestrator is of bundle "${oneLine(pair.orchestrator, 60)}", the agents are of "${oneLine(pair.agents, 60)}". Until then revision ${keeper().active().id} stays in force; refused at ${formatMoment(until, 'UTC')}.`;
    log.warn({ pair, revision: keeper().active().id }, says);
    answer({ reason: 'WaitingForPair', says, about: halfNames, halves: {} });
  },
  flapping({ until, authors }, { log, answer, people }) {
    const who = authors.length > 0 ? ` by ${listWords(authors.map((author) => oneLine(author, 60)))}` : '';
    const says = `the configuration went to and fro more than 6 times within 5 minutes${who}. The next change is held until ${formatMoment(until, 'UTC')}, then the last one counts.`;
    log.warn({ authors }, says);
    answer({ reason: 'Flapping', says, about: halfNames, halves: {} });
    people.tell({
      code: 'config-flapping',
      at: until,
      severity: 'SEV-3',
      title: 'k8s-monitor: the configuration keeps changing',
      says: `${says} Two writers may be undoing each other's edits.`,
    });
  },
  'rolled-back'({ now, before, pin }, tools) {
    const { log, metrics, answer, people, record } = tools;
    const says = `revision ${before.revision.id}${by(before)} makes cycles fail (${oneLine(pin.why, 300)}) and revision ${now.revision.id} does not: back to ${now.revision.id} until the content changes.`;
    keep(now, [`went back to it by itself: ${pin.why}`], tools);
    guarded(log, () => saveSentBack(record, { id: pin.instead, at: now.at, why: pin.why }));
    log.error({ revision: now.revision.id, sentBack: before.revision.id, error: pin.why }, says);
    metrics.configReloads.inc({ result: 'rolled-back', reason: 'probation' });
    answer({ reason: 'RolledBack', says, about: halfNames, halves: before.halves });
    people.tell({
      code: `config-sent-back-${before.revision.id}`,
      at: now.at,
      severity: 'SEV-2',
      title: 'k8s-monitor went back to the previous configuration',
      says: `${says} This is a fault of the monitor: please report it with the configuration.`,
    });
  },
  pinned: ({ pin }, { log }) =>
    log.warn({ pin }, `revision ${pin.revision} stays until the content changes: ${pin.why}`),
  'pin-over': ({ pin }, { log }) =>
    log.info({ pin }, `the rollback to ${pin.revision} is over: the source is followed again`),
  'cannot-roll-back': ({ pin, why }, { log }) => log.error({ pin }, `no rollback to revision ${pin.revision}: ${why}`),
};

/** Tells one piece of news everywhere it belongs. Never throws: what cannot be told is logged. */
export function tellNews(news: News, tools: NewsTools): void {
  guarded(tools.log, () => tellOne(news, tools));
}

function tellOne<Type extends News['type']>(news: NewsOf<Type> & { type: Type }, tools: NewsTools): void {
  const teller: Teller<Type> = tellers[news.type];
  teller(news, tools);
}

/** A start without good content of the source: said loudly, and to people at once. */
export function tellPoorStart(refusal: Refusal, tools: NewsTools): void {
  const { kind, revision, at, from } = tools.keeper().inForce();
  const says =
    kind === 'default'
      ? 'the built-in default keeps watch: it knows none of your services'
      : `the last good revision ${revision.id} of ${formatMoment(at, revision.cluster.timezone)} (${oneLine(from, 100)}) keeps watch`;
  tools.log.error({ refused: refusal.id, revision: revision.id }, says);
  tellRefusal(refusal, tools, says);
}

function tellRefusal(refusal: Refusal, { people, keeper, toldRefusals }: NewsTools, start?: string): void {
  if (toldRefusals.has(refusal.id)) return;
  toldRefusals.add(refusal.id);
  people.tell({
    code: `config-refused-${refusal.id}`,
    at: editOf(refusal.halves),
    severity: start === undefined ? 'SEV-3' : 'SEV-2',
    title:
      start === undefined ? 'k8s-monitor refuses the configuration' : 'k8s-monitor started without its configuration',
    says: `${start === undefined ? '' : `${start}: `}${sayRefused(refusal, keeper().active())}`,
    list: listFaults(refusal),
    // Nobody knows a channel yet but the Markdown that is refused.
    otherwise: refusal.revision?.escalation.flatMap(({ channels }) => channels) ?? [],
  });
}

/** Keeps what was put in force; a restart begins with it. */
function keep({ revision, at, from, author, files }: InForce, says: string[], { log, record }: NewsTools): void {
  const saved = { id: revision.id, at, from, files, says, ...(author !== undefined && { author }) };
  guarded(log, () => saveRevision(record, saved));
}

function guarded(log: Log, work: () => void): void {
  try {
    work();
  } catch (error) {
    log.error(
      { error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      'the configuration is in force as decided, but not everything about it could be kept or told',
    );
  }
}

/** The line of `config history`: whose edit a rollback goes back to says nothing of who went back. */
function saysInHistory({ before, says, pin }: NewsOf<'accepted'>): string[] {
  if (before.kind === 'default') return ['the first one: there was none before'];
  return pin ? [`rollback: ${pin.why}`, ...says] : says;
}

const by = ({ author }: InForce): string => (author === undefined ? '' : ` by ${oneLine(author, 60)}`);

/** When the newest edit was made; 0 where nothing dates it. Tells an edit from the next one with the same content, also over a restart. */
const editOf = (halves: Offer['halves']): Millis =>
  Math.max(0, ...halfNames.flatMap((half) => halves[half]?.changedAt ?? []));

/** Whom a refusal concerns: who edited, and whose lines are wrong. */
function halvesOf({ problems }: Refusal, changed: readonly HalfName[]): HalfName[] {
  const wrong = problems.filter(isError).map((problem) => halfOfProblem(problem, []));
  const all = new Set([...changed, ...wrong]);
  return halfNames.filter((half) => all.has(half));
}

function observeLatency({ now, changed, offeredAt }: NewsOf<'accepted'>, metrics: Metrics): void {
  metrics.configLatency.observe({ from: 'arrival' }, Math.max(0, now.at - offeredAt) / second);
  const edited = Math.max(0, ...changed.flatMap((half) => now.halves[half]?.changedAt ?? []));
  // What was edited long before it was seen (at a start) tells nothing of reloading.
  if (edited > 0 && now.at - edited < 600 * second)
    metrics.configLatency.observe({ from: 'edit' }, Math.max(0, now.at - edited) / second);
}
