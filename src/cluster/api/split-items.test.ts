import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitItems } from './split-items.ts';

function split(text: string, cuts: readonly number[] = []): { items: unknown[]; rest: unknown; before: string } {
  const items: unknown[] = [];
  let before = '';
  const splitter = splitItems(
    (json) => items.push(...JSON.parse(json)),
    () => {
      before = splitter.rest();
    },
  );
  const bytes = Buffer.from(text);
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    splitter.push(bytes.subarray(from, end));
    from = end;
  }
  return { items, rest: JSON.parse(splitter.rest()), before };
}

const rows: { is: string; text: string; items: unknown[]; rest: unknown }[] = [
  {
    is: 'as the API prints it',
    text: '{"a":1,"items":[{"b":[1]},{}],"c":2}',
    items: [{ b: [1] }, {}],
    rest: { a: 1, items: [], c: 2 },
  },
  { is: 'indented', text: '{ "items" : [ {"b": 1} ,\n {"b": 2} ] }', items: [{ b: 1 }, { b: 2 }], rest: { items: [] } },
  { is: 'empty', text: '{"items":[]}', items: [], rest: { items: [] } },
  { is: 'null', text: '{"items":null}', items: [], rest: { items: null } },
  {
    is: 'another list first',
    text: '{"x":[{"items":[1]}],"items":[{}]}',
    items: [{}],
    rest: { x: [{ items: [1] }], items: [] },
  },
  {
    is: 'a deeper one',
    text: '{"metadata":{"items":[{"a":1}]},"items":[]}',
    items: [],
    rest: { metadata: { items: [{ a: 1 }] }, items: [] },
  },
  {
    is: 'brackets and quotes in texts',
    text: '{"m":"\\"items\\":[{","items":[{"a":"}]\\\\\\"{"}]}',
    items: [{ a: '}]\\"{' }],
    rest: { m: '"items":[{', items: [] },
  },
  { is: 'no list', text: '"[{"', items: [], rest: '[{' },
];
for (const { is, text, items, rest } of rows) {
  test(`a list ${is}`, () => {
    const got = split(text);
    assert.deepEqual([got.items, got.rest], [items, rest]);
  });
}

test('whatever is in a list and wherever its chunks end, its items come out whole', () => {
  const anything = fc.jsonValue({ maxDepth: 3 });
  const item = fc.dictionary(fc.string(), anything, { maxKeys: 4 });
  const list = fc.record({
    metadata: fc.dictionary(fc.string(), anything, { maxKeys: 3 }),
    items: fc.array(item, { maxLength: 5 }),
  });
  fc.assert(
    fc.property(list, fc.array(fc.nat(2000), { maxLength: 12 }), (value, cuts) => {
      const text = JSON.stringify(value);
      const { items, rest, before } = split(text, cuts);
      const parsed = JSON.parse(text);
      assert.deepEqual(items, parsed.items);
      assert.deepEqual(rest, { ...parsed, items: [] });
      assert.equal(before, text.slice(0, text.indexOf('"items":[', JSON.stringify(value.metadata).length) + 9));
    }),
    { numRuns: 300 },
  );
});
