import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileWritten, savedOf } from '../../test/support/keeper.ts';
import type { Pin, Saved } from '../config/keep.ts';
import { findInitial, type KeptRevisions } from './boot-revision.ts';

const kept = (name: string, at: number): Saved => savedOf({ orchestrator: name, agents: 'a' }, at);
const pin: Pin = { revision: 'old+a', instead: 'new+a', at: 3, why: 'too loud', by: 'operator' };
const both = [kept('new', 2), kept('old', 1)];

const rows: [what: string, found: string, kept: Partial<KeptRevisions>][] = [
  ['the newest that was kept', 'new+a', { revisions: both }],
  ['the one that a rollback holds', 'old+a', { revisions: both, pin }],
  [
    'under a rollback to what is not kept any more, not what was left',
    'older+a',
    { revisions: [kept('new', 2), kept('older', 0)], pin },
  ],
  ['what was sent back is passed over', 'old+a', { revisions: both, sentBack: [{ id: 'new+a', at: 3 }] }],
  ['unless it was accepted again since', 'new+a', { revisions: both, sentBack: [{ id: 'new+a', at: 1 }] }],
  ['what was confirmed when it was accepted stays so', 'less+a', { revisions: [kept('less', 5), ...both] }],
  ['what this version refuses is passed over', 'old+a', { revisions: [kept('bad', 5), ...both.slice(1)] }],
  ['with nothing kept, the built-in default', 'default', {}],
  ['with nothing fit, the built-in default', 'default', { revisions: [kept('bad', 5)] }],
];

for (const [what, found, given] of rows) {
  test(`before a source is heard: ${what} (F35)`, async () => {
    const compile = async (files: Saved['files']) => compileWritten(files);
    const revisions = { revisions: [], pin: undefined, sentBack: [], ...given };
    const { kind, revision, from } = await findInitial(revisions, compile, 9);
    assert.equal(kind === 'default' ? 'default' : revision.id, found);
    assert.equal(from, kind === 'default' ? 'built-in default' : 'test');
  });
}
