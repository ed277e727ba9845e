import { emptyRevision } from '../../src/config/empty-revision.ts';
import {
  type HalfFacts,
  type HalfName,
  type InForce,
  type Keeper,
  keepRevision,
  type News,
  type Offer,
  type Pin,
  type Saved,
} from '../../src/config/keep.ts';
import type { Problem, Revision, SourceFile } from '../../src/config/revision.ts';
import { type Clock, type Millis, virtualClock } from '../../src/lib/clock.ts';
import { service } from './revision.ts';

/** The two halves as somebody wrote them, with what they say about themselves. `bad` at the beginning of a text is an error there. */
export type Written = Partial<Record<HalfName, string>> & {
  facts?: Partial<Record<HalfName, HalfFacts>>;
  problems?: Problem[];
};

export const problemIn = (file: string, code: string): Problem => ({
  file,
  line: 3,
  column: 1,
  level: 'error',
  code,
  message: `${code} here.`,
  cure: 'Write it right.',
});

function fileOf(half: HalfName, text: string): SourceFile {
  const at = { text, lineOffset: 0, columnOffset: 0 };
  return half === 'orchestrator'
    ? { file: 'CLAUDE.md', name: 'CLAUDE.md', role: 'orchestrator', ...at }
    : { file: 'agents/a.md', name: 'a.md', role: 'agent', ...at };
}

export function offerOf({ facts = {}, problems = [], ...halves }: Written): Offer {
  const files = (['orchestrator', 'agents'] as const).flatMap((half) => {
    const text = halves[half];
    return text === undefined ? [] : [fileOf(half, text)];
  });
  return { files, problems, from: 'test', kind: 'api', halves: facts };
}

/** `o1+a1` for the halves `o1` and `a1`; each line `P0 name` is a service. */
export function compileWritten(files: readonly SourceFile[]): Revision {
  const codes: Record<string, string> = { bad: 'line-unreadable', slow: 'too-complex', less: 'agent-missing' };
  return {
    ...emptyRevision,
    id: files.map(({ text }) => text.split('\n')[0]).join('+'),
    services: files.flatMap(({ text }) =>
      text.split('\n').flatMap((line) => (line.startsWith('P0 ') ? [service(`P0 ${line.slice(3)}`)] : [])),
    ),
    problems: files.flatMap(({ file, text }) => {
      const code = codes[/^[a-z]+/.exec(text)?.[0] ?? ''];
      return code === undefined ? [] : [problemIn(file, code)];
    }),
  };
}

export function inForceOf(written: Written, at: Millis = 0): InForce {
  const offer = offerOf(written);
  return { ...offer, revision: compileWritten(offer.files), at };
}

/** One piece of news in a few words. */
export function sayNews(news: News): string {
  switch (news.type) {
    case 'accepted':
      return `${news.now.revision.id} accepted${news.now.author ? ` by ${news.now.author}` : ''}${news.pin ? ' as a rollback' : ''}`;
    case 'refused':
      return `${news.refusal.id} refused: ${news.refusal.problems[0]?.code}`;
    case 'refused-for-long':
      return `${news.refusal.id} refused for long`;
    case 'refusal-over':
      return `${news.refusal.id} no longer refused`;
    case 'waiting-for-pair':
      return `waiting for pair: ${news.pair.orchestrator} and ${news.pair.agents}`;
    case 'flapping':
      return `flapping: ${news.authors.join(', ')}`;
    case 'rolled-back':
      return `${news.before.revision.id} sent back for ${news.now.revision.id}`;
    case 'pinned':
    case 'pin-over':
      return `${news.type} ${news.pin.revision}`;
    case 'cannot-roll-back':
      return `cannot roll back to ${news.pin.revision}: ${news.why}`;
  }
}

export type KeeperBench = {
  kept: Keeper;
  clock: Clock & { advance(by: Millis): Promise<void> };
  /** What was told since the last look. */
  told: () => string[];
  /** Ids in the order in which they were compiled. */
  compiled: string[];
  /** Offers what is written and lets it settle. */
  write(written: Written): Promise<void>;
  pass(by: Millis): Promise<void>;
  /** What is kept over a restart. */
  store: { pin: Pin | undefined; saved: Saved[]; broken: boolean };
};

/** A keeper with `o1` and `a1` in force, on a clock that is turned by hand. */
export function startKeeper(
  options: {
    initial?: InForce;
    matchesAnything?: (revision: Revision) => boolean | undefined;
    store?: KeeperBench['store'];
  } = {},
): KeeperBench {
  const clock = virtualClock(0);
  const news: string[] = [];
  const compiled: string[] = [];
  const store = options.store ?? { pin: undefined, saved: [], broken: false };
  const guarded = <Result>(work: () => Result): Result => {
    if (store.broken) throw new Error('the disk is full');
    return work();
  };
  const setPin = (pin: Pin | undefined): void => {
    store.pin = pin;
  };
  const { matchesAnything } = options;
  const kept = keepRevision({
    initial: options.initial ?? inForceOf({ orchestrator: 'o1', agents: 'a1' }),
    clock,
    compile: async (files) => {
      const revision = compileWritten(files);
      compiled.push(revision.id);
      return revision;
    },
    ...(matchesAnything && { matchesAnything }),
    kept: {
      find: (id) => store.saved.find((one) => one.id === id),
      newest: () => guarded(() => store.saved),
      loadPin: () => guarded(() => store.pin),
      savePin: (pin) => guarded(() => setPin(pin)),
      clearPin: () => guarded(() => setPin(undefined)),
    },
    onNews: (one) => void news.push(sayNews(one)),
  });
  const pass = async (by: Millis): Promise<void> => {
    await clock.advance(by);
    await kept.settled();
  };
  return {
    kept,
    clock,
    compiled,
    store,
    told: () => news.splice(0),
    pass,
    async write(written) {
      kept.offer(offerOf(written));
      await pass(200);
    },
  };
}

/** A revision as the record keeps it. */
export function savedOf(written: Written, at: Millis = 0): Saved {
  const { files } = offerOf(written);
  return { id: compileWritten(files).id, at, from: 'test', files };
}
