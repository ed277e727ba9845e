import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCriteria } from './criteria.ts';
import { readCustomCheck } from './custom-check.ts';
import { readDuration } from './duration.ts';
import { readFrontmatter } from './frontmatter.ts';
import { readHealthCheck } from './health-check.ts';
import { readExceptions, readGrace, readKinds, readSuppression } from './known-issue.ts';
import { readTiming } from './timing.ts';
import { nextWindows, readWindows, windowState } from './windows.ts';

const known = { services: ['payments', 'orders'] };
const at = { file: 'CLAUDE.md', line: 1, column: 1 };

const grammars: Record<string, (text: string) => unknown> = {
  readDuration: (text) => readDuration(text, 'upper'),
  readWindows: (text) => readWindows(text, 'Europe/Berlin'),
  readSuppression,
  readExceptions,
  readGrace,
  readKinds,
  readCriteria: (text) => readCriteria(text, known, at),
  readFrontmatter,
  readCustomCheck,
  readTiming: (text) => readTiming(text, 'Europe/Berlin'),
  readHealthCheck,
};

/** What the grammars are made of, so that random texts come near to what they read. */
const pieces = (
  'P0 P1 P2-P3 service down degraded for > 2 minutes 5-15 min an hour or and , ; ( ) / - : # | \\ \' " ` ~ $ * _ { } [ ] & ! @ % ' +
  'Every Sunday 2-3 AM PM 02:00 24:00 2026-01-05 T Z first last of the month daily weekdays all day until to from ' +
  'do not flag but monitor for crashes except unless up to 0 2 * * 0 payments node control plane multiple any all max downtime exceeded ' +
  'kubectl get pods -A -n x -l -o json jq .items[] secrets HTTP /health :8000 TCP name: description: tools: model: --- - a: b \n \t \u200b \u0000 é 東 \u{1f600}'
).split(' ');

const near = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((words) => words.join(' '));
const joined = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((words) => words.join(''));
const repeated = fc
  .tuple(fc.constantFrom(...pieces), fc.constantFrom(...pieces), fc.integer({ min: 1, max: 5000 }))
  .map(([first, second, times]) => `${first} ${second}`.repeat(times));
const anyText = fc.oneof(near, joined, repeated, fc.string({ unit: 'binary', maxLength: 300 }));

for (const [name, read] of Object.entries(grammars)) {
  test(`${name} takes any text, in no time`, () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const start = process.cpuUsage();
        read(text);
        const { user } = process.cpuUsage(start);
        // Processor time of this process: waiting for a busy machine does not count.
        assert.ok(
          user < 100_000,
          `${user / 1000} ms for ${text.length} characters: ${JSON.stringify(text.slice(0, 80))}`,
        );
      }),
      { numRuns: 100 },
    );
  });

  for (const piece of [
    '(',
    '*_',
    'a ',
    '1 ',
    '5 - ',
    ' ',
    'or ',
    'P0,',
    '{',
    '[',
    "'",
    'every ',
    'at least ',
    'but not ',
    '/a:',
    'a.',
    '- ',
    '1h',
    '&a ',
  ]) {
    test(`${name} takes ${JSON.stringify(piece)} repeated to 64 KiB`, () => {
      const text = piece.repeat(65_536 / piece.length);
      const start = process.cpuUsage();
      read(text);
      const { user } = process.cpuUsage(start);
      assert.ok(user < 100_000, `${user / 1000} ms`);
    });
  }
}

test('every window that can be read has a state and openings', () => {
  const moment = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) });
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
  const text = fc
    .tuple(
      fc.constantFrom(
        'Every Sunday',
        'daily',
        'weekdays',
        'first Monday of the month',
        '31st of the month',
        'last day of the month',
        'Fri-Mon',
      ),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 24 }),
    )
    .map(([days, from, minute, to]) => `${days} ${from}:${String(minute).padStart(2, '0')}-${to}:00`);
  fc.assert(
    fc.property(text, zone, moment, (written, where, now) => {
      const window = readWindows(written, where)?.windows[0];
      assert.ok(window, written);
      const { open, opensAt, closesAt } = windowState(window, where, now);
      const [first, second] = nextWindows(window, where, now, 2);
      assert.ok(first && second && first.opensAt < first.closesAt && first.opensAt < second.opensAt);
      if (open) assert.ok(first.opensAt <= now && (closesAt === undefined || closesAt >= first.closesAt));
      else assert.ok(opensAt === first.opensAt && first.opensAt > now);
    }),
    { numRuns: 100 },
  );
});
