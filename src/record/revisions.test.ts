import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { morning } from '../../test/support/told.ts';
import type { Pin } from '../config/keep.ts';
import type { SourceFile } from '../config/revision.ts';
import { minute } from '../lib/clock.ts';
import { type MonitorRecord, openRecord } from './open-record.ts';
import {
  clearPin,
  findRevision,
  loadPin,
  loadRevisions,
  loadSentBack,
  mostRevisions,
  type SavedRevision,
  savePin,
  saveRevision,
  saveSentBack,
} from './revisions.ts';

const fileWith = (text: string): SourceFile => ({
  file: 'CLAUDE.md',
  name: 'CLAUDE.md',
  role: 'orchestrator',
  text,
  lineOffset: 0,
  columnOffset: 0,
});
const revisionOf = (id: string, at = morning): SavedRevision => ({
  id,
  at,
  from: 'test',
  files: [fileWith(id)],
  says: [],
});
const pin: Pin = { revision: 'aaa', instead: 'bbb', at: morning, why: 'pages all night', by: 'operator' };
const idsOf = (record: MonitorRecord): string[] => loadRevisions(record).map(({ id }) => id);

let record: MonitorRecord;
beforeEach(() => {
  record = openRecord(':memory:', { now: morning });
});
afterEach(() => record.close());

test('what is saved is what is loaded, the newest first', () => {
  const full: SavedRevision = { ...revisionOf('bbb'), author: 'kubectl-edit', says: ['P0 `shop` removed'] };
  for (const saved of [revisionOf('aaa'), full]) saveRevision(record, saved);
  assert.deepEqual(loadRevisions(record), [full, revisionOf('aaa')]);
  assert.deepEqual(
    idsOf(record).slice(0, 1),
    loadRevisions(record, 1).map(({ id }) => id),
  );
});

test('an id that comes again moves to the top with its new time and author', () => {
  for (const id of ['aaa', 'bbb']) saveRevision(record, revisionOf(id));
  const again = { ...revisionOf('aaa', morning + minute), author: 'helm' };
  saveRevision(record, again);
  assert.deepEqual(loadRevisions(record), [again, revisionOf('bbb')]);
});

test('the newest is the last saved, also where the clock went back', () => {
  saveRevision(record, revisionOf('aaa', morning));
  saveRevision(record, revisionOf('bbb', morning - minute));
  assert.deepEqual(idsOf(record), ['bbb', 'aaa']);
});

const prefixes: [asked: string, found: string | undefined][] = [
  ['abc1', 'abc1'],
  ['abc12', 'abc12'],
  ['abd', 'abd'],
  ['ab', undefined],
  ['', undefined],
  ['%', undefined],
];
for (const [asked, found] of prefixes) {
  test(`of abc1, abc12 and abd, "${asked}" is ${found ?? 'none'}`, () => {
    for (const id of ['abc1', 'abc12', 'abd']) saveRevision(record, revisionOf(id));
    assert.equal(findRevision(record, asked)?.id, found);
  });
}

describe('retention', () => {
  const saveMany = (from: number): void => {
    for (let index = 0; index < mostRevisions; index++) saveRevision(record, revisionOf(`r${from + index}`));
  };

  test('the oldest go', () => {
    saveMany(0);
    saveRevision(record, revisionOf('new'));
    const ids = idsOf(record);
    assert.deepEqual([ids.length, ids[0], ids.at(-1)], [mostRevisions, 'new', 'r1']);
  });

  test('the pinned one stays, and goes when it is no longer pinned', () => {
    saveRevision(record, revisionOf('aaa'));
    savePin(record, pin);
    saveMany(0);
    assert.equal(findRevision(record, 'aaa')?.id, 'aaa');
    clearPin(record);
    saveRevision(record, revisionOf('new'));
    assert.equal(findRevision(record, 'aaa'), undefined);
  });

  test('the newest that was not sent back stays', () => {
    for (const id of ['old', 'good']) saveRevision(record, revisionOf(id));
    for (let index = 0; index < mostRevisions; index++)
      saveSentBack(record, { id: `r${index}`, at: morning, why: 'cycles failed' });
    saveMany(0);
    assert.deepEqual([findRevision(record, 'old'), findRevision(record, 'good')?.id], [undefined, 'good']);
  });
});

test('one rollback is in force, the last', () => {
  assert.equal(loadPin(record), undefined);
  savePin(record, pin);
  savePin(record, { ...pin, revision: 'ccc' });
  assert.equal(loadPin(record)?.revision, 'ccc');
  clearPin(record);
  assert.equal(loadPin(record), undefined);
});

test('contents that were sent back are remembered, each once', () => {
  for (const at of [morning, morning + minute]) saveSentBack(record, { id: 'bbb', at, why: 'cycles failed' });
  saveSentBack(record, { id: 'aaa', at: morning, why: 'a template throws' });
  assert.deepEqual(loadSentBack(record), [
    { id: 'bbb', at: morning + minute, why: 'cycles failed' },
    { id: 'aaa', at: morning, why: 'a template throws' },
  ]);
});

describe('on disk', () => {
  let folder: string;
  let path: string;
  let daemon: MonitorRecord;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-revisions-'));
    path = join(folder, 'k8s-monitor.db');
    daemon = openRecord(path, { now: morning });
  });
  afterEach(() => {
    daemon.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a rollback written by another process is read by the daemon that has the database open', () => {
    saveRevision(daemon, revisionOf('aaa'));
    const cli = openRecord(path, { now: morning });
    assert.deepEqual(idsOf(cli), ['aaa']);
    savePin(cli, pin);
    cli.close();
    assert.deepEqual(loadPin(daemon), pin);
  });

  test('a full disk keeps it in memory, and all of it comes to the disk when there is room', () => {
    saveRevision(daemon, revisionOf('aaa'));
    savePin(daemon, pin);
    const pages = Number(daemon.db.prepare('PRAGMA page_count').get()?.['page_count']);
    daemon.db.exec(`PRAGMA max_page_count = ${pages}`);
    const big = { ...revisionOf('bbb'), files: [fileWith('x'.repeat(200_000))] };
    saveRevision(daemon, big);
    assert.equal(daemon.inMemory, true);
    assert.deepEqual([idsOf(daemon), loadPin(daemon)], [['bbb', 'aaa'], pin]);
    clearPin(daemon);
    saveRevision(daemon, revisionOf('ccc', morning + minute));
    assert.deepEqual([daemon.inMemory, daemon.trouble], [false, []]);
    const again = openRecord(path, { now: morning });
    assert.deepEqual([idsOf(again), loadPin(again)], [['ccc', 'bbb', 'aaa'], undefined]);
    again.close();
  });
});
