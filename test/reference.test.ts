import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Form, formGroups } from '../src/config/pages/forms.ts';
import { tryForm } from '../src/config/pages/try-form.ts';
import { wordTables } from '../src/config/pages/word-tables.ts';
import { sayProblem } from '../src/config/say-problem.ts';

/** What is wrong with a form of the reference; nothing where it is read as the reference says. */
function faultOf(form: Form): string[] {
  const { lines, problems } = tryForm(form);
  const faults = problems.filter(({ level }) => level !== 'info').map(sayProblem);
  const understood = lines.some(({ verdict }) => verdict === 'understood');
  return understood ? faults : [...faults, 'no line of it is understood'];
}

for (const { title, rows } of wordTables) {
  test(`reference: every word of "${title}" is read`, () => {
    const faults = rows.flatMap(({ words, form }) =>
      words.flatMap((word) => faultOf(form(word)).map((fault) => `${form(word).write.trim()}: ${fault}`)),
    );
    assert.deepEqual(faults, []);
  });
}

for (const { title, forms } of formGroups) {
  describe(`reference: ${title}`, () => {
    for (const form of forms) test(form.write.replaceAll('\n', ' / '), () => assert.deepEqual(faultOf(form), []));
  });
}
