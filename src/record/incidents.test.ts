import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { deliveryWith, incidentWith, judgementOf, morning } from '../../test/support/told.ts';
import { emptySnapshot } from '../cluster/snapshot.ts';
import { day, hour, type Millis, minute } from '../lib/clock.ts';
import type { Delivery, Withheld } from '../notify/delivery.ts';
import { markSent } from '../notify/outbox.ts';
import type { Incident, Suppressed } from '../triage/incident.ts';
import { commitCycle } from './commit-cycle.ts';
import { takeCycleRecord } from './cycle-record.ts';
import {
  acknowledge,
  addMute,
  isFirstContact,
  listCycles,
  listIncidents,
  listMutes,
  listOutbox,
  loadLastDay,
  loadPast,
  showIncident,
} from './incidents.ts';
import { loadMemory } from './memory.ts';
import { type MonitorRecord, openRecord } from './open-record.ts';
import { prune } from './prune.ts';

let record: MonitorRecord;
beforeEach(() => {
  record = openRecord(':memory:', { now: morning });
});

type Given = { deliveries?: Delivery[]; suppressed?: Suppressed[]; withheld?: Withheld[]; at?: Millis };
function commit(
  incidents: Incident[],
  { deliveries = [], suppressed = [], withheld = [], at = morning }: Given = {},
): void {
  const events = incidents.map(({ id }) => ({ type: 'opened' as const, incident: id, at, says: 'seen first' }));
  const judgement = judgementOf(incidents, { events, suppressed });
  const result = {
    ...judgement,
    cycle: `c-${at}`,
    now: at,
    revision: { id: 'r1' },
    snapshot: emptySnapshot(at, { id: 'cluster', name: 'test' }),
    deliveries,
    withheld,
  };
  const cycle = takeCycleRecord(result, { trigger: 'schedule', took: 5, exit: 0 });
  commitCycle(record, { cycle, memory: judgement.memory, events, deliveries });
}

const ended = (id: string, endedAt: Millis): Incident =>
  incidentWith({ id, state: 'resolved', endedAt, openedAt: endedAt - hour });

test('open incidents are listed the worst first, all of them with the ended ones last', () => {
  commit([
    incidentWith({ id: 'i-3', severity: 'SEV-3' }),
    incidentWith({ id: 'i-1', severity: 'SEV-1' }),
    ended('i-0', morning),
  ]);
  assert.deepEqual(
    listIncidents(record).map(({ id }) => id),
    ['i-1', 'i-3'],
  );
  assert.deepEqual(
    listIncidents(record, { all: true }).map(({ id }) => id),
    ['i-1', 'i-3', 'i-0'],
  );
});

test('an incident is shown with what happened and what was told, by its id or the beginning of it', () => {
  commit([incidentWith({ id: 'i-7f3a9c' })], { deliveries: [deliveryWith({ incident: 'i-7f3a9c' })] });
  for (const id of ['i-7f3a9c', 'i-7f']) {
    const story = showIncident(record, id);
    assert.deepEqual(
      story?.events.map(({ type, cycle }) => [type, cycle]),
      [['opened', `c-${morning}`]],
    );
    assert.deepEqual(
      story?.messages.map(({ kind, state }) => [kind, state]),
      [['first', 'planned']],
    );
  }
  assert.equal(showIncident(record, 'i-8'), undefined);
});

test('a beginning that several share is nobody', () => {
  commit([incidentWith({ id: 'i-7a' }), incidentWith({ id: 'i-7b' }), incidentWith({ id: 'i-7' })]);
  assert.equal(showIncident(record, 'i-'), undefined);
  assert.equal(showIncident(record, 'i-7')?.incident.id, 'i-7', 'a whole id counts before a beginning');
});

test('an acknowledgement is in the memory of the next cycle; an incident that is over takes none', () => {
  commit([incidentWith(), ended('i-0', morning)]);
  assert.equal(acknowledge(record, { id: 'i-000001', by: 'ana', now: morning })?.id, 'i-000001');
  assert.equal(acknowledge(record, { id: 'i-0', by: 'ana', now: morning }), undefined);
  assert.equal(acknowledge(record, { id: 'i-9', by: 'ana', now: morning }), undefined);
  assert.deepEqual(loadMemory(record, 'cluster').acknowledged, { 'i-000001': { by: 'ana', at: morning } });
});

describe('a mute', () => {
  const wanted = { what: 'service', name: 'shop', why: 'migration', by: 'ana', now: morning, lasts: hour } as const;

  test('is in the memory of the next cycle and ends', () => {
    const mute = addMute(record, wanted);
    assert.deepEqual(loadMemory(record, 'cluster').mutes, [mute]);
    assert.deepEqual([listMutes(record, morning + hour - 1).length, listMutes(record, morning + hour).length], [1, 0]);
  });

  test('of an incident lets a higher severity through', () => {
    commit([incidentWith({ id: 'i-7f3a9c', severity: 'SEV-3' })]);
    assert.partialDeepStrictEqual(addMute(record, { ...wanted, what: 'incident', name: 'i-7f' }), {
      name: 'i-7f3a9c',
      severity: 'SEV-3',
    });
  });

  test('of what cannot exist is refused with a sentence', () => {
    assert.throws(
      () => addMute(record, { ...wanted, what: 'incident', name: 'i-9' }),
      /no incident i-9: see `k8s-monitor incidents list --all`/,
    );
    assert.throws(
      () => addMute(record, { ...wanted, what: 'check', name: 'crashloop' }),
      /no check "crashloop": one of crash-loop, /,
    );
  });
});

test('the next plan knows what remembered incidents were told, the newest of each kind, and what summaries covered', () => {
  const at = (plannedAt: Millis, given: Partial<Delivery>): Delivery =>
    deliveryWith({ plannedAt, key: `${plannedAt}`, ...given });
  const { incident: _, ...summary } = at(morning - 5 * day, { kind: 'baseline', covers: ['i-000001'] });
  commit([incidentWith()], {
    deliveries: [
      at(morning - 4 * day, {}),
      at(morning - 3 * day, { kind: 'reminder' }),
      at(morning - 2 * day, { kind: 'reminder' }),
      at(morning - 1, { incident: 'i-forgotten' }),
      summary,
    ],
  });
  assert.deepEqual(
    loadPast(record, 'cluster', morning)
      .map(({ kind, plannedAt }) => [kind, (morning - plannedAt) / day])
      .sort(),
    [
      ['baseline', 5],
      ['first', 4],
      ['reminder', 2],
    ],
  );
});

test('first contact lasts ten minutes, so that what settles meanwhile belongs to it', () => {
  assert.equal(isFirstContact(record, 'cluster', morning), true);
  commit([]);
  commit([], { at: morning + minute });
  assert.equal(isFirstContact(record, 'cluster', morning + 9 * minute), true);
  assert.equal(isFirstContact(record, 'cluster', morning + 10 * minute), false);
  assert.equal(isFirstContact(record, 'other', morning + hour), true);
});

test('the digest is told what ended, what was silenced and what was held in the last day, each once, and nothing of what is ignored', () => {
  const subject = { kind: 'Deployment', namespace: 'shop', name: 'shop' };
  const suppressed: Suppressed[] = [
    {
      findings: ['f'],
      subject,
      by: { kind: 'known-issue', name: 'Backup' },
      services: ['shop'],
      says: 'shop is not ready',
    },
    { findings: ['g'], subject, by: { kind: 'ignore', name: 'namespace lab' }, services: [], says: 'ignored' },
  ];
  const withheld: Withheld[] = [{ incident: 'i-5', kind: 'held', because: 'held outside weekdays' }];
  commit([ended('i-0', morning - 2 * day)], { at: morning - 2 * day });
  commit([ended('i-1', morning - hour)], { suppressed, withheld, at: morning - hour });
  commit([], { suppressed, withheld, at: morning - minute });
  assert.deepEqual(loadLastDay(record, 'cluster', morning), {
    ended: ['SEV-2 container app exits with code 1 again and again (i-1)'],
    suppressed: ['known-issue "Backup": shop is not ready (in 2 cycles)'],
    held: ['i-5: held outside weekdays'],
  });
});

test('messages that wait or were given up are listed', () => {
  commit([incidentWith()], { deliveries: [deliveryWith({ key: 'a' }), deliveryWith({ key: 'b' })] });
  markSent(record.db, 'a', morning);
  assert.deepEqual(
    listOutbox(record).map(({ key }) => key),
    ['b'],
  );
  assert.deepEqual(
    listOutbox(record, 'sent').map(({ key }) => key),
    ['a'],
  );
});

describe('pruning', () => {
  test('keeps cycles 30 days and ended incidents a year; what waits and what is open stays', () => {
    commit(
      [
        incidentWith({ id: 'i-open', openedAt: morning - 400 * day }),
        ended('i-old', morning - 366 * day),
        ended('i-young', morning - 364 * day),
      ],
      {
        at: morning - 31 * day,
        deliveries: [deliveryWith({ key: 'waits', incident: 'i-old', plannedAt: morning - 400 * day })],
      },
    );
    commit([incidentWith({ id: 'i-open', openedAt: morning - 400 * day })], { at: morning });
    prune(record, morning);
    assert.deepEqual(
      listIncidents(record, { all: true }).map(({ id }) => id),
      ['i-open', 'i-young'],
    );
    assert.deepEqual(
      listOutbox(record).map(({ key }) => key),
      ['waits'],
    );
    assert.equal(listCycles(record, 'cluster', 0).length, 1);
  });

  test('a quiet month keeps the cycle that its heartbeats are like', () => {
    for (const age of [40, 20, 10]) commit([], { at: morning - age * day });
    prune(record, morning);
    assert.deepEqual(listCycles(record, 'cluster', morning - 30 * day).length, 2);
  });

  test('stays under its size by shortening what it keeps', () => {
    for (let age = 29; age >= 0; age--) {
      const big = 'x'.repeat(20_000);
      commit([], { at: morning - age * day, withheld: [{ incident: `i-${age}`, kind: 'held', because: big }] });
    }
    prune(record, morning, 300_000);
    const left = listCycles(record, 'cluster', 0);
    assert.ok(left.length > 3 && left.length < 20, `${left.length} cycles`);
    assert.equal(left.at(-1)?.at, morning, 'the newest stay');
  });
});
