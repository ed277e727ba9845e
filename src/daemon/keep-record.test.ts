import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { incidentWith, judgementOf, morning } from '../../test/support/told.ts';
import { emptySnapshot } from '../cluster/snapshot.ts';
import { emptyRevision } from '../config/empty-revision.ts';
import { openRecord } from '../record/open-record.ts';
import { keepCycle, writeStories } from './keep-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-stories-'));
after(() => rmSync(folder, { recursive: true }));

/** A record that keeps so many incidents, and their ids as the cycle gave them back. */
function storm(incidents: number): { record: ReturnType<typeof openRecord>; changed: string[] } {
  const record = openRecord(':memory:', { now: morning });
  const all = Array.from({ length: incidents }, (_, index) => incidentWith({ id: `i-${index}`, state: 'open' }));
  const snapshot = emptySnapshot(morning, { id: 'cluster', name: 'test' });
  const result = {
    ...judgementOf(all),
    cycle: 'c1',
    now: morning,
    revision: emptyRevision,
    snapshot,
    changes: [],
    deliveries: [],
    withheld: [],
    faults: [],
  };
  const { changed } = keepCycle(record, result, { trigger: 'start', took: 1 });
  return { record, changed };
}

test('a storm of stories is written whole, and leaves the main loop its turns', async () => {
  const { record, changed } = storm(200);
  let turns = 0;
  let ended = false;
  const turn = (): void => {
    turns++;
    if (!ended) setImmediate(turn);
  };
  setImmediate(turn);
  assert.equal(await writeStories(record, changed, folder, 'UTC'), undefined);
  ended = true;
  assert.ok(turns > 1, `${turns} turns while it wrote`);
  assert.equal(readdirSync(join(folder, 'incidents')).length, 200);
});

test('a story that cannot be written is told', async () => {
  const { record, changed } = storm(1);
  const file = join(folder, 'no-folder');
  writeFileSync(file, '');
  assert.match((await writeStories(record, changed, file, 'UTC')) ?? '', /ENOTDIR|EEXIST/);
});
