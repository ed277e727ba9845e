import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snapshotOf } from '../src/cluster/project/snapshot-of.ts';
import { runCycle } from '../src/cycle.ts';
import { hour, type Millis, minute } from '../src/lib/clock.ts';
import type { OutboxEntry } from '../src/notify/delivery.ts';
import { takeCycleRecord } from '../src/record/cycle-record.ts';
import { emptyMemory } from '../src/triage/incident.ts';
import { revisionWith, service } from './support/revision.ts';
import { type HistoryStep, rolledOut, template } from './support/rollouts.ts';
import { line, sentEntry } from './support/told.ts';
import { noon } from './support/triage.ts';

const step = (name: string, revision: number, tag: string, at: Millis): HistoryStep => ({
  name,
  revision,
  at,
  template: template({ image: `registry.example/shop:${tag}` }),
});
const first = step('web-a', 1, '1.4.1', noon - 40 * hour);
const bad = step('web-b', 2, '1.4.2', noon);

const well = rolledOut([first], { runs: 'web-a', podsSince: noon - 40 * hour });
const rolledOutBadly = rolledOut([first, bad], { runs: 'web-b', ready: 0, podsSince: noon });
const revertedAt = noon + 25 * minute;
const rolledBack = rolledOut([bad, { ...first, revision: 3 }], { runs: 'web-a', podsSince: revertedAt });

/** A monitor without a clock, a cluster or a disk: cycles that share what a record would keep. */
function startCycles() {
  const revision = revisionWith({ services: [service('P0 web')], escalation: [line('SEV-1'), line('SEV-3')] });
  let memory = emptyMemory;
  const past: OutboxEntry[] = [];
  let ids = 0;
  return (at: Millis, objects: unknown[]) => {
    const result = runCycle({
      cycle: `c-${at}`,
      now: at,
      revision,
      snapshot: snapshotOf(objects, { now: at, cluster: { id: 'c1', name: 'test' } }),
      memory,
      customResults: [],
      probes: [],
      past,
      channels: { routes: ['console', 'slack'] },
      firstContact: false,
      observe: false,
      oneShot: false,
      newId: () => `i-${++ids}`,
    });
    // As the record gives it back.
    memory = JSON.parse(JSON.stringify(result.memory)) as typeof memory;
    past.push(...result.deliveries.map(sentEntry));
    return { ...result, counts: takeCycleRecord(result, { trigger: 'schedule', took: 1, exit: 0 }).counts };
  };
}

test('a bad rollout is told, its revert is named in the resolved message, and the digest has both verdicts once', () => {
  const cycle = startCycles();
  cycle(noon - minute, well);
  const begun = cycle(noon + minute, rolledOutBadly);
  assert.ok((begun.nextAt ?? 0) <= noon + 30 * minute, 'a verdict is waited for');
  cycle(noon + 20 * minute, rolledOutBadly);
  const told = cycle(noon + 21 * minute, rolledOutBadly);
  assert.deepEqual(
    told.deliveries.map(({ kind, severity }) => [kind, severity]),
    [['first', 'SEV-1']],
  );
  assert.match(
    told.deliveries[0]?.text ?? '',
    /What changed:\n- changed at the same time it began \(the same object\): rollout of Deployment shop\/web to revision 2/,
  );

  const recovering = cycle(noon + 26 * minute, rolledBack);
  assert.equal(recovering.counts.verdicts, 1);
  const [resolved] = cycle(noon + 29 * minute, rolledBack).deliveries.filter(({ kind }) => kind === 'resolved');
  const why = 'revision 2 was reverted to revision 1 (image app: 1.4.2 -> 1.4.1)';
  assert.equal(resolved?.because, `the root stayed healthy; recovered after ${why}`);
  assert.ok(resolved?.text.includes(`It recovered after ${why}`), resolved?.text);
  assert.match(
    resolved?.text ?? '',
    /- \[reverted, and it recovered\] changed .*: rollout of Deployment shop\/web to revision 2/,
  );

  const judged = cycle(revertedAt + 30 * minute, rolledBack);
  assert.deepEqual([judged.counts.verdicts, judged.deliveries.length], [1, 0], 'a verdict alone is no message');
  const morning = cycle(noon + 21 * hour, rolledBack);
  assert.deepEqual(
    morning.deliveries.map(({ kind }) => kind),
    ['digest'],
  );
  assert.match(
    morning.deliveries[0]?.text ?? '',
    /Rollouts:\n- web: Deployment shop\/web: revision 2 was reverted to revision 1 .*\n- web: Deployment shop\/web: revision 3 \(image app: 1\.4\.2 -> 1\.4\.1\) is healthy after 30m: nothing fails that did not before/,
  );
  assert.deepEqual(cycle(noon + 45 * hour, rolledBack).deliveries, [], 'told once');
});
