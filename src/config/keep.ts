import type { Clock, Millis } from '../lib/clock.ts';
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

export type Refusal = { id: string; problems: Problem[]; from: string; at: Millis };

export type Keeper = {
  /** The revision in force. A cycle pins it; the next one may find another. */
  active(): Revision;
  /** Takes note of what a source has now. Latest wins; it is compiled after it has settled. */
  offer(offer: Offer): void;
  /** What is refused at present, until good content or the active one comes again. */
  refusal(): Refusal | undefined;
  acceptedAt(): Millis;
  /** Resolves when nothing offered is waiting to be decided. */
  settled(): Promise<void>;
  stop(): void;
};

export type KeeperOptions = {
  initial: Revision;
  compile: (files: SourceFile[]) => Promise<Revision>;
  clock: Clock;
  /** Quiet time before a candidate is compiled (150 ms), and the longest it waits under continuous change (1 s). */
  settle?: Millis;
  longest?: Millis;
  onAccepted: (revision: Revision, before: Revision, from: string) => void;
  onRefused: (refusal: Refusal) => void;
};

/**
 * Keeps one revision in force. A candidate replaces it only when it compiled without an error: everything that can
 * fail happens before the one assignment. What changes nothing is no reload; what was refused is not tried again.
 */
export function keepRevision(options: KeeperOptions): Keeper {
  const { clock, settle = 150, longest = 1000 } = options;
  let active = options.initial;
  let acceptedAt = clock.now();
  let refusal: Refusal | undefined;
  let waiting: Offer | undefined;
  let waitingSince: Millis | undefined;
  let cancel = (): void => undefined;
  let deciding = false;
  let stopped = false;
  let idle: (() => void)[] = [];

  const offer = (next: Offer): void => {
    if (stopped) return;
    waiting = next;
    waitingSince ??= clock.now();
    cancel();
    cancel = clock.wakeAt(Math.min(clock.now() + settle, waitingSince + longest), () => void decide());
  };

  const decide = async (): Promise<void> => {
    // While one candidate compiles the next waits; latest wins.
    if (deciding || !waiting) return;
    deciding = true;
    const candidate = waiting;
    waiting = undefined;
    waitingSince = undefined;
    try {
      const revision = await options.compile(candidate.files);
      if (!stopped) commit(revision, candidate);
    } finally {
      deciding = false;
    }
    if (waiting) void decide();
    else rest();
  };

  const commit = (revision: Revision, { problems, from }: Offer): void => {
    const all = [...problems, ...revision.problems];
    if (all.some(({ level }) => level === 'error')) {
      if (refusal?.id === revision.id && isSame(refusal.problems, all)) return;
      refusal = { id: revision.id, problems: all, from, at: clock.now() };
      options.onRefused(refusal);
      return;
    }
    refusal = undefined;
    if (revision.id === active.id) return;
    const before = active;
    active = { ...revision, problems: all };
    acceptedAt = clock.now();
    options.onAccepted(active, before, from);
  };

  const rest = (): void => {
    for (const wake of idle) wake();
    idle = [];
  };

  return {
    active: () => active,
    offer,
    refusal: () => refusal,
    acceptedAt: () => acceptedAt,
    settled: () => (!deciding && !waiting ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    stop() {
      stopped = true;
      cancel();
      rest();
    },
  };
}

/** What could not be read has no content to tell it apart by. */
const isSame = (before: readonly Problem[], now: readonly Problem[]): boolean =>
  JSON.stringify(before) === JSON.stringify(now);
