import type { Millis } from '../../lib/clock.ts';
import { describeChange } from '../meaning/describe-change.ts';
import { isError } from '../problems.ts';
import type { Problem } from '../revision.ts';
import { attempt } from './attempt.ts';
import { isPassing } from './decide.ts';
import { rememberDecided } from './decided.ts';
import { watchFlapping } from './flapping.ts';
import { findSurvivor, loadSaved, type Ready } from './go-back.ts';
import { findAuthor, findChangedHalves, halfOfProblem, mixHalves } from './halves.ts';
import { judgeOffer } from './judge-offer.ts';
import type {
  Candidate,
  Decision,
  Failure,
  InForce,
  Keeper,
  KeeperOptions,
  News,
  Offer,
  Pin,
  Refusal,
} from './keeper.ts';
import { findSplitPair, pairProblem, pairWait, watchPair } from './pair.ts';
import { keepPin } from './pin.ts';
import { mostFailures, watchProbation } from './probation.ts';
import { faultsOf, retryAfter, watchRefusal } from './refusal.ts';
import { settleOffers } from './settle.ts';
import { takeTurns } from './turns.ts';

/** An offer on its way to a decision. `waited`: for what it has waited to the end of its time, whatever a clock that was set back says. */
type Considered = { offer: Offer; since: Millis; tries: number; waited?: Candidate['waits'] };

/**
 * Keeps one revision in force. A candidate replaces it only when it compiled without an error: everything that can
 * fail happens before the one assignment. What changes nothing is no reload; what was refused is not tried again.
 */
export function keepRevision(options: KeeperOptions): Keeper {
  const { clock, compile, kept } = options;
  let inForce = options.initial;
  let previous: InForce | undefined;
  /** What was refused last. */
  let refusedFiles: Offer['files'] = [];
  /** The one candidate that waits, and what takes it back. */
  let later: { candidate: Candidate; cancel: () => void } | undefined;
  let stopped = false;
  let idle: (() => void)[] = [];

  const tell = (news: News): void => {
    attempt(() => options.onNews(news));
  };
  const pin = keepPin(kept);
  const decided = rememberDecided();
  const refusals = watchRefusal(clock, (refusal) => tell({ type: 'refused-for-long', refusal }));
  const pairs = watchPair(clock, pairWait);
  const flapping = watchFlapping();
  const probation = watchProbation();
  const turns = takeTurns(() => rest());
  const settle = settleOffers({
    clock,
    quiet: options.settle ?? 150,
    longest: options.longest ?? 1000,
    onSettled: (offer, since) => void turns.take(() => consider({ offer, since, tries: 0 })),
  });

  const isIdle = (): boolean => turns.count() === 0 && !settle.waiting();
  const rest = (): void => {
    if (!isIdle()) return;
    for (const wake of idle) wake();
    idle = [];
  };

  // From an offer to its decision.

  const consider = async (one: Considered): Promise<Decision> => {
    later?.cancel();
    later = undefined;
    if (stopped) return { is: 'stopped' };
    const known = decided.find(one.offer);
    if (known) return repeat(known, one.offer);
    const decision = waitFirst(one) ?? (await decide(one));
    decided.remember(one.offer, decision);
    return decision;
  };

  /** What was decided before holds: nothing is compiled again. */
  const repeat = (known: Decision, offer: Offer): Decision => {
    if (known.is === 'refused') refuse({ ...known.refusal, at: clock.now() }, offer);
    else {
      endRefusal();
      if (known.is === 'same') takeFacts(offer);
    }
    return known;
  };

  /** Half a pair waits for the other one, and what comes too often waits for calm. */
  const waitFirst = (one: Considered): Decision | undefined => {
    const now = clock.now();
    const split = findSplitPair(one.offer.halves);
    const wait = pairs.look(split);
    if (split && wait && now < wait.until && one.waited !== 'pair') {
      if (wait.isNew) tell({ type: 'waiting-for-pair', pair: split, until: wait.until });
      return putOff(one, { waits: 'pair', since: wait.since, until: wait.until, pair: split });
    }
    const held = flapping.held(now);
    if (!held || one.waited === 'flapping') return undefined;
    if (held.isNew) tell({ type: 'flapping', until: held.until, authors: held.authors });
    return putOff(one, { waits: 'flapping', since: one.since, until: held.until });
  };

  const putOff = (one: Considered, candidate: Candidate): Decision => {
    const due = { ...one, waited: candidate.waits };
    const cancel = clock.wakeAt(candidate.until, () => void turns.take(() => consider(due)));
    later = { candidate, cancel };
    return { is: 'waiting', candidate };
  };

  const judge = (offer: Offer): ReturnType<typeof judgeOffer> =>
    judgeOffer(offer, options, () => ({ inForce, pin: pin.now() }));

  const decide = async (one: Considered): Promise<Decision> => {
    const split = findSplitPair(one.offer.halves);
    const offer = split ? { ...one.offer, problems: [pairProblem(split), ...one.offer.problems] } : one.offer;
    const { revision, judged } = await judge(offer);
    if (stopped) return { is: 'stopped' };
    const { id } = revision;
    if (judged.is === 'refused') {
      const { from, halves } = offer;
      await commitGoodHalf(one, judged.problems);
      if (stopped) return { is: 'stopped' };
      const refusal = refuse({ id, problems: judged.problems, from, at: clock.now(), halves, revision }, offer);
      // What comes meanwhile takes the place of another try.
      if (isPassing(refusal.problems) && !settle.waiting()) {
        const until = clock.now() + retryAfter(one.tries);
        putOff({ ...one, tries: one.tries + 1 }, { waits: 'retry', since: one.since, until });
      }
      return { is: 'refused', refusal };
    }
    if (judged.is === 'accepted') {
      commit({ ...offer, revision, problems: judged.problems }, one.since);
    }
    endRefusal();
    if (judged.is === 'same') {
      takeFacts(offer);
      if (pin.now()?.revision === id) endPin();
    }
    return { is: judged.is, id };
  };

  /** Where all errors stand in one half, the edit of the other is checked against the half in force: one team's slip does not hold up another's edit. */
  const commitGoodHalf = async ({ offer, since }: Considered, problems: readonly Problem[]): Promise<void> => {
    // The default is nobody's half, and under a rollback the other half is what was left.
    const isWhole = inForce.kind === 'default' || pin.now() !== undefined;
    const mixed = isWhole ? undefined : mixHalves(offer, inForce, problems.filter(isError));
    if (!mixed) return;
    const { revision, judged } = await judge(mixed);
    if (!stopped && judged.is === 'accepted') commit({ ...mixed, revision, problems: judged.problems }, since);
  };

  // What a decision changes.

  const commit = (next: Ready, offeredAt: Millis, by?: Pin): void => {
    const before = inForce;
    const changed = findChangedHalves(before.files, next.files);
    const describe = (): string[] => describeChange(before.revision, next.revision);
    const says = before.kind === 'default' ? [] : (attempt(describe) ?? []);
    const author = findAuthor(next.halves, changed);
    const revision = { ...next.revision, problems: next.problems };
    const now: InForce = { ...next, revision, at: clock.now(), ...(author !== undefined && { author }) };
    // The one assignment: from here on nothing may fail.
    inForce = now;
    previous = before;
    decided.clear();
    probation.begins();
    flapping.note({ at: now.at, content: revision.id, ...(author !== undefined && { author }) });
    if (!by) endPin();
    if (by?.by === 'probation') tell({ type: 'rolled-back', now, before, pin: by });
    else tell({ type: 'accepted', now, before, changed, says, offeredAt, ...(by && { pin: by }) });
  };

  /** The same content from elsewhere: nothing changes but where it came from. */
  const takeFacts = ({ files, from, kind, halves }: Offer): void => {
    inForce = { ...inForce, files, from, kind, halves };
  };

  /** Whose lines are wrong has the answer, where only the other half was edited and the faults stay. */
  const isAnsweredAlready = (next: Refusal, offer: Offer): boolean => {
    const known = refusals.now();
    if (!known || faultsOf(known) !== faultsOf(next)) return false;
    const edited = findChangedHalves(refusedFiles, offer.files);
    return !next.problems.filter(isError).some((problem) => edited.includes(halfOfProblem(problem, offer.files)));
  };

  const refuse = (next: Refusal, offer: Offer): Refusal => {
    const isAnswered = isAnsweredAlready(next, offer);
    const isNews = refusals.set(next);
    const refusal = refusals.now() ?? next;
    refusedFiles = offer.files;
    if (isNews && !isAnswered)
      tell({ type: 'refused', refusal, changed: findChangedHalves(inForce.files, offer.files) });
    return refusal;
  };

  const endRefusal = (): void => {
    const refusal = refusals.clear();
    if (refusal) tell({ type: 'refusal-over', refusal });
  };

  // Going back.

  const setPin = (next: Pin): void => {
    pin.set(next);
    decided.clear();
  };

  const endPin = (): void => {
    const over = pin.end();
    decided.clear();
    if (over) tell({ type: 'pin-over', pin: over });
  };

  const readPin = async (): Promise<void> => {
    const change = stopped ? undefined : pin.readChange();
    if (!change) return;
    if (!change.pin) return endPin();
    const wanted = change.pin;
    if (wanted.revision === inForce.revision.id) {
      setPin(wanted);
      tell({ type: 'pinned', pin: wanted });
      return;
    }
    const back = await loadSaved(
      attempt(() => kept?.find(wanted.revision)),
      compile,
    );
    if (stopped) return;
    if (typeof back === 'string') {
      setPin(wanted);
      pin.end();
      tell({ type: 'cannot-roll-back', pin: wanted, why: back });
      return;
    }
    setPin(wanted);
    commit(back, clock.now(), wanted);
  };

  const cycleFailed = async ({ revision, why, completes }: Failure): Promise<void> => {
    if (stopped || revision !== inForce.revision.id || probation.failed(revision) < mostFailures) return;
    // The record or this program may be what fails; only what an earlier revision survives is this one's fault.
    if (await completes(inForce.revision)) return;
    const back = await findSurvivor(revision, { previous, kept, compile, completes });
    // An edit that came meanwhile is judged by its own cycles.
    if (stopped || !back || revision !== inForce.revision.id) return;
    const by: Pin = { revision: back.revision.id, instead: revision, at: clock.now(), why, by: 'probation' };
    if (pin.now()?.instead === by.revision) endPin();
    else setPin(by);
    commit({ ...back, kind: 'saved' }, clock.now(), by);
  };

  return {
    active: () => inForce.revision,
    inForce: () => inForce,
    previous: () => previous,
    offer(offer) {
      if (!stopped) settle.put(offer);
    },
    offerNow: (offer) =>
      turns.take(() => {
        decided.forget(offer);
        return consider({ offer, since: clock.now(), tries: 0 });
      }),
    refusal: refusals.now,
    candidate() {
      const settling = settle.waiting();
      return settling ? { waits: 'settling', ...settling } : later?.candidate;
    },
    pin: pin.now,
    acceptedAt: () => inForce.at,
    readPin: () => turns.take(readPin),
    cycleCompleted: probation.completed,
    onProbation: probation.isOn,
    cycleFailed: (failure) => turns.take(() => cycleFailed(failure)),
    settled: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    stop() {
      stopped = true;
      settle.drop();
      later?.cancel();
      later = undefined;
      refusals.stop();
      rest();
    },
  };
}
