import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceRows } from '../../cluster/sources.ts';
import { nearestKind, objectKind, objectKinds } from './object-kinds.ts';

test('every kind that a snapshot reads can be named in Markdown', () => {
  // A reading belongs to its pod or node: no finding is about one.
  const readings = ['PodMetrics', 'NodeMetrics'];
  const kinds = objectKinds.map(([kind]) => kind);
  assert.deepEqual(
    sourceRows.map(({ kind }) => kind).filter((kind) => !readings.includes(kind) && !kinds.includes(kind)),
    [],
    'add it to objectKinds with what kubectl and people call it',
  );
});

test('no kind can be named that no snapshot reads', () => {
  // The control plane is found on its pods and leases.
  const read = [...sourceRows.map(({ kind }) => kind), 'ControlPlane'];
  assert.deepEqual(
    objectKinds.map(([kind]) => kind).filter((kind) => !read.includes(kind)),
    [],
  );
});

test('a resource is called as the API calls it as well', () => {
  for (const { source, kind } of sourceRows.filter(({ polled }) => !polled)) assert.equal(objectKind(source), kind);
});

test('no word means two kinds', () => {
  const words = objectKinds.flatMap((names) => names.map((word) => word.toLowerCase()));
  assert.deepEqual(
    words.filter((word, index) => words.indexOf(word) !== index),
    [],
  );
});

test('a slip of the pen is told with the kind that was meant', () => {
  assert.equal(nearestKind('Deploymnt'), 'Deployment');
  assert.equal(nearestKind('Widget'), undefined);
});
