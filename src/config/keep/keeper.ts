import type { Clock, Millis } from '../../lib/clock.ts';
import type { Problem, Revision, SourceFile } from '../revision.ts';

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

/** Two halves that name different bundles: one of them is still to come. */
export type SplitPair = { orchestrator: string; agents: string };

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
export type Failure = { revision: string; why: string; completes: (revision: Revision) => boolean | Promise<boolean> };

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

/** What is kept over restarts. Each may throw: the keeper then goes on without. */
export type KeptConfigurations = {
  find: (id: string) => Saved | undefined;
  /** Accepted revisions, the newest first. */
  newest: () => readonly Saved[];
  loadPin: () => Pin | undefined;
  savePin: (pin: Pin) => void;
  clearPin: () => void;
};

export type KeeperOptions = {
  initial: InForce;
  compile: (files: SourceFile[]) => Promise<Revision>;
  clock: Clock;
  /** Quiet time before a candidate is compiled (150 ms), and the longest it waits under continuous change (1 s). */
  settle?: Millis;
  longest?: Millis;
  /** Whether any service of a revision matches anything in the cluster; undefined while no cluster was seen. */
  matchesAnything?: (revision: Revision) => boolean | undefined;
  kept?: KeptConfigurations;
  /** Must not throw. */
  onNews: (news: News) => void;
};
