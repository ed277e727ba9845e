import assert from 'node:assert/strict';
import type { HalfName, InForce } from '../../../src/config/keep.ts';
import { filesOfHalf, halfNames } from '../../../src/config/source/halves.ts';
import { plainFile } from '../../../src/config/source/source-set.ts';
import { type Millis, minute, second, virtualClock } from '../../../src/lib/clock.ts';
import { type MonitorRecord, migrate } from '../../../src/record/open-record.ts';
import { loadPin, loadRevisions, savePin } from '../../../src/record/revisions.ts';
import { standInForApi } from './api-stand-in.ts';
import { compilePool } from './contents.ts';
import { standInForDisk } from './disk-stand-in.ts';
import { clockFor, type Gate, GatedDatabase, openGate } from './gate.ts';
import { expectAfter, findBad, isSameMeaning, isSamePair, isSplit, type Known, type Pair } from './model.ts';
import { type CycleSeen, isPoison, type ProcessStandIn, startProcess } from './process-stand-in.ts';
import type { Happening, Step } from './steps.ts';
import { keepWrites, type Said, type Write } from './writes.ts';

/** A Tuesday morning. */
const start: Millis = Date.parse('2026-11-24T09:00:00Z');

/** The longest that anything may take after the last write where all is well; a doubled wait for what was broken before. */
const settles: Millis = 1.5 * second;
const pairTakes: Millis = 121 * second;
const holdTakes: Millis = 61 * second;
/** A watch that is silent is given up after 75 s, backoff takes up to 30 s, an audit comes after 60 s and a second one confirms it. */
const recovers: Millis = 4 * minute;
/** Two cycles that fail, a second apart. */
const probationTakes: Millis = 6 * second;

const emptyRecord = (() => {
  const db = new GatedDatabase(':memory:');
  migrate(db, ':memory:', start);
  return db.serialize();
})();

const idOf = (pair: Pair): string =>
  compilePool(
    halfNames.flatMap((half) =>
      Object.entries(pair[half].texts).map(([name, text]) =>
        plainFile(half === 'agents' ? `agents/${name}` : name, name, text),
      ),
    ),
  ).id;

/** Plays one schedule and throws where a property does not hold, naming it. */
export async function play(schedule: readonly Step[], options: { cycles?: 'real' | 'short' } = {}): Promise<void> {
  const { cycles: cyclesAre = 'short' } = options;
  const clock = virtualClock(start);
  const writes = keepWrites();
  for (const half of halfNames) writes.write(half, 'one');
  const api = standInForApi(writes, clock);
  const disk = standInForDisk({ orchestrator: writes.last('orchestrator'), agents: writes.last('agents') });
  const db = new GatedDatabase(':memory:');
  db.deserialize(emptyRecord);
  const record = (): MonitorRecord => ({
    db,
    path: ':memory:',
    inMemory: false,
    trouble: [],
    cached: undefined,
    close: () => undefined,
  });

  let gate: Gate = openGate();
  let process: ProcessStandIn | undefined;
  let lastFaultAt: Millis = Number.NEGATIVE_INFINITY;
  let lastWriteAt = start;
  let apiFaulty = false;
  let lagSince: Millis = 0;
  let lagUntil: Millis = 0;
  let startedLagging = false;
  const lags = (): boolean => clock.now() <= lagUntil;
  const commits: { at: Millis; known: Known; id: string }[] = [];
  let active: Known = 'default';
  let activeId = '';
  const floor: Record<HalfName, number> = { orchestrator: 0, agents: 0 };
  /** What a rollback holds, as far as the outside can tell. */
  let pin: { revision: string; instead: string[] } | undefined;
  let rollback: { instead: string } | undefined;
  /** Something was lost that a restart would need. */
  let forgets = false;
  const everInForce: Record<HalfName, Set<string>> = { orchestrator: new Set(), agents: new Set() };
  const cycles: CycleSeen[] = [];

  /** Which write a half in force is. */
  const find = (now: InForce, half: HalfName): Write => {
    const texts = Object.fromEntries(filesOfHalf(now.files, half).map(({ name, text }) => [name, text]));
    const isIt = (write: Write): boolean =>
      JSON.stringify(Object.entries(write.texts).sort()) === JSON.stringify(Object.entries(texts).sort());
    const all = writes.all[half].filter((write) => write.kind !== 'gone' && isIt(write));
    assert.notEqual(
      all.length,
      0,
      `P1: nobody wrote what is in force as ${half}: ${JSON.stringify(texts).slice(0, 200)}`,
    );
    const version = now.halves[half]?.version?.replace('..', '');
    const byVersion = all.find(({ number }) => `${number}` === version);
    // The first that is not older than what was in force: then any order that is right is found.
    const found =
      (byVersion && byVersion.number >= floor[half] ? byVersion : undefined) ??
      all.find(({ number }) => number >= floor[half]) ??
      all.at(-1);
    assert.ok(found);
    return found;
  };

  /** Looks at what is in force now, as anybody would who asks at this moment. */
  const observe = (now: InForce): void => {
    const isDefault = now.kind === 'default' || now.from === 'built-in default';
    const next: Known = isDefault
      ? 'default'
      : { orchestrator: find(now, 'orchestrator'), agents: find(now, 'agents') };
    const before = active;
    const { id } = now.revision;
    const isChange = id !== activeId;
    const isBack = isChange && now.kind === 'saved';
    if (next !== 'default' && isChange && !isBack) {
      const bad = findBad(next, before, idOf);
      const wanted = Object.values(next).flatMap(({ confirm }) => confirm?.word ?? []);
      assert.deepEqual(bad, [], `P4: ${say(next)} is in force after ${say(before)}; confirmed: ${wanted.join()}`);
      const seen = halfNames.map((half) => now.halves[half]?.bundle);
      assert.ok(
        seen.some((bundle) => bundle === undefined) || seen[0] === seen[1],
        `P1: halves of different bundles are in force: ${say(next)}`,
      );
    }
    if (next !== 'default' && isChange && !isBack) {
      for (const half of halfNames) {
        const number: number = next[half].number;
        // A comment is no content: what was kept may lack the last one.
        const isKept = before !== 'default' && isSameMeaning(before[half], next[half]);
        // What the API never gave may be newer or older: nobody could tell.
        const isStrange = now.kind === 'files' && !everInForce[half].has(JSON.stringify(next[half].texts));
        // An object that was replaced before this process began cannot be told from its successor.
        const isAnother = lags() && before !== 'default' && before[half].uid !== next[half].uid;
        // A server that says so twice, a minute apart, did go back, and so it did for a process that saw nothing newer.
        const isBelieved = lags() && (startedLagging || clock.now() - lagSince >= minute);
        if (isKept || forgets || isStrange || isAnother || isBelieved) continue;
        assert.ok(
          number >= floor[half],
          `P2: ${half} goes back to write ${number} after write ${floor[half]}: ${say(next)} after ${say(before)}`,
        );
      }
    }
    if (isChange) {
      if (!isBack || before === 'default') pin = undefined;
      else if (rollback) pin = { revision: id, instead: [rollback.instead] };
      else pin = pin?.instead.includes(id) ? undefined : { revision: id, instead: [activeId, ...(pin?.instead ?? [])] };
      commits.push({ at: clock.now(), known: next, id });
    }
    if (next !== 'default' && !isBack)
      for (const half of halfNames) {
        floor[half] = forgets || lags() ? next[half].number : Math.max(floor[half], next[half].number);
        everInForce[half].add(JSON.stringify(next[half].texts));
      }
    active = next;
    activeId = id;
  };
  const keeper = () => process?.configuration()?.keeper;
  const look = (): void => {
    if (process?.failed()) throw process.failed();
    const kept = gate.isAlive() ? keeper() : undefined;
    if (kept) observe(kept.inForce());
  };

  const boot = (): void => {
    gate = openGate();
    db.gate = gate;
    startedLagging = lags();
    const own = gate;
    const mine = clockFor(own, clock);
    process = startProcess({
      gate: own,
      clock: mine,
      connection: api.connect(own, mine),
      disk,
      cycles: cyclesAre,
      record: record(),
      onCommitted: (now) => own.isAlive() && observe(now),
      onCycle: (cycle) => own.isAlive() && cycles.push(cycle),
    });
  };

  const fault = (): void => {
    lastFaultAt = clock.now();
  };
  const told = (write: Write, lag: Millis = 0): void => {
    lastWriteAt = clock.now() + lag;
    api.told(write, lag);
  };
  const pass = async (by: Millis): Promise<void> => {
    // What was begun gets as far as it can without any time.
    if (by > 0) await clock.advance(0);
    if (by > 0) await clock.advance(by);
    look();
    judge();
  };

  const wantedNow = (): Pair => ({ orchestrator: writes.last('orchestrator'), agents: writes.last('agents') });

  /** P3: what is in force is what was written last, once there was time for it. */
  const judge = (): void => {
    const kept = gate.isAlive() ? keeper() : undefined;
    if (!kept || apiFaulty || !api.isWatched()) return;
    const now = clock.now();
    const wanted = wantedNow();
    const commitsLately = commits.filter(({ at }) => now - at < 7 * minute).length;
    const needs =
      settles +
      (isSplit(wanted) ? pairTakes : 0) +
      (commitsLately > 5 ? holdTakes : 0) +
      (halfNames.some((half) => writes.all[half].some(({ kind }) => kind === 'poison')) ? probationTakes : 0);
    if (now - lastWriteAt < needs || now - lastFaultAt < recovers + needs) return;
    const says = (expected: Known): string =>
      `P3: ${say(active)} is in force ${now - lastWriteAt} ms after the last write, and not ${say(expected)}${pin ? ` (a rollback to ${pin.revision} instead of ${pin.instead.join()})` : ''}`;
    const isWhole = findBad(wanted, active, idOf).length === 0;
    const id = isWhole ? idOf(wanted) : '';
    if (pin && pin.revision === activeId && (!isWhole || pin.instead.includes(id) || id === pin.revision)) return;
    const expected = expectAfter(wanted, active, pin !== undefined, idOf);
    if (expected !== 'default' && expected.orchestrator.kind === 'poison') {
      const isElsewhere = active === 'default' || active.orchestrator.kind !== 'poison';
      assert.ok(isElsewhere, `P3: ${say(active)} makes cycles fail and stays`);
      return;
    }
    const isMet = expected === 'default' || active === 'default' ? expected === active : isSamePair(expected, active);
    assert.ok(isMet, says(expected));
  };

  const write = (
    half: HalfName,
    kind: Write['kind'],
    more: { isNew?: boolean; bundle?: Said; lag?: Millis } = {},
  ): void => {
    const { lag, ...rest } = more;
    told(writes.write(half, kind, rest), lag);
  };

  const rollBack = async (to: number): Promise<void> => {
    const configuration = process?.configuration();
    if (!configuration || !gate.isAlive() || db.isFull) return;
    const own = record();
    const kept = loadRevisions(own).filter(({ id }) => id !== activeId);
    const target = kept[to % Math.max(1, kept.length)];
    if (!target) return;
    const instead = loadPin(own)?.instead ?? activeId;
    if (target.id === instead) return;
    savePin(own, { revision: target.id, instead, at: clock.now(), why: 'an operator', by: 'operator' });
    const isCalm =
      api.isWatched() && !apiFaulty && clock.now() - lastWriteAt > 2 * second && clock.now() - lastFaultAt > recovers;
    rollback = { instead };
    void configuration.reload().catch(() => undefined);
    await clock.advance(second);
    rollback = undefined;
    look();
    // The source still has what it had; what cannot complete a cycle does not stay.
    const wanted = wantedNow();
    const isHeld =
      findBad(wanted, active, idOf).length === 0 && idOf(wanted) === instead && !isPoison(compilePool(target.files));
    if (isHeld && isCalm) assert.equal(activeId, target.id, 'P3: a rollback holds until the content changes');
    lastWriteAt = clock.now();
  };

  const happen = async (one: Happening): Promise<void> => {
    switch (one.do) {
      case 'write': {
        const bundle = one.bundle === '' ? undefined : { word: one.bundle, in: one.in };
        return write(one.half, one.kind, { isNew: one.isNew, lag: one.lag, ...(bundle && { bundle }) });
      }
      case 'write both': {
        const second: HalfName = one.first === 'agents' ? 'orchestrator' : 'agents';
        const word = `b${writes.last('agents').number + writes.last('orchestrator').number}`;
        const more = one.bundle ? { bundle: { word, in: one.in } } : {};
        write(one.first, one.kinds[one.first], { isNew: true, ...more });
        await pass(one.gap);
        return write(second, one.kinds[second], { isNew: true, ...more });
      }
      case 'delete':
        return write(one.half, 'gone');
      case 'write again':
        return told(writes.again(one.half));
      case 'delete and make anew':
        write(one.half, 'gone');
        return told(writes.again(one.half));
      case 'confirm': {
        const word = idOf(wantedNow());
        return told(writes.again(one.half, { word, in: one.in }));
      }
      case 'wipe the mount':
        return disk.show(one.half, 'wiped');
      case 'empty the mount':
        return disk.show(one.half, 'emptied');
      case 'kubelet refreshes': {
        const shown = disk.shown(one.half);
        const all = writes.all[one.half];
        const least = typeof shown === 'string' ? 0 : shown.number;
        const next = all.at(-1 - one.behind) ?? all[0];
        if (next && next.number >= least) disk.show(one.half, next.kind === 'gone' ? 'emptied' : next);
        return;
      }
      case 'API is':
        apiFaulty = true;
        fault();
        return api.mode(one.mode);
      case 'API lags behind':
        apiFaulty = true;
        if (!lags()) lagSince = clock.now();
        // It hears of the API for the first time from a replica that lags behind.
        if (!keeper()) startedLagging = true;
        lagUntil = Number.POSITIVE_INFINITY;
        fault();
        return api.lagBehind(one.writes);
      case 'API is well':
        if (apiFaulty) fault();
        apiFaulty = false;
        if (lags()) lagUntil = clock.now() + 2 * second;
        api.mode('well');
        return api.lagBehind(0);
      case 'cut':
      case '410 event':
      case 'watch ends':
        fault();
        return api.breakWatches(one.do === '410 event' ? '410-event' : one.do === 'cut' ? 'cut' : 'end');
      case '410':
        fault();
        api.refuseVersions(2);
        return api.breakWatches('end');
      case 'stall':
        fault();
        return api.stall();
      case 'disk full':
        db.isFull = true;
        forgets = true;
        return;
      case 'disk well':
        db.isFull = false;
        return;
      case 'kill':
        gate.killAfter(one.after);
        await clock.advance(one.after === 0 ? 0 : 2 * second);
        gate.killAfter(0);
        fault();
        await clock.advance(one.down);
        boot();
        return;
      case 'roll back':
        return rollBack(one.to);
      case 'wait':
        return;
    }
  };

  boot();
  await clock.advance(0);
  await pass(second);
  for (const step of schedule) {
    await happen(step);
    await pass(step.pause);
  }
  // Everything is well again, and there is time: what was written last is in force.
  db.isFull = false;
  await happen({ do: 'API is well' });
  fault();
  await pass(recovers + pairTakes + holdTakes + probationTakes + settles);
  assert.ok(keeper(), 'P6: it has started');
  assert.ok(api.isWatched(), 'P3: both are watched in the end');
  judge();
  for (const { began, kept } of cycles)
    assert.equal(kept, began, 'P5: a cycle ends under the revision that it began with');
}

const say = (known: Known): string =>
  known === 'default'
    ? 'the built-in default'
    : halfNames
        .map(
          (half) =>
            `${half} ${known[half].number} (${known[half].kind}${known[half].bundle ? `, bundle ${known[half].bundle?.word}` : ''})`,
        )
        .join(' with ');
