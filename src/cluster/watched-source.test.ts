import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinLists } from './join-lists.ts';
import { sourceRows } from './sources.ts';
import { watchSource } from './watched-source.ts';

const pod = (name: string, phase = 'Running'): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, labels: { app: name } },
  spec: { containers: [{ name: 'main', image: 'shop:1' }] },
  status: { phase, conditions: [{ type: 'Ready', status: 'True' }] },
});
const row = sourceRows.find(({ source }) => source === 'pods');
assert.ok(row);

/** A cycle takes turns with what the watch brings: the lists that it began with are its own to the end. */
const rows: [what: string, meanwhile: (source: ReturnType<typeof watchSource>) => void][] = [
  ['a pod comes', (source) => source.change('ADDED', pod('web-3'))],
  ['a pod changes', (source) => source.change('MODIFIED', pod('web-1', 'Failed'))],
  ['a pod goes', (source) => source.change('DELETED', pod('web-2'))],
  [
    'everything is listed anew',
    (source) => {
      source.begin();
      source.add(pod('web-1', 'Failed'));
      source.complete();
    },
  ],
];
for (const [what, meanwhile] of rows) {
  test(`lists that were handed out stay as they are when ${what}`, () => {
    const source = watchSource(row, () => undefined);
    source.begin();
    for (const name of ['web-1', 'web-2']) source.add(pod(name));
    source.complete();
    const parts = [source.lists()];
    const seen = joinLists(parts);
    const before = structuredClone(seen);
    meanwhile(source);
    const after = joinLists([source.lists()], { parts, joined: seen });
    assert.deepEqual(seen, before);
    assert.notDeepEqual(after, before);
  });
}
