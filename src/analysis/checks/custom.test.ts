import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revisionWith } from '../../../test/support/revision.ts';
import { finding, judgeOnce, noon, workload, worldOf } from '../../../test/support/triage.ts';
import type { CustomResult } from '../../cluster/beside.ts';
import { refName } from '../../cluster/world.ts';
import { defaultThresholds } from '../../config/thresholds.ts';
import { findProblems } from '../find-problems.ts';

const world = worldOf([workload('Deployment shop/web', { wanted: 3 })]);
const pod = (index: number) => ({
  object: { kind: 'Pod', namespace: 'shop', name: `web-${index}` },
  text: `web-${index} has no limit`,
});

function found(matches: CustomResult['matches'], parts: Partial<CustomResult> = {}) {
  const result: CustomResult = {
    name: 'No limits',
    at: noon,
    took: 1,
    state: 'ok',
    matches,
    looked: 20,
    matchesMost: false,
    ...parts,
  };
  return findProblems({
    world,
    now: noon,
    thresholds: defaultThresholds,
    ignores: [],
    firstSeen: {},
    probes: [],
    customResults: [result],
  });
}

const rows: [what: string, found: ReturnType<typeof found>, is: string[]][] = [
  [
    'objects are told by their top owner, once',
    found([pod(0), pod(1)]),
    ['Deployment shop/web: No limits: web-0 has no limit (and 1 more)'],
  ],
  [
    'an object nobody knows stands for itself',
    found([{ object: { kind: 'Gadget', namespace: 'a', name: 'b' }, text: 'odd' }]),
    ['Gadget a/b: No limits: odd'],
  ],
  [
    'plain strings are about the check',
    found([{ text: 'something is odd' }]),
    ['CustomCheck No limits: No limits: something is odd'],
  ],
  [
    'most of what it looked at is one finding with a count',
    found([pod(0), pod(1), pod(2)], { looked: 4, matchesMost: true }),
    ['CustomCheck No limits: No limits: 3 matches among 4 objects'],
  ],
  ['what could not run finds nothing', found([pod(0)], { state: 'unknown', reason: 'jq' }), []],
];
for (const [what, findings, is] of rows) {
  test(`custom: ${what}`, () =>
    assert.deepEqual(
      findings.map(({ subject, says }) => `${refName(subject)}: ${says}`),
      is,
    ));
}

test('custom: mass failure is one incident, a SEV-4 unless its section says more', () => {
  for (const [severity, is] of [
    [undefined, 'SEV-4'],
    ['SEV-2', 'SEV-2'],
  ] as const) {
    const findings = found([pod(0), pod(1), pod(2)], { matchesMost: true, ...(severity && { severity }) });
    assert.deepEqual(
      judgeOnce({
        revision: revisionWith(),
        world,
        findings: [...findings, finding('custom', 'Deployment shop/other')],
      })
        .incidents.map(({ subject, severity: one }) => [subject.name, one])
        .filter(([name]) => name === 'No limits'),
      [['No limits', is]],
    );
  }
});
