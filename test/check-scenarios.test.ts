import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { causeIds, checkIds } from '../src/config/checks.ts';
import { findInPart, parseCheckScenario, type ScenePart } from './support/check-scenario.ts';

const folder = join(import.meta.dirname, 'scenarios', 'checks');
const files = readdirSync(folder).filter((file) => file.endsWith('.md'));

const shown = { checks: new Set<string>(), causes: new Set<string>() };

/** `check cause` of lines that are due; a pending finding shows nothing yet. */
const due = (scene: ScenePart): string[] => scene.expected.filter((line) => !line.endsWith(' pending'));

describe('scenarios of the checks', () => {
  for (const file of files) {
    test(file, () => {
      const scenario = parseCheckScenario(readFileSync(join(folder, file), 'utf8'));
      const { check, cause, now, shows, nearMiss } = scenario;
      assert.equal(basename(file, '.md'), `${check}--${cause ?? 'plain'}`, 'the file is named after its first line');
      assert.deepEqual(
        findInPart(shows, now),
        shows.expected,
        'Shows: found (actual) is not what the list says (expected)',
      );
      assert.deepEqual(
        findInPart(nearMiss, now),
        nearMiss.expected,
        'Near miss: found (actual) is not what the list says',
      );
      const start = cause ? `${check} ${cause} ` : `${check} `;
      assert.ok(
        due(shows).some((line) => line.startsWith(start)),
        `Shows must list "${start}..."`,
      );
      assert.ok(!due(nearMiss).some((line) => line.startsWith(start)), `Near miss must not list "${start}..."`);
      shown.checks.add(check);
      if (cause) shown.causes.add(cause);
    });
  }

  test('every check and every cause has a scenario that shows it', () => {
    const missing = [
      ...checkIds.filter((id) => !shown.checks.has(id)).map((id) => `check ${id}`),
      ...causeIds.filter((id) => !shown.causes.has(id)).map((id) => `cause ${id}`),
    ];
    assert.deepEqual(missing, [], 'write test/scenarios/checks/<check>--<cause or plain>.md for each');
  });
});
