import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revisionWith } from '../../test/support/revision.ts';
import { noon, workload } from '../../test/support/triage.ts';
import { snapshotOf } from '../cluster/project/snapshot-of.ts';
import { runCycle } from '../cycle.ts';
import { minute } from '../lib/clock.ts';
import { emptyMemory } from '../triage/incident.ts';
import { printCycle } from './print-cycle.ts';

/** Something told, something whose grace runs, and something in a namespace that is ignored. */
function printed(all: boolean): string {
  const objects = [
    ...workload('Deployment shop/told', { ready: 0, since: noon - 30 * minute }),
    ...workload('Deployment shop/young', { ready: 0, since: noon - minute }),
    ...workload('Deployment lab/ignored', { ready: 0, since: noon - 30 * minute }),
  ];
  const at = { file: 'agents/k8s-analyzer.md', line: 1, column: 1 };
  const result = runCycle({
    cycle: 'c-1',
    now: noon,
    revision: revisionWith({ ignores: [{ what: 'namespace', name: 'lab', at }] }),
    snapshot: snapshotOf(objects, { now: noon }),
    memory: emptyMemory,
    customResults: [],
    probes: [],
    past: [],
    channels: { routes: ['console'] },
    firstContact: false,
    observe: false,
    oneShot: true,
    newId: () => 'i-1',
  });
  const lines: string[] = [];
  const print = (text: string): void => void lines.push(text);
  printCycle(result, { all }, { print, warn: print, colour: false });
  return lines.join('\n');
}

test('what is pending or ignored is counted, and shown with --all with its reason', () => {
  const short = printed(false);
  assert.match(short, /shop\/told/);
  assert.match(short, /2 findings pending or ignored \(--all shows them\)/);
  assert.doesNotMatch(short, /shop\/young|lab\/ignored/);
  const long = printed(true);
  assert.match(long, /Pending and ignored\n.*lab\/ignored.*\(ignored: /);
  assert.match(long, /shop\/young.*\(not-ready has a grace of 3m\)/);
});
