import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { deliveryWith, incidentWith, judgementOf, morning } from '../../test/support/told.ts';
import { emptySnapshot } from '../cluster/snapshot.ts';
import { minute } from '../lib/clock.ts';
import { loadWaiting } from '../notify/outbox.ts';
import type { Memory } from '../triage/incident.ts';
import { commitCycle } from './commit-cycle.ts';
import { type CycleRecord, takeCycleRecord } from './cycle-record.ts';
import { acknowledge, listCycles, listIncidents } from './incidents.ts';
import { loadMemory } from './memory.ts';
import { migrations, schemaVersion } from './migrations.ts';
import { type MonitorRecord, migrate, openRecord } from './open-record.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-record-'));
  path = join(folder, 'data', 'k8s-monitor.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const snapshot = emptySnapshot(morning, { id: 'cluster', name: 'test' });
const cycleOf = (id: string, at = morning): CycleRecord =>
  takeCycleRecord(
    { ...judgementOf([]), cycle: id, now: at, revision: { id: 'r1' }, snapshot, deliveries: [], withheld: [] },
    { trigger: 'schedule', took: 12, exit: 0 },
  );
const memoryWith = (...incidents: ReturnType<typeof incidentWith>[]): Memory => judgementOf(incidents).memory;
const commit = (record: MonitorRecord, id: string, memory: Memory, at = morning): string[] =>
  commitCycle(record, { cycle: cycleOf(id, at), memory, events: [], deliveries: [] });

test('a memory kept is the memory read back, by another process', () => {
  const memory: Memory = {
    firstSeen: { 'not-ready/Deployment/shop/shop': morning },
    services: {
      shop: { state: 'down', since: morning, matched: [{ kind: 'Deployment', namespace: 'shop', name: 'shop' }] },
    },
    incidents: [incidentWith()],
    mutes: [{ id: 'm-1', what: 'node', name: 'n1', until: morning + minute, why: 'disk', by: 'ana' }],
    acknowledged: { 'i-000001': { by: 'ana', at: morning } },
    blind: { pods: { since: morning, cycles: 2 } },
    hidden: { 'not-ready/Deployment/shop/shop': { by: 'Backup', since: morning } },
    rollouts: {
      'rollout/Deployment/shop/shop/2': {
        change: {
          id: 'rollout/Deployment/shop/shop/2',
          kind: 'rollout',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'shop' },
          at: morning,
          fromRevision: 1,
          revision: 2,
          details: [
            { what: 'image', container: 'app', from: 'shop:1', to: 'shop:2', says: 'image of app: shop:1 -> shop:2' },
          ],
          says: 'rollout of Deployment shop/shop to revision 2',
        },
        services: ['shop'],
        verdict: { is: 'worse', because: 'app exits with code 1', at: morning + 30 * minute },
        reverted: { at: morning + 31 * minute, says: 'revision 2 was reverted to revision 1' },
      },
    },
    lastCycleAt: morning,
  };
  const record = openRecord(path, { now: morning });
  loadMemory(record, 'cluster');
  commit(record, 'c1', memory);
  record.close();
  const again = openRecord(path, { now: morning });
  assert.deepEqual(loadMemory(again, 'cluster'), memory);
  assert.deepEqual(loadMemory(again, 'other').incidents, [], "another cluster's incidents are its own");
  again.close();
});

test('a cycle that changed nothing writes a heartbeat, and no incident', () => {
  const record = openRecord(':memory:', { now: morning });
  const memory = memoryWith(incidentWith());
  assert.deepEqual(commit(record, 'c1', memory), ['i-000001']);
  record.db.exec(`CREATE TRIGGER no_writes BEFORE INSERT ON incidents BEGIN SELECT RAISE(FAIL, 'written'); END`);
  assert.deepEqual(commit(record, 'c2', structuredClone(memory), morning + minute), []);
  assert.equal(record.db.prepare(`SELECT body FROM cycles WHERE id = 'c2'`).get()?.['body'], null);
  assert.deepEqual(
    listCycles(record, 'cluster', 0).map(({ id, revision, took }) => [id, revision, took]),
    [
      ['c1', 'r1', 12],
      ['c2', 'r1', 12],
    ],
  );
  assert.equal(loadMemory(record, 'cluster').lastCycleAt, undefined, 'the memory is the one that was committed');
});

test('what leaves the memory stays in the record', () => {
  const record = openRecord(':memory:', { now: morning });
  commit(record, 'c1', memoryWith(incidentWith({ state: 'resolved', endedAt: morning })));
  commit(record, 'c2', memoryWith());
  assert.equal(listIncidents(record).length, 0);
  assert.deepEqual(
    listIncidents(record, { all: true }).map(({ id }) => id),
    ['i-000001'],
  );
});

test('an acknowledgement by another process is read before the next cycle, and outlives a cycle that ran meanwhile', () => {
  const daemon = openRecord(path, { now: morning });
  const memory = memoryWith(incidentWith());
  commit(daemon, 'c1', memory);
  const before = loadMemory(daemon, 'cluster');
  const cli = openRecord(path, { now: morning });
  assert.equal(acknowledge(cli, { id: 'i-0', by: 'ana', now: morning })?.id, 'i-000001');
  cli.close();
  commit(daemon, 'c2', before);
  assert.deepEqual(loadMemory(daemon, 'cluster').acknowledged, { 'i-000001': { by: 'ana', at: morning } });
  daemon.close();
});

test('nothing of a commit is kept when a part of it fails (A1)', () => {
  const record = openRecord(':memory:', { now: morning });
  record.db.exec('DROP TABLE outbox');
  assert.throws(() =>
    commitCycle(record, {
      cycle: cycleOf('c1'),
      memory: memoryWith(incidentWith()),
      events: [],
      deliveries: [deliveryWith()],
    }),
  );
  assert.equal(listIncidents(record).length, 0);
});

describe('schema', () => {
  const nextStep = 'ALTER TABLE cycles ADD COLUMN note TEXT';

  test('an older file is brought up to date, and a copy of it is kept', () => {
    const record = openRecord(path, { now: morning });
    commit(record, 'c1', memoryWith(incidentWith()));
    migrate(record.db, path, morning, [...migrations, nextStep]);
    assert.equal(record.db.prepare('SELECT note FROM cycles').get()?.['note'], null);
    record.close();
    const copy = new DatabaseSync(`${path}.v${schemaVersion}.${morning}.bak`, { readOnly: true });
    assert.equal(copy.prepare('PRAGMA user_version').get()?.['user_version'], schemaVersion);
    assert.equal(copy.prepare('SELECT id FROM incidents').get()?.['id'], 'i-000001');
    copy.close();
  });

  test('a step that fails leaves the old schema whole', () => {
    const record = openRecord(':memory:', { now: morning });
    assert.throws(() => migrate(record.db, ':memory:', morning, [...migrations, nextStep, 'CREATE NONSENSE']));
    assert.equal(record.db.prepare('PRAGMA user_version').get()?.['user_version'], schemaVersion);
    assert.throws(() => record.db.prepare('SELECT note FROM cycles'));
  });

  test('a newer file is refused with a sentence, and not touched', () => {
    openRecord(path, { now: morning }).close();
    const newer = new DatabaseSync(path);
    newer.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
    newer.close();
    const before = readFileSync(path);
    assert.throws(
      () => openRecord(path, { now: morning }),
      /k8s-monitor.db was written by a newer k8s-monitor \(schema \d+, this one knows \d+\): run that version again, or set K8S_MONITOR_DATA_DIR to another folder/,
    );
    assert.deepEqual(readFileSync(path), before);
  });
});

describe('a broken file', () => {
  const faults: [fault: string, breakIt: (bytes: Buffer) => Buffer][] = [
    [
      'is no database',
      () => Buffer.from('this is not a database at all, but long enough to be read as one'.repeat(100)),
    ],
    ['was cut in half', (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2))],
    ['has a torn header', (bytes) => Buffer.concat([Buffer.alloc(100, 0xff), bytes.subarray(100)])],
    [
      'has garbage in its pages',
      (bytes) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0x5a)]),
    ],
    ['is of another program under our version', () => Buffer.alloc(0)],
  ];
  for (const [fault, breakIt] of faults) {
    test(`that ${fault} is set aside and a fresh one begun (A9)`, () => {
      const record = openRecord(path, { now: morning });
      commit(record, 'c1', memoryWith(incidentWith()));
      record.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      record.close();
      const bytes = breakIt(readFileSync(path));
      rmSync(path);
      if (bytes.length > 0) writeFileSync(path, bytes);
      else foreignDatabase(path);
      const fresh = openRecord(path, { now: morning });
      assert.equal(fresh.trouble[0]?.code, 'corrupt');
      assert.match(fresh.trouble[0]?.says ?? '', /is kept as .*corrupt-\d+ and a fresh one was begun/);
      assert.ok(readdirSync(join(folder, 'data')).some((name) => name.includes('.corrupt-')));
      commit(fresh, 'c2', memoryWith(incidentWith({ id: 'i-2' })));
      assert.deepEqual([fresh.inMemory, listIncidents(fresh).length], [false, 1]);
      fresh.close();
    });
  }

  test('whichever byte is flipped, it opens (A9)', () => {
    const record = openRecord(path, { now: morning });
    commit(record, 'c1', memoryWith(incidentWith()));
    record.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    record.close();
    const bytes = readFileSync(path);
    // Samples of the header, then of the pages.
    const places = [
      ...Array.from({ length: 25 }, (_, index) => index * 4),
      ...Array.from({ length: 25 }, (_, index) => 100 + index * 2017),
    ];
    for (const place of places) {
      rmSync(join(folder, 'data'), { recursive: true });
      openRecord(path, { now: morning }).close();
      for (const log of ['-wal', '-shm']) rmSync(path + log, { force: true });
      const flipped = Buffer.from(bytes);
      flipped[place % bytes.length] = (flipped[place % bytes.length] ?? 0) ^ 0xff;
      writeFileSync(path, flipped);
      try {
        const opened = openRecord(path, { now: morning });
        commit(opened, 'c2', memoryWith(incidentWith({ id: 'i-2' })));
        opened.close();
      } catch (error) {
        // A flipped version number cannot be told from a newer file.
        assert.match(String(error), /newer k8s-monitor/, `byte ${place}`);
        assert.ok(place >= 60 && place < 64, `byte ${place}`);
      }
    }
  });
});

describe('a disk that refuses', () => {
  test('a folder that cannot be made: the record lives in memory and says so', () => {
    writeFileSync(join(folder, 'data'), 'a file where the folder should be');
    const record = openRecord(path, { now: morning });
    assert.equal(record.inMemory, true);
    assert.match(record.trouble[0]?.says ?? '', /cannot be written .*kept in memory, and a restart forgets it/);
    commit(record, 'c1', memoryWith(incidentWith()));
    assert.equal(listIncidents(record).length, 1);
  });

  test('fills up in the middle: all that was kept is carried on in memory, and back to the disk when there is room (F51, A9)', () => {
    const record = openRecord(path, { now: morning });
    commitCycle(record, {
      cycle: cycleOf('c1'),
      memory: memoryWith(incidentWith()),
      events: [],
      deliveries: [deliveryWith({ key: 'waiting' })],
    });
    const pages = Number(record.db.prepare('PRAGMA page_count').get()?.['page_count']);
    record.db.exec(`PRAGMA max_page_count = ${pages}`);
    const big = incidentWith({ id: 'i-2', says: 'x'.repeat(200_000) });
    commit(record, 'c2', memoryWith(incidentWith(), big));
    assert.deepEqual([record.inMemory, record.trouble.length], [true, 1]);
    assert.match(record.trouble[0]?.says ?? '', /full/);
    assert.deepEqual(
      listIncidents(record).map(({ id }) => id),
      ['i-000001', 'i-2'],
    );
    assert.deepEqual(
      loadWaiting(record.db).map(({ key }) => key),
      ['waiting'],
    );

    commit(record, 'c3', memoryWith(incidentWith(), big), morning + 30_000);
    assert.equal(record.inMemory, true, 'not tried again before a minute is over');
    commit(record, 'c4', memoryWith(incidentWith(), big, incidentWith({ id: 'i-3' })), morning + minute);
    assert.deepEqual([record.inMemory, record.trouble], [false, []]);
    record.close();
    const again = openRecord(path, { now: morning });
    assert.deepEqual(
      loadMemory(again, 'cluster').incidents.map(({ id }) => id),
      ['i-000001', 'i-2', 'i-3'],
    );
    assert.deepEqual(
      loadWaiting(again.db).map(({ key }) => key),
      ['waiting'],
    );
    assert.deepEqual(
      listCycles(again, 'cluster', 0).map(({ id }) => id),
      ['c1', 'c2', 'c3', 'c4'],
    );
    again.close();
  });

  test('turns read-only: the cycle is kept in memory, and the file is left as it was (F51)', () => {
    const record = openRecord(path, { now: morning });
    commit(record, 'c1', memoryWith(incidentWith()));
    record.db.exec('PRAGMA query_only = 1');
    commit(record, 'c2', memoryWith(incidentWith({ id: 'i-2' })));
    assert.equal(record.inMemory, true);
    assert.match(record.trouble[0]?.says ?? '', /readonly/);
    const file = openRecord(path, { now: morning });
    assert.deepEqual(
      listIncidents(file).map(({ id }) => id),
      ['i-000001'],
    );
    file.close();
  });
});

function foreignDatabase(at: string): void {
  const db = new DatabaseSync(at);
  db.exec(`CREATE TABLE meta (other TEXT); PRAGMA user_version = ${schemaVersion};`);
  db.close();
}
