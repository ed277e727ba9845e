import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkIds } from '../src/config/checks.ts';
import { compileFiles } from '../src/config/compile.ts';
import { defaultFiles } from '../src/config/default/default-files.ts';
import type { Revision } from '../src/config/revision.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'checks');
const scenarios = readdirSync(join(import.meta.dirname, 'scenarios', 'checks'));

const pages = checkIds
  .filter((id) => existsSync(join(folder, `${id}.md`)))
  .map((id) => ({ id, text: readFileSync(join(folder, `${id}.md`), 'utf8') }));

test('every check has a page', () => {
  const missing = checkIds.filter((id) => !pages.some((page) => page.id === id));
  assert.deepEqual(missing, [], 'write docs/checks/<check>.md for each');
});

/** The fences of a page that show what to write into a file of the configuration. */
const examplesOf = (text: string): { file: string; example: string }[] =>
  [...text.matchAll(/^```markdown (\S+)\n([\s\S]*?)^```$/gm)].map(([, file = '', example = '']) => ({ file, example }));

/** The built-in configuration with one service, `shop`, and the example below the file it belongs to. */
function compileWith(file: string, example: string): { revision: Revision; before: Revision } {
  const compile = (more: string): Revision =>
    compileFiles(
      defaultFiles().map((source) => ({
        ...source,
        text:
          (source.name === 'CLAUDE.md' ? `${source.text}\n## P1 services\n\n- shop\n` : source.text) +
          (source.name === file ? `\n${more}` : ''),
      })),
    );
  return { revision: compile(example), before: compile('') };
}

for (const { id, text } of pages) {
  describe(`docs/checks/${id}.md`, () => {
    test('begins with its name and says why and what to do', () => {
      assert.ok(text.startsWith(`# ${id}\n`), `the first line must be "# ${id}"`);
    });

    test('names every cause that a scenario shows for it', () => {
      const causes = scenarios.flatMap((name) => (name.startsWith(`${id}--`) ? name.slice(id.length + 2, -3) : []));
      // What keeps the pods of a rollout from starting is explained on the pages of those pods' checks.
      const own = causes.filter(
        (cause) => cause !== 'plain' && !(id === 'rollout-stuck' && cause !== 'deadline-exceeded'),
      );
      assert.deepEqual(
        own.filter((cause) => !text.includes(cause)),
        [],
        'add them to the table of causes',
      );
    });

    for (const { file, example } of examplesOf(text)) {
      test(`its example for ${file} is understood`, () => {
        const { revision, before } = compileWith(file, example);
        assert.deepEqual(revision.problems.slice(before.problems.length), [], example);
        const understood =
          file === 'CLAUDE.md'
            ? revision.knownIssues.some(({ kinds, suppresses }) => suppresses && kinds.includes(id))
            : JSON.stringify(revision.thresholds) !== JSON.stringify(before.thresholds) ||
              revision.thresholdLines.length > before.thresholdLines.length;
        assert.ok(understood, `the compiler makes nothing of:\n${example}`);
      });
    }
  });
}
