import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demo } from '../src/cli/demo.ts';

/** What the story must say, in its order; each scene waits for what it tells, so that a scene that is told did happen. */
const scenes: [title: string, ...says: RegExp[]][] = [
  ['What is broken now, and why', /^ {2}SEV-\d /, /^ {2} +next: kubectl /],
  [
    'Scenario 1: add a critical service',
    /^ {4}\+ - stock-import: /,
    /the failed import was SEV-[34], now it is SEV-[12]/,
  ],
  [
    'Scenario 2: a service is expected to be down',
    /nobody is woken\. Suppressed: /,
    /-> Slack #shop-alerts: .*postgres/,
  ],
  ['Scenario 3: adjust a severity threshold', /SEV-1 is now "Any P0 service down for > 2 minutes"/],
  ['Scenario 4: add a check of your own', /\d+ findings?, not hundreds: Memory Usage Alerts/],
  ['An edit with a mistake', /^ {2}\S+\.md:\d+:\d+ {2}".+/, /stays in force/, /the refusal is gone/],
  [
    'A pod failure, told and resolved',
    /-> Slack #shop-alerts: .*payments/,
    /-> Slack #shop-alerts: .*[Rr]esolved.*payments/,
  ],
];

test('the demo tells its whole story and ends with 0', { timeout: 60_000 }, async () => {
  const lines: string[] = [];
  const output = { print: (text: string) => void lines.push(...text.split('\n')), warn: assert.fail, colour: false };
  assert.equal(await demo({}, output), 0);
  const titles = lines.filter((line) => scenes.some(([title]) => title === line));
  assert.deepEqual(
    titles,
    scenes.map(([title]) => title),
    lines.join('\n'),
  );
  for (const [index, [title, ...says]] of scenes.entries()) {
    const end = scenes[index + 1]?.[0];
    const scene = lines.slice(lines.indexOf(title), end === undefined ? undefined : lines.indexOf(end));
    for (const pattern of says)
      assert.ok(
        scene.some((line) => pattern.test(line)),
        `${pattern} in:\n${scene.join('\n')}`,
      );
  }
  assert.match(lines.at(-1) ?? '', /^Told in \d+ s\.$/);
});
