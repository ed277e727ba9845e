import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileFiles } from '../src/config/compile.ts';
import { describeChange } from '../src/config/meaning/describe-change.ts';
import { findHarm } from '../src/config/meaning/find-harm.ts';
import { filesOfConfigMaps } from '../src/config/source/config-maps.ts';
import { type Choose, slipped, slips } from './support/mutations/slips.ts';
import { fieldsOf, mapNames, readManifests, type Texts } from './support/mutations/written.ts';

const shipped = readManifests();
const compile = (texts: Texts) => {
  const [first, second] = mapNames.map((name) => ({ name, ...fieldsOf(texts[name]) }));
  const { files, problems } = filesOfConfigMaps(first, second);
  const revision = compileFiles(files);
  return { revision, isBroken: [...problems, ...revision.problems].some(({ level }) => level === 'error') };
};
const { revision: before } = compile(shipped);

/** What becomes of the shipped ConfigMaps after a slip. */
function outcomeOf(texts: Texts): string {
  const { revision, isBroken } = compile(texts);
  if (isBroken || findHarm(before, revision, {}).length > 0) return 'refused';
  if (revision.id === before.id) return 'same';
  return describeChange(before, revision).join('; ');
}

for (const slip of slips) {
  if (slip.comes === 'any') continue;
  test(`${slip.what}: ${slip.comes}`, () => {
    for (const place of [0, 1, 2, 3]) {
      const pick: Choose = (items) => {
        const item = items[place % items.length];
        assert.ok(item !== undefined, 'there is no place for it');
        return item;
      };
      const outcome = outcomeOf(slipped(shipped, slip, pick));
      if (slip.comes instanceof RegExp) assert.match(outcome, slip.comes);
      else assert.equal(outcome, slip.comes);
    }
  });
}
