import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeWorld } from '../cluster/make-world.ts';
import { snapshotOf } from '../cluster/project/snapshot-of.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Ignore } from '../config/revision.ts';
import { defaultThresholds } from '../config/thresholds.ts';
import { minute } from '../lib/clock.ts';
import { findProblems, type ProblemInput, unreadChecks } from './find-problems.ts';
import type { Finding } from './finding.ts';

const now = Date.parse('2026-01-15T12:00:00Z');
const at = { file: 'agents/k8s-analyzer.md', line: 7, column: 1 };

const pod = (name: string, status: object, more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: name, ...more },
  spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'registry.example/shop/web:v2' }] },
  status,
});
const crashing = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-01-15T11:40:00Z' }],
  containerStatuses: [
    { name: 'app', ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } },
  ],
};
const undated = { phase: 'Running', containerStatuses: crashing.containerStatuses };
const notReady = { phase: 'Running', conditions: crashing.conditions, containerStatuses: [] };

function find(objects: readonly object[], more: Partial<ProblemInput> = {}, snapshot?: Snapshot): Finding[] {
  const world = makeWorld(snapshot ?? snapshotOf(objects, { now }));
  return findProblems({
    world,
    now,
    thresholds: defaultThresholds,
    probes: [],
    customResults: [],
    ignores: [],
    firstSeen: {},
    ...more,
  });
}

const only = (objects: readonly object[], more?: Partial<ProblemInput>): Finding => {
  const found = find(objects, more);
  assert.equal(found.length, 1, found.map(({ id }) => id).join());
  return found[0] ?? assert.fail();
};

describe('a finding', () => {
  test('is called after its check and its subject', () => {
    assert.equal(only([pod('web-1', crashing)]).id, 'crash-loop/Pod/shop/web-1');
  });

  test('dates from the cluster where an object says when', () => {
    const { since, sinceFrom } = only([pod('web-1', crashing)]);
    assert.deepEqual([since, sinceFrom], [Date.parse('2026-01-15T11:40:00Z'), 'cluster']);
  });

  test('dates from our first sight where none does, and from now the first time', () => {
    const firstSeen = { 'crash-loop/Pod/shop/web-1': now - minute };
    const again = only([pod('web-1', undated)], { firstSeen });
    assert.deepEqual([again.since, again.sinceFrom], [now - minute, 'record']);
    assert.equal(only([pod('web-1', undated)]).since, now);
  });

  test('is never dated into the future', () => {
    const ahead = {
      ...crashing,
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-01-15T12:07:00Z' }],
    };
    assert.equal(only([pod('web-1', ahead)]).since, now);
  });

  test('numbers its evidence', () => {
    const { evidence } = only([pod('web-1', crashing)]);
    assert.deepEqual(
      evidence.map(({ id }) => id),
      evidence.map((_, index) => `e${index + 1}`),
    );
  });

  test('is one per owner and check, with all pods in it', () => {
    const owned = {
      labels: { 'pod-template-hash': '5d4f8c7b9' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-5d4f8c7b9', controller: true }],
    };
    const finding = only([pod('web-5d4f8c7b9-b', crashing, owned), pod('web-5d4f8c7b9-a', crashing, owned)]);
    assert.equal(finding.id, 'crash-loop/Deployment/shop/web');
    assert.deepEqual(finding.pods.map(({ name }) => name).sort(), ['web-5d4f8c7b9-a', 'web-5d4f8c7b9-b']);
  });

  test('keeps a name that is no plain name out of the command', () => {
    assert.ok(!only([pod('web;reboot', crashing)]).next.includes('reboot'));
  });
});

test('a secret in a log is in no finding', () => {
  const logs = [
    {
      namespace: 'shop',
      pod: 'web-1',
      container: 'app',
      previous: true,
      lines: ['DB_URL is not set, got postgres://app:hunter2@db/app'],
    },
  ];
  const found = find([], {}, snapshotOf([pod('web-1', crashing)], { now, logs }));
  assert.equal(found[0]?.cause, 'missing-setting');
  assert.ok(!JSON.stringify(found).includes('hunter2'), JSON.stringify(found));
});

test('findings come in the same order whatever the order of the objects', () => {
  const objects = [pod('b', crashing), pod('a', notReady), pod('c', crashing)];
  const ids = find(objects).map(({ id }) => id);
  assert.deepEqual(
    ids,
    find(objects.toReversed()).map(({ id }) => id),
  );
  assert.deepEqual(ids, ['crash-loop/Pod/shop/b', 'crash-loop/Pod/shop/c', 'not-ready/Pod/shop/a']);
});

describe('the grace of a finding', () => {
  const graces = { 'not-ready': 7 * minute, 'config-error': 7 * minute };
  const missing = {
    phase: 'Pending',
    containerStatuses: [
      {
        name: 'app',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "db" not found' } },
      },
    ],
  };
  test('is its check`s', () => assert.equal(only([pod('web-1', notReady)]).grace, 3 * minute));
  test('unless Markdown sets one', () => {
    assert.equal(only([pod('web-1', notReady)], { thresholds: { ...defaultThresholds, graces } }).grace, 7 * minute);
  });
  test('and is 0 for what never heals alone, whatever Markdown says', () => {
    assert.equal(only([pod('web-1', missing)], { thresholds: { ...defaultThresholds, graces } }).grace, 0);
  });
});

describe('an ignore', () => {
  const rows: [string, Omit<Ignore, 'at'>, boolean][] = [
    ['of the namespace', { what: 'namespace', name: 'shop' }, true],
    ['of a pattern of namespaces', { what: 'namespace', name: 'SH*' }, true],
    ['of another namespace', { what: 'namespace', name: 'shopping' }, false],
    ['of a pattern that only begins alike', { what: 'namespace', name: 's*x' }, false],
    ['of the kind', { what: 'kind', name: 'pod' }, true],
    ['of another kind', { what: 'kind', name: 'Job' }, false],
    ['of the check', { what: 'check', name: 'crash-loop' }, true],
    ['of the reason', { what: 'reason', name: 'CrashLoopBackOff' }, true],
    ['of another reason', { what: 'reason', name: 'BackOff' }, false],
    ['of the check where the pod runs', { what: 'check', name: 'crash-loop', when: 'running' }, true],
    ['of the check where the pod does not run', { what: 'check', name: 'crash-loop', when: 'not-running' }, false],
  ];
  for (const [what, ignore, covered] of rows) {
    test(`${what} ${covered ? 'covers' : 'does not cover'} it, and it is listed all the same`, () => {
      const finding = only([pod('web-1', crashing)], { ignores: [{ ...ignore, at }] });
      assert.deepEqual(finding.ignored?.at, covered ? at : undefined);
    });
  }
});

describe('what was not seen', () => {
  const blind = (state: 'denied' | 'partial' | 'absent'): Snapshot => {
    const snapshot = snapshotOf([pod('web-1', crashing)], { now });
    const coverage = snapshot.coverage.map((one) => (one.source === 'pods' ? { ...one, state } : one));
    return { ...snapshot, coverage };
  };
  test('a check without any of its sources finds nothing', () => {
    assert.deepEqual(find([], {}, blind('denied')), []);
  });
  test('the checks that miss a source are named, with the source', () => {
    const unread = unreadChecks(blind('partial'));
    assert.deepEqual(unread.find(({ check }) => check === 'crash-loop')?.missing, ['pods']);
  });
  test('a kind that is not installed is missed by nobody', () => {
    assert.deepEqual(unreadChecks(blind('absent')), []);
  });
});
