import { makeWorld } from '../cluster/make-world.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { type Decision, type Keeper, keepRevision, type Offer, type Refusal } from '../config/keep.ts';
import { problemOf } from '../config/problems.ts';
import type { Revision, SourceFile } from '../config/revision.ts';
import { compileAhead } from '../config/source/compile-ahead.ts';
import type { Clock } from '../lib/clock.ts';
import { oneLine } from '../lib/text.ts';
import type { ChannelTable } from '../notify/channels.ts';
import { clearPin, findRevision, loadPin, loadRevisions, loadSentBack, savePin } from '../record/revisions.ts';
import { matchesAnything } from '../triage/matches-anything.ts';
import { findInitial } from './boot-revision.ts';
import type { ConfigSource } from './config-source.ts';
import { tellLoaded } from './tell-configuration.ts';
import { type NewsTools, tellNews, tellPoorStart } from './tell-news.ts';
import { type TellPeople, tellPeople } from './tell-people.ts';
import { tellSource } from './tell-source.ts';

export type Configuration = {
  keeper: Keeper;
  people: TellPeople;
  /** The revision that was in force before this start, where it was kept. */
  before?: Revision;
  /** Calls back after every change of what is in force. */
  onCommitted(listener: (revision: Revision) => void): void;
  /** Reads the rollback and the source again and decides at once. */
  reload(): Promise<Decision>;
  /** Follows the source until stopped. */
  watch(): { stop(): void };
};

/** The configuration in force from the start on: the source's, or the last good one, or the built-in default, said loudly. */
export async function startConfiguration(options: {
  source: ConfigSource;
  compile: (files: SourceFile[]) => Promise<Revision>;
  clock: Clock;
  tools: Omit<NewsTools, 'keeper' | 'people' | 'toldRefusals'>;
  channels: ChannelTable;
  observe: boolean;
  /** The newest cycle, for messages. */
  cycle: () => string;
  /** The cluster as it is known now. */
  snapshot: () => Snapshot;
}): Promise<Configuration> {
  const { source, clock } = options;
  const { compile, begin } = compileAhead(options.compile);
  const { record, log } = options.tools;
  const listeners: ((revision: Revision) => void)[] = [];
  const revisions = loadRevisions(record);
  const kept = { revisions, pin: loadPin(record), sentBack: loadSentBack(record) };
  const initial = await findInitial(kept, compile, clock.now());
  const keeper: Keeper = keepRevision({
    initial,
    compile,
    clock,
    matchesAnything: (revision) => matchesAnything(revision.services, makeWorld(options.snapshot())),
    kept: {
      find: (id) => findRevision(record, id),
      newest: () => loadRevisions(record, 10),
      loadPin: () => loadPin(record),
      savePin: (pin) => savePin(record, pin),
      clearPin: () => clearPin(record),
    },
    onNews(news) {
      tellNews(news, tools);
      if (isStartOpen && news.type === 'refused') tellStart(news.refusal);
      if (news.type === 'accepted') isStartOpen = false;
      if (news.type !== 'accepted' && news.type !== 'rolled-back') return;
      for (const listener of listeners) listener(news.now.revision);
    },
  });
  const { channels, observe, cycle } = options;
  const people = tellPeople({ record, channels, clock, log, observe, revision: keeper.active, cycle });
  const tools: NewsTools = { ...options.tools, people, keeper: () => keeper, toldRefusals: new Set() };

  let isStartOpen = false;
  const tellStart = (refusal: Refusal): void => {
    isStartOpen = false;
    const { kind } = keeper.inForce();
    if (kind === 'saved' || kind === 'default') tellPoorStart(refusal, tools);
  };

  const read = (): Promise<Offer> =>
    source.read().catch((error: unknown): Offer => {
      const word = oneLine(error instanceof Error ? error.message : String(error), 300);
      const problem = problemOf('source-unreadable', { file: 'CLAUDE.md', line: 1, column: 1 }, { word });
      return { files: [], problems: [problem], from: source.name, kind: 'files', halves: {} };
    });

  // Mounted files may still hold what an earlier edit has replaced. Under a rollback the newest kept revision is not what the source gave last.
  const isLast = ({ id }: { id: string }): boolean => id === kept.pin?.instead;
  source.remember?.([...revisions.filter(isLast), ...revisions.filter((one) => !isLast(one))]);
  const decision = await keeper.offerNow(await read());
  if (decision.is !== 'accepted') tellLoaded(log, keeper.active(), keeper.inForce().from);
  const pin = keeper.pin();
  if (pin) log.warn({ pin }, `a rollback holds revision ${pin.revision} until the content changes: ${pin.why}`);
  if (decision.is === 'refused') tellStart(decision.refusal);
  // Half a pair is refused only when the other half did not come.
  isStartOpen = decision.is === 'waiting';

  return {
    keeper,
    people,
    ...(initial.kind === 'saved' && { before: initial.revision }),
    onCommitted: (listener) => void listeners.push(listener),
    async reload() {
      await keeper.readPin();
      return keeper.offerNow(await read());
    },
    watch() {
      const teller = tellSource({ log, people, clock });
      const offer = (next: Offer): void => {
        begin(next.files);
        keeper.offer(next);
      };
      const watching = source.watch(offer, teller.tell);
      return {
        stop() {
          watching.stop();
          teller.stop();
        },
      };
    },
  };
}
