import type { Clock, Millis } from '../lib/clock.ts';
import { decideCandidate, isError, isPassing, type Judged } from './keep/decide.ts';
import { watchFlapping } from './keep/flapping.ts';
import { findAuthor, findChangedHalves, halfNames, keyOfOffer, mixHalves } from './keep/halves.ts';
import { findSplitPair, pairProblem, pairWait, type SplitPair, watchPair } from './keep/pair.ts';
import { mostFailures, watchProbation } from './keep/probation.ts';
import { retryAfter, watchRefusal } from './keep/refusal.ts';
import { settleOffers } from './keep/settle.ts';
import { describeChange } from './meaning/describe-change.ts';
import { findHarm } from './meaning/find-harm.ts';
import { problemOf } from './problems.ts';
import type { Problem, Revision, SourceFile } from './revision.ts';

/** Where configuration comes from: the API watch, mounted or given files, the saved copy, the built-in default. */
export type SourceKind = 'api' | 'files' | 'saved' | 'default';

/** The two ConfigMaps, or the two mounted directories. */
export type HalfName = 'orchestrator' | 'agents';

/** What a half says about itself: annotations on the API, comments in mounted files. `author` is the manager of its last change, `version` its resourceVersion. */
export type HalfFacts = { bundle?: string; confirm?: string; author?: string; changedAt?: Millis; version?: string };

/** What a source hands over: the files, what went wrong while reading them, and what each half says about itself. */
export type Offer = {
  files: SourceFile[];
  problems: Problem[];
  from: string;
  kind: SourceKind;
  halves: Partial<Record<HalfName, HalfFacts>>;
};

/** A revision in force, with where it came from. */
export type InForce = Offer & { revision: Revision; at: Millis; author?: string };

export type Refusal = {
  id: string;
  problems: Problem[];
  from: string;
  /** Since when this content is refused. */
  at: Millis;
  halves: Offer['halves'];
  /** What it would have been, as far as it could be read. */
  revision?: Revision;
};

/** A rollback in force: `revision` runs until the source's content is something other than `instead`. */
export type Pin = { revision: string; instead: string; at: Millis; why: string; by: 'operator' | 'probation' };

/** An accepted revision that was kept. */
export type Saved = { id: string; at: Millis; from: string; author?: string; files: SourceFile[] };

/** What is not decided yet: it settles, its other half is missing, changes come too fast, or it is tried again. */
export type Candidate = {
  waits: 'settling' | 'pair' | 'flapping' | 'retry';
  since: Millis;
  until: Millis;
  pair?: SplitPair;
};

/** What became of an offer. */
export type Decision =
  | { is: 'accepted' | 'same' | 'pinned'; id: string }
  | { is: 'refused'; refusal: Refusal }
  | { is: 'waiting'; candidate: Candidate }
  | { is: 'stopped' };

/** What the keeper tells; each once. */
export type News =
  | {
      type: 'accepted';
      now: InForce;
      before: InForce;
      changed: HalfName[];
      says: string[];
      offeredAt: Millis;
      pin?: Pin;
    }
  | { type: 'refused'; refusal: Refusal; changed: HalfName[] }
  | { type: 'refused-for-long'; refusal: Refusal }
  | { type: 'refusal-over'; refusal: Refusal }
  | { type: 'waiting-for-pair'; pair: SplitPair; until: Millis }
  | { type: 'flapping'; until: Millis; authors: string[] }
  | { type: 'rolled-back'; now: InForce; before: InForce; pin: Pin }
  | { type: 'pinned'; pin: Pin }
  | { type: 'pin-over'; pin: Pin }
  | { type: 'cannot-roll-back'; pin: Pin; why: string };

export type NewsOf<Type extends News['type']> = Extract<News, { type: Type }>;

/** What a cycle that failed says, and how to find out whether another revision would have done. */
export type Failure = { revision: string; why: string; completes: (revision: Revision) => boolean };

export type Keeper = {
  /** The revision in force. A cycle pins it; the next one may find another. */
  active(): Revision;
  inForce(): InForce;
  /** What was in force before. */
  previous(): InForce | undefined;
  /** Takes note of what a source has now. Latest wins; it is compiled after it has settled. */
  offer(offer: Offer): void;
  /** The same without settling, and what was refused is tried again; resolves when it is decided, or waits for something. */
  offerNow(offer: Offer): Promise<Decision>;
  /** What is refused at present, until good content or the active one comes again. */
  refusal(): Refusal | undefined;
  candidate(): Candidate | undefined;
  pin(): Pin | undefined;
  acceptedAt(): Millis;
  /** Reads the pin again, which somebody else may have set or taken away, and does what it says. */
  readPin(): Promise<void>;
  cycleCompleted(): void;
  /** No cycle has completed under the revision in force. */
  onProbation(): boolean;
  /** A cycle failed. Goes back to the previous revision where that is the second in a row and the previous one completes. */
  cycleFailed(failure: Failure): Promise<void>;
  /** Resolves when nothing offered is settling or being decided. */
  settled(): Promise<void>;
  stop(): void;
};

export type KeeperOptions = {
  initial: InForce;
  previous?: InForce;
  compile: (files: SourceFile[]) => Promise<Revision>;
  clock: Clock;
  /** Quiet time before a candidate is compiled (150 ms), and the longest it waits under continuous change (1 s). */
  settle?: Millis;
  longest?: Millis;
  /** Whether any service of a revision matches anything in the cluster; undefined while no cluster was seen. */
  matchesAnything?: (revision: Revision) => boolean | undefined;
  /** What is kept over restarts. Each may throw: the keeper then goes on without. */
  saved?: {
    find: (id: string) => Saved | undefined;
    newest: () => readonly Saved[];
    loadPin: () => Pin | undefined;
    savePin: (pin: Pin) => void;
    clearPin: () => void;
  };
  /** Must not throw. */
  onNews: (news: News) => void;
};

/** So many kept revisions are tried where cycles fail under the present one. */
const mostTried = 3;

/** So many decisions are remembered: writers that fight go to and fro between a few contents. */
const mostRemembered = 32;

/**
 * Keeps one revision in force. A candidate replaces it only when it compiled without an error: everything that can
 * fail happens before the one assignment. What changes nothing is no reload; what was refused is not tried again.
 */
export function keepRevision(options: KeeperOptions): Keeper {
  const { clock, compile, saved } = options;
  let inForce = options.initial;
  let previous = options.previous;
  let pin = attempt(() => saved?.loadPin());
  /** False while the record could not take the pin: then only this process knows of it. */
  let isPinKept = true;
  /** What was decided about contents since the last commit. */
  let decided = new Map<string, Decision>();
  /** The one candidate that waits, and what takes it back. */
  let later: { candidate: Candidate; cancel: () => void } | undefined;
  let stopped = false;
  let busy = 0;
  let queue: Promise<unknown> = Promise.resolve();
  let idle: (() => void)[] = [];
  const tell = (news: News): void => {
    attempt(() => options.onNews(news));
  };
  const refusals = watchRefusal(clock, (refusal) => tell({ type: 'refused-for-long', refusal }));
  const pairs = watchPair(clock, pairWait);
  const flapping = watchFlapping();
  const probation = watchProbation();
  const settle = settleOffers({
    clock,
    quiet: options.settle ?? 150,
    longest: options.longest ?? 1000,
    onSettled: (offer, since) => void inTurn(() => consider({ offer, since, tries: 0 })),
  });

  /** One thing at a time, in the order in which it came. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    busy += 1;
    const result = queue.then(work).finally(() => {
      busy -= 1;
      rest();
    });
    queue = result.catch(() => undefined);
    return result;
  };
  const rest = (): void => {
    if (busy > 0 || settle.waiting()) return;
    for (const wake of idle) wake();
    idle = [];
  };

  /** `waited`: what it has waited for to the end of its time, whatever a clock that was set back says. */
  type Considered = { offer: Offer; since: Millis; tries: number; waited?: Candidate['waits'] };

  const consider = async (one: Considered): Promise<Decision> => {
    later?.cancel();
    later = undefined;
    if (stopped) return { is: 'stopped' };
    const key = keyOfOffer(one.offer);
    const known = decided.get(key);
    if (known) return repeat(known, one.offer);
    const decision = waitFirst(one) ?? (await decide(one));
    if (isFinal(decision)) {
      if (decided.size >= mostRemembered) decided.clear();
      decided.set(key, decision.is === 'accepted' ? { ...decision, is: 'same' } : decision);
    }
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
    const cancel = clock.wakeAt(candidate.until, () => void inTurn(() => consider(due)));
    later = { candidate, cancel };
    return { is: 'waiting', candidate };
  };

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
      return { is: 'accepted', id };
    }
    endRefusal();
    if (judged.is === 'same') {
      takeFacts(offer);
      if (pin?.revision === id) endPin();
    }
    return { is: judged.is, id };
  };

  const judge = async (offer: Offer): Promise<{ revision: Revision; judged: Judged }> => {
    try {
      const revision = await compile(offer.files);
      const active = inForce.revision;
      const judged = decideCandidate({ revision, offer, active, pin, findHarm: () => harmOf(revision, offer) });
      return { revision, judged };
    } catch (error) {
      // A fault of ours is a refusal like any other, and tried again.
      const word = error instanceof Error ? error.message : String(error);
      const problem = problemOf('compiler-failed', { file: 'CLAUDE.md', line: 1, column: 1 }, { word });
      const revision = { ...inForce.revision, id: keyOfOffer(offer).slice(0, 12), problems: [problem] };
      return { revision, judged: { is: 'refused', problems: [problem] } };
    }
  };

  /** Where all errors stand in one half, the edit of the other is checked against the half in force: one team's slip does not hold up another's edit. */
  const commitGoodHalf = async ({ offer, since }: Considered, problems: readonly Problem[]): Promise<void> => {
    // The default is nobody's half, and under a rollback the other half is what was left.
    const isWhole = inForce.kind === 'default' || pin !== undefined;
    const mixed = isWhole ? undefined : mixHalves(offer, inForce, problems.filter(isError));
    if (!mixed) return;
    const { revision, judged } = await judge(mixed);
    if (!stopped && judged.is === 'accepted') commit({ ...mixed, revision, problems: judged.problems }, since);
  };

  const harmOf = (after: Revision, { halves }: Offer): Problem[] => {
    // The built-in default guards nothing that could be lost.
    if (inForce.kind === 'default') return [];
    const { matchesAnything } = options;
    const confirmed = halfNames.map((half) => halves[half]?.confirm).find((hash) => hash === after.id);
    return findHarm(inForce.revision, after, {
      ...(confirmed !== undefined && { confirmed }),
      ...(matchesAnything && { matchesAnything }),
    });
  };

  const commit = (next: Offer & { revision: Revision }, offeredAt: Millis, by?: Pin): void => {
    const before = inForce;
    const changed = findChangedHalves(before.files, next.files);
    const says = before.kind === 'default' ? [] : (attempt(() => describeChange(before.revision, next.revision)) ?? []);
    const author = findAuthor(next.halves, changed);
    const revision = { ...next.revision, problems: next.problems };
    const now: InForce = { ...next, revision, at: clock.now(), ...(author !== undefined && { author }) };
    // The one assignment: from here on nothing may fail.
    inForce = now;
    previous = before;
    decided = new Map();
    probation.begins();
    flapping.note({ at: now.at, content: revision.id, ...(author !== undefined && { author }) });
    if (!by) endPin();
    endRefusal();
    if (by?.by === 'probation') tell({ type: 'rolled-back', now, before, pin: by });
    else tell({ type: 'accepted', now, before, changed, says, offeredAt, ...(by && { pin: by }) });
  };

  /** The same content from elsewhere: nothing changes but where it came from. */
  const takeFacts = ({ files, from, kind, halves }: Offer): void => {
    inForce = { ...inForce, files, from, kind, halves };
  };

  const refuse = (next: Refusal, offer: Offer): Refusal => {
    const isNews = refusals.set(next);
    const refusal = refusals.now() ?? next;
    if (isNews) tell({ type: 'refused', refusal, changed: findChangedHalves(inForce.files, offer.files) });
    return refusal;
  };

  const endRefusal = (): void => {
    const refusal = refusals.clear();
    if (refusal) tell({ type: 'refusal-over', refusal });
  };

  const setPin = (next: Pin): void => {
    pin = next;
    decided = new Map();
    isPinKept =
      attempt(() => {
        saved?.savePin(next);
        return true;
      }) ?? false;
  };

  const endPin = (): void => {
    if (!pin) return;
    const over = pin;
    pin = undefined;
    attempt(() => saved?.clearPin());
    tell({ type: 'pin-over', pin: over });
  };

  const readPin = async (): Promise<void> => {
    const read = attempt(() => ({ pin: saved?.loadPin() }));
    if (stopped || !read || isSamePin(read.pin, pin)) return;
    const next = read.pin;
    if (!next && !isPinKept) return;
    decided = new Map();
    if (!next) {
      endPin();
      return;
    }
    // What runs by an older rollback is not what the source has.
    const instead = pin && next.instead === pin.revision ? pin.instead : next.instead;
    const wanted = { ...next, instead };
    if (wanted.revision === inForce.revision.id) {
      setPin(wanted);
      tell({ type: 'pinned', pin: wanted });
      return;
    }
    const back = await loadSaved(attempt(() => saved?.find(wanted.revision)));
    if (stopped) return;
    if (typeof back === 'string') {
      attempt(() => saved?.clearPin());
      pin = undefined;
      tell({ type: 'cannot-roll-back', pin: wanted, why: back });
      return;
    }
    setPin(wanted);
    commit(back, clock.now(), wanted);
  };

  /** A kept revision as it can be put in force, or why it cannot. */
  const loadSaved = async (one: Saved | undefined): Promise<(Offer & { revision: Revision }) | string> => {
    if (!one) return 'its content is not kept any more';
    const revision = await compile(one.files);
    const problem = revision.problems.find(({ level }) => level === 'error');
    if (problem) return `it does not compile any more: ${problem.message}`;
    return { revision, files: one.files, problems: revision.problems, from: one.from, kind: 'saved', halves: {} };
  };

  /** The newest earlier revision under which the cycle completes. */
  const findSurvivor = async (
    completes: Failure['completes'],
  ): Promise<(Offer & { revision: Revision }) | undefined> => {
    const { id } = inForce.revision;
    if (previous && previous.revision.id !== id && completes(previous.revision)) return previous;
    const older = attempt(() => saved?.newest().filter((one) => one.id !== id)) ?? [];
    for (const one of older.slice(0, mostTried)) {
      const back = await loadSaved(one);
      if (typeof back !== 'string' && completes(back.revision)) return back;
    }
    return undefined;
  };

  const cycleFailed = async ({ revision, why, completes }: Failure): Promise<void> => {
    if (stopped || revision !== inForce.revision.id || probation.failed(revision) < mostFailures) return;
    // The record or this program may be what fails; only what an earlier revision survives is this one's fault.
    if (completes(inForce.revision)) return;
    const back = await findSurvivor(completes);
    if (stopped || !back) return;
    const by: Pin = { revision: back.revision.id, instead: revision, at: clock.now(), why, by: 'probation' };
    if (pin?.instead === by.revision) endPin();
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
      inTurn(() => {
        decided.delete(keyOfOffer(offer));
        return consider({ offer, since: clock.now(), tries: 0 });
      }),
    refusal: () => refusals.now(),
    candidate() {
      const settling = settle.waiting();
      return settling ? { waits: 'settling', ...settling } : later?.candidate;
    },
    pin: () => pin,
    acceptedAt: () => inForce.at,
    readPin: () => inTurn(readPin),
    cycleCompleted: probation.completed,
    onProbation: probation.isOn,
    cycleFailed: (failure) => inTurn(() => cycleFailed(failure)),
    settled: () => (busy === 0 && !settle.waiting() ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
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

/** A record that cannot be read or written never holds up a reload: what is kept is then kept in memory only. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Whether the same content would be decided so again. */
const isFinal = (decision: Decision): boolean =>
  decision.is === 'refused'
    ? !isPassing(decision.refusal.problems)
    : decision.is !== 'waiting' && decision.is !== 'stopped';

const isSamePin = (a: Pin | undefined, b: Pin | undefined): boolean =>
  a?.revision === b?.revision && a?.instead === b?.instead && a?.at === b?.at;
