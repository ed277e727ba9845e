import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretRows, settingRows } from '../settings.ts';
import { compileFiles } from './compile.ts';
import { plainFile } from './source/source-set.ts';
import { staticSettings } from './static-settings.ts';

const problemsOf = (line: string): string[] =>
  compileFiles([plainFile('CLAUDE.md', 'CLAUDE.md', `## Cluster Information\n\n${line}\n`)], { allowEmpty: true })
    .problems.filter(({ code }) => code.endsWith('-in-markdown'))
    .map(({ code, cure, line: at, column }) => `${at}:${column} ${code} ${/\b[A-Z][A-Z\d_]{5,}\b/.exec(cure)?.[0]}`);

const rows: [string, string[]][] = [
  ['- **Metrics port**: 9090', ['3:1 setting-in-markdown K8S_MONITOR_HTTP_PORT']],
  ['HTTP port: 9090', ['3:1 setting-in-markdown K8S_MONITOR_HTTP_PORT']],
  ['- K8S_MONITOR_DATA_DIR=/data', ['3:1 setting-in-markdown K8S_MONITOR_DATA_DIR']],
  ['- **Slack token**: in the vault', ['3:1 secret-in-markdown SLACK_BOT_TOKEN']],
  ['- We post with xoxb-1234567890-made-up', ['3:1 secret-in-markdown SLACK_BOT_TOKEN']],
  ['- See https://hooks.slack.com/services/T0/B0/x', ['3:1 secret-in-markdown SLACK_WEBHOOK_URL']],
  ['- **Database team**: #data', []],
  ['- **On-call**: whoever has the pager', []],
  ['Metrics are scraped by Prometheus.', []],
  ['```text\n- **Metrics port**: 9090\n```', []],
];
for (const [line, problems] of rows) {
  test(`static settings: ${line.replaceAll('\n', ' / ')}: ${problems.join() || 'nothing'}`, () =>
    assert.deepEqual(problemsOf(line), problems));
}

test('static settings: each is a setting, and every secret is one of them', () => {
  const known = { ...settingRows, ...secretRows };
  assert.deepEqual(
    staticSettings.filter(({ setting }) => !(setting in known)),
    [],
  );
  const secrets = staticSettings.flatMap(({ setting, secret }) => (secret ? [setting] : []));
  assert.deepEqual(secrets.toSorted(), Object.keys(secretRows).toSorted());
});

test('static settings: no message repeats what may be a secret', () => {
  const { problems } = compileFiles([plainFile('CLAUDE.md', 'CLAUDE.md', '- Slack token: xoxb-planted-secret')]);
  assert.ok(!JSON.stringify(problems).includes('planted'));
});
