import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { judgementOf, morning } from '../../test/support/told.ts';
import { emptySnapshot } from '../cluster/snapshot.ts';
import { day, hour, type Millis } from '../lib/clock.ts';
import type { Suppressed } from '../triage/incident.ts';
import { commitCycle } from './commit-cycle.ts';
import { takeCycleRecord } from './cycle-record.ts';
import { type MonitorRecord, openRecord } from './open-record.ts';
import { findUnmatchedIssues } from './unmatched-issues.ts';

let record: MonitorRecord;
beforeEach(() => {
  record = openRecord(':memory:', { now: morning });
});

const silence = (name: string): Suppressed => ({
  findings: ['not-ready/Deployment/shop/shop'],
  subject: { kind: 'Deployment', namespace: 'shop', name: 'shop' },
  by: { kind: 'known-issue', name, at: { file: 'CLAUDE.md', line: 1, column: 1 } },
  services: ['shop'],
  says: 'expected',
});

function keep(at: Millis, inForce: string[], silent: string[] = []): void {
  const judgement = judgementOf([], { suppressed: silent.map(silence) });
  const cycle = takeCycleRecord(
    {
      ...judgement,
      cycle: `c-${at}`,
      now: at,
      revision: { id: 'r1', knownIssues: inForce.map((title) => ({ title })) },
      snapshot: emptySnapshot(at, { id: 'cluster', name: 'test' }),
      deliveries: [],
      withheld: [],
    },
    { trigger: 'schedule', took: 5, exit: 0 },
  );
  commitCycle(record, { cycle, memory: judgement.memory, events: [], deliveries: [] });
}

const ask = (...titles: string[]): string[] => findUnmatchedIssues(record, 'cluster', titles, morning);

test('known issues that silenced nothing for 30 days are named, those that did are not', () => {
  keep(morning - 30 * day + hour, ['Backup', 'Say "hello"', 'Restart']);
  keep(morning - 10 * day, ['Backup', 'Say "hello"', 'Restart'], ['Say "hello"']);
  keep(morning, ['Backup', 'Say "hello"', 'Restart', 'New']);
  assert.deepEqual(ask('Backup', 'Say "hello"', 'Restart', 'New'), ['Backup', 'Restart']);
});

test('what was silenced before the 30 days began, and still was then, counts', () => {
  keep(morning - 31 * day, ['Backup'], ['Backup']);
  keep(morning - 30 * day + hour, ['Backup'], ['Backup']);
  keep(morning, ['Backup']);
  assert.deepEqual(ask('Backup'), []);
});

test('a young record knows nothing', () => {
  keep(morning - 20 * day, ['Backup']);
  keep(morning, ['Backup']);
  assert.deepEqual(ask('Backup'), []);
});
