import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateDocuments } from '../scripts/generate.ts';

for (const [path, text] of generateDocuments()) {
  test(`${path} is what its tables and schemas say`, () => {
    assert.equal(readFileSync(join(import.meta.dirname, '..', path), 'utf8'), text, 'run `npm run generate`');
  });
}
