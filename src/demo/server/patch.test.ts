import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonPatch, mergePatch, strategicPatch } from './patch.ts';

test('a merge patch merges maps, replaces lists and removes what is null (RFC 7396)', () => {
  const rows: [target: unknown, patch: unknown, result: unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: ['c'] }, { a: ['c'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: 'b' }, ['c'], ['c']],
    ['x', { a: 1 }, { a: 1 }],
  ];
  for (const [target, patch, result] of rows) assert.deepEqual(mergePatch(target, patch), result);
});

test('a strategic patch knows the keys of lists', () => {
  const rows: [why: string, target: unknown, patch: unknown, result: unknown][] = [
    [
      'items merge by name',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      {
        env: [
          { name: 'B', value: '3' },
          { name: 'C', value: '4' },
        ],
      },
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '3' },
          { name: 'C', value: '4' },
        ],
      },
    ],
    [
      'one is deleted',
      { env: [{ name: 'A' }, { name: 'B' }] },
      { env: [{ name: 'A', $patch: 'delete' }] },
      { env: [{ name: 'B' }] },
    ],
    [
      'all are replaced',
      { env: [{ name: 'A' }] },
      { env: [{ name: 'B' }, { $patch: 'replace' }] },
      { env: [{ name: 'B' }] },
    ],
    ['a map is replaced', { a: { b: 1 } }, { a: { c: 2, $patch: 'replace' } }, { a: { c: 2 } }],
    [
      'ports of containers have their own key',
      { ports: [{ containerPort: 80, name: 'http' }] },
      { ports: [{ containerPort: 81 }] },
      { ports: [{ containerPort: 80, name: 'http' }, { containerPort: 81 }] },
    ],
    ['a list without a key is replaced', { args: ['a'] }, { args: ['b'] }, { args: ['b'] }],
    ['finalizers are a set', { finalizers: ['a'] }, { finalizers: ['a', 'b'] }, { finalizers: ['a', 'b'] }],
    [
      'single texts are taken out',
      { finalizers: ['a', 'b'] },
      { '$deleteFromPrimitiveList/finalizers': ['a'] },
      { finalizers: ['b'] },
    ],
    ['the order that kubectl tells is no field', { env: [] }, { '$setElementOrder/env': [{ name: 'A' }] }, { env: [] }],
  ];
  for (const [why, target, patch, result] of rows) assert.deepEqual(strategicPatch(target, patch), result, why);
});

test('a JSON patch does all its steps or none (RFC 6902)', () => {
  const target = { data: { 'a/b': '1', 'c~d': '2' }, list: [1, 2, 3] };
  const rows: [steps: object[], result: unknown][] = [
    [[{ op: 'replace', path: '/data/a~1b', value: 'x' }], { ...target, data: { 'a/b': 'x', 'c~d': '2' } }],
    [[{ op: 'remove', path: '/data/c~0d' }], { ...target, data: { 'a/b': '1' } }],
    [[{ op: 'add', path: '/list/1', value: 9 }], { ...target, list: [1, 9, 2, 3] }],
    [[{ op: 'add', path: '/list/-', value: 9 }], { ...target, list: [1, 2, 3, 9] }],
    [[{ op: 'remove', path: '/list/0' }], { ...target, list: [2, 3] }],
    [[{ op: 'replace', path: '/list/2', value: 0 }], { ...target, list: [1, 2, 0] }],
    [[{ op: 'move', from: '/list/0', path: '/first' }], { ...target, list: [2, 3], first: 1 }],
    [[{ op: 'copy', from: '/list/0', path: '/first' }], { ...target, first: 1 }],
    [[{ op: 'test', path: '/list/0', value: 1 }], target],
  ];
  for (const [steps, result] of rows) assert.deepEqual(jsonPatch(target, steps), result, JSON.stringify(steps));
  const refused: object[] = [
    { op: 'remove', path: '/none' },
    { op: 'replace', path: '/data/none', value: 1 },
    { op: 'add', path: '/none/inner', value: 1 },
    { op: 'remove', path: '/list/7' },
    { op: 'test', path: '/list/0', value: 2 },
  ];
  for (const step of refused) {
    assert.match(JSON.stringify(jsonPatch(target, [{ op: 'add', path: '/x', value: 1 }, step])), /"code":422/);
  }
  assert.deepEqual(target.list, [1, 2, 3], 'the target itself is never changed');
});
