import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revisionWith, service } from '../../test/support/revision.ts';
import { type SourceName, sourceNames } from '../cluster/snapshot.ts';
import type { Ignore, Revision } from '../config/revision.ts';
import { findNeededSources } from './needed-sources.ts';

const at = { file: 'agents/k8s-analyzer.md', line: 1, column: 1 };
const ignored = (name: string, when?: Ignore['when']): Ignore => ({ what: 'check', name, at, ...(when && { when }) });
const threshold = (name: string) => ({ name, value: '1', at });

const rows: { says: string; source: SourceName; under?: Partial<Revision>; needed: boolean }[] = [
  { says: 'a check reads it', source: 'pods', needed: true },
  { says: 'it only says why pods cannot be created', source: 'resourcequotas', needed: false },
  { says: 'it only says whether a name exists', source: 'configmaps', needed: false },
  { says: 'it only says whether a name exists', source: 'serviceaccounts', needed: false },
  { says: 'it only says what changed', source: 'controllerrevisions', needed: false },
  { says: 'it only says why', source: 'logs', needed: false },
  { says: 'nobody set a threshold for usage', source: 'podmetrics', needed: false },
  {
    says: 'the Markdown sets a threshold for usage',
    source: 'podmetrics',
    under: { thresholdLines: [threshold('memory usage')] },
    needed: true,
  },
  { says: 'nobody set days for certificates', source: 'certificates', needed: false },
  {
    says: 'the Markdown sets days for certificates',
    source: 'certificates',
    under: { thresholdLines: [threshold('certificate days')] },
    needed: true,
  },
  { says: 'its only check is on', source: 'ingresses', needed: true },
  {
    says: 'the Markdown ignores its only check',
    source: 'ingresses',
    under: { ignores: [ignored('ingress-broken')] },
    needed: false,
  },
  {
    says: 'the Markdown ignores its only check now and then',
    source: 'ingresses',
    under: { ignores: [ignored('ingress-broken', 'running')] },
    needed: true,
  },
];

for (const { says, source, under, needed } of rows) {
  test(`${source} is ${needed ? 'needed' : 'not needed'}: ${says}`, () => {
    assert.equal(findNeededSources(revisionWith(under)).has(source), needed);
  });
}

test('listed services need what shows their state, though every check were ignored', () => {
  const ignores: Ignore[] = [{ what: 'check', name: '*', at }];
  assert.deepEqual([...findNeededSources(revisionWith({ ignores }))], []);
  const needed = findNeededSources(revisionWith({ ignores, services: [service('P0 shop')] }));
  assert.ok(needed.has('pods') && needed.has('endpointslices') && !needed.has('nodes'));
  assert.ok([...needed].every((source) => sourceNames.includes(source)));
});
