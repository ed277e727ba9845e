import type { Reader } from './draft.ts';
import { fencedLines } from './shape/normal-text.ts';

/** What binds, authenticates or stores: set by the environment, and what somebody may call it in Markdown. */
export const staticSettings: readonly { setting: string; secret?: true; words: readonly string[] }[] = [
  {
    setting: 'K8S_MONITOR_HTTP_PORT',
    words: ['http port', 'metrics port', 'listen port', 'listening port', 'server port'],
  },
  { setting: 'K8S_MONITOR_HTTP_HOST', words: ['http host', 'listen address', 'listen host', 'bind address'] },
  {
    setting: 'K8S_MONITOR_DATA_DIR',
    words: ['data dir', 'data directory', 'data folder', 'database file', 'database path'],
  },
  { setting: 'K8S_MONITOR_LOG_LEVEL', words: ['log level', 'logging level'] },
  { setting: 'KUBECONFIG', words: ['kubeconfig', 'kubeconfig path', 'kubeconfig file'] },
  { setting: 'SLACK_API_URL', words: ['slack api url'] },
  {
    setting: 'SLACK_BOT_TOKEN',
    secret: true,
    words: ['slack token', 'slack bot token', 'bot token', 'slack api token', 'slack api key'],
  },
  {
    setting: 'SLACK_WEBHOOK_URL',
    secret: true,
    words: ['slack webhook', 'slack webhook url', 'incoming webhook', 'incoming webhook url'],
  },
  { setting: 'WEBHOOK_URL', secret: true, words: ['webhook url', 'webhook address'] },
  { setting: 'WEBHOOK_SECRET', secret: true, words: ['webhook secret', 'webhook key', 'hmac key', 'hmac secret'] },
  { setting: 'ADMIN_TOKEN', secret: true, words: ['admin token', 'reload token'] },
];

const byWord = new Map(
  staticSettings.flatMap((row) => [row.setting.toLowerCase(), ...row.words].map((word) => [word, row] as const)),
);
/** `- **HTTP port**: 9090`, `HTTP_PORT=9090`. */
const labelled = /^[\s>]*(?:[-*+]\s+|\d+[.)]\s+)?[*_]{0,2}([A-Za-z][\w -]{2,40}?)[*_]{0,2}\s*[:=][*_]{0,2}\s*\S/;
/** Values that are secrets whatever stands before them; the setting they belong to. */
const secretValues: readonly [RegExp, string][] = [
  [/\bxox[abeprs]-[\w-]{8,}/, 'SLACK_BOT_TOKEN'],
  [/\bhttps:\/\/hooks\.slack\.com\/\S+/, 'SLACK_WEBHOOK_URL'],
];

/** Lines that try to set what only the environment sets, and secrets that stand in the text, where every reader of ConfigMaps reads them. */
export function checkStaticSettings(reader: Reader, asides: ReadonlySet<number>): void {
  const fenced = fencedLines(reader.text.body);
  for (const [index, line] of reader.text.body.entries()) {
    if (fenced[index] || asides.has(index + 1) || line.length > 4000) continue;
    const [, label = ''] = labelled.exec(line) ?? [];
    const named = byWord.get(label.toLowerCase());
    const value = secretValues.find(([pattern]) => pattern.test(line))?.[1];
    const row = value === undefined ? named : staticSettings.find(({ setting }) => setting === value);
    if (!row) continue;
    const column = line.search(/\S/) + 1;
    // The value is never repeated: it may be a secret.
    reader.problem(
      row.secret ? 'secret-in-markdown' : 'setting-in-markdown',
      { line: index + 1, column },
      { word: label === '' ? row.setting : label, setting: row.setting },
    );
  }
}
