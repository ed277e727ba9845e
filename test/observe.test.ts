import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { snapshotOf } from '../src/cluster/project/snapshot-of.ts';
import { judgeAndKeep } from '../src/daemon/judge-and-keep.ts';
import { minute } from '../src/lib/clock.ts';
import { listOutbox } from '../src/record/incidents.ts';
import { openRecord } from '../src/record/open-record.ts';
import { revisionWith, service } from './support/revision.ts';
import { line } from './support/told.ts';
import { noon, workload } from './support/triage.ts';

/** What is in the outbox after a cycle over a broken P0, by a monitor whose record is in trouble. */
function outboxAfter(observe: boolean): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-observe-'));
  const record = openRecord(':memory:', { now: noon });
  record.trouble.push({ code: 'not-writable', says: 'the disk is full', at: noon });
  try {
    judgeAndKeep(
      { record, folder, channels: { routes: ['console'] }, observe, newId: () => 'i-1' },
      {
        cycle: 'c-1',
        trigger: 'start',
        revision: revisionWith({
          services: [service('P0 shop')],
          escalation: [line('SEV-1', { channels: ['console'] })],
        }),
        snapshot: snapshotOf(workload('Deployment shop/shop', { ready: 0, since: noon - 10 * minute }), { now: noon }),
        customResults: [],
        probes: [],
        oneShot: true,
      },
    );
    return (['planned', 'observed'] as const).flatMap((state) =>
      listOutbox(record, state).map(({ kind }) => `${kind} ${state}`),
    );
  } finally {
    record.close();
    rmSync(folder, { recursive: true });
  }
}

test("observing, not even the monitor's own trouble is sent", () => {
  assert.deepEqual(outboxAfter(true).sort(), ['first observed', 'trouble observed']);
  assert.deepEqual(outboxAfter(false).sort(), ['first planned', 'trouble planned']);
});
