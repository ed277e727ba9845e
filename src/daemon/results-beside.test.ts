import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomResult } from '../cluster/beside.ts';
import { makeResultsBeside } from './results-beside.ts';

const result = (name: string): CustomResult => ({
  name,
  at: 0,
  took: 1,
  state: 'ok',
  matches: [],
  looked: 1,
  matchesMost: false,
});

test('what a check found that was taken out stays for one cycle more', () => {
  let found = [result('a'), result('b')];
  const read = makeResultsBeside(() => ({ customResults: found, probes: [] }));
  const names = (): string[] => read().customResults.map(({ name }) => name);
  assert.deepEqual(names(), ['a', 'b']);
  found = [result('b')];
  assert.deepEqual(names(), ['b', 'a']);
  assert.deepEqual(names(), ['b']);
});
