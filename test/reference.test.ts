import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formGroups, type Piece } from '../src/config/pages/forms.ts';
import { answerTo, meaningOf, nearOf, tryForm } from '../src/config/pages/try-form.ts';
import { wordTables } from '../src/config/pages/word-tables.ts';
import { sayProblem } from '../src/config/say-problem.ts';

/** What is wrong with a form of the reference; nothing where it is read as the reference says. */
function faultOf(form: Piece): string[] {
  const { lines, problems } = tryForm(form);
  const faults = problems.filter(({ level }) => level !== 'info').map(sayProblem);
  const understood = lines.some(({ verdict }) => verdict === 'understood');
  return understood ? faults : [...faults, 'no line of it is understood'];
}

/** What a line has that decides: a priority, a severity, a listed service, a number or a word for a state. */
const decides =
  /\b(?:P\d|SEV-\d|shop|search|\d+|down|degraded|slow|not ready|exceeds?|exceeded|restarts?|failed|immediate)\b/i;

/** What is wrong with a near-miss: it is read as the form after all, or passed over in silence. */
function missFaultOf(near: Piece, form?: Piece): string[] {
  const { by, says } = answerTo(near);
  const reads = form && by !== 'error' && meaningOf(near) === meaningOf(form);
  const silent = by === 'context' && decides.test(near.write);
  return [
    ...(reads ? [`"${near.write}" is read as the form: ${meaningOf(near)}`] : []),
    ...(silent ? [`"${near.write}" looks like a rule, but ${says}`] : []),
  ];
}

for (const { title, near, rows } of wordTables) {
  test(`reference: the near-miss of "${title}" is told`, () => {
    assert.match(answerTo(near).by, /^(?:error|warning)$/, near.write);
    assert.deepEqual(
      rows.flatMap(({ words, form }) => words.flatMap((word) => (form(word).write === near.write ? [word] : []))),
      [],
    );
  });
  test(`reference: every word of "${title}" is read`, () => {
    const faults = rows.flatMap(({ words, form }) =>
      words.flatMap((word) => faultOf(form(word)).map((fault) => `${form(word).write.trim()}: ${fault}`)),
    );
    assert.deepEqual(faults, []);
  });
}

for (const { title, forms } of formGroups) {
  describe(`reference: ${title}`, () => {
    for (const form of forms) {
      const name = form.write.replaceAll('\n', ' / ');
      test(name, () => assert.deepEqual(faultOf(form), []));
      test(`${name} has a near-miss`, () => {
        assert.notEqual(form.near, form.write);
        assert.deepEqual(missFaultOf(nearOf(form), form), []);
      });
    }
  });
}
