import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Secret, secretInFile, secretOf } from './lib/secret.ts';

/** Every setting: its environment name, meaning and default. `docs/settings.md` is generated from this table. */
export const settingRows = {
  KUBECONFIG: z
    .string()
    .optional()
    .describe(
      'Kubeconfig files, separated as in PATH. Without it `~/.kube/config`, then the service account of the pod.',
    ),
  K8S_MONITOR_CONTEXT: z.string().optional().describe('Context of the kubeconfig to use instead of its current one.'),
  K8S_MONITOR_NAMESPACE: z
    .string()
    .optional()
    .describe("Namespace of the two ConfigMaps. Without it the pod's own, else `k8s-monitor`."),
  K8S_MONITOR_ORCHESTRATOR_CONFIGMAP: z
    .string()
    .default('k8s-monitor-orchestrator')
    .describe('Name of the ConfigMap with CLAUDE.md.'),
  K8S_MONITOR_AGENTS_CONFIGMAP: z
    .string()
    .default('k8s-monitor-agents')
    .describe('Name of the ConfigMap with the agent files.'),
  K8S_MONITOR_CONFIG_DIR: z
    .string()
    .optional()
    .describe(
      'Folder with CLAUDE.md and agents/*.md; `/app/.claude` is taken where it exists. In a cluster it is where the ConfigMaps are mounted, for the start and for when the API does not answer; elsewhere it is used instead of them.',
    ),
  K8S_MONITOR_DATA_DIR: z
    .string()
    .default('logs')
    .describe('Folder for the database and the incident files; keep it on a volume.'),
  K8S_MONITOR_HTTP_HOST: z
    .string()
    .default('0.0.0.0')
    .describe('Address the health, metrics and cycle endpoints listen on.'),
  K8S_MONITOR_HTTP_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8080)
    .describe('Port of those endpoints; 0 takes a free one.'),
  K8S_MONITOR_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least important log line that is written.'),
  K8S_MONITOR_OBSERVE: z
    .stringbool()
    .default(false)
    .describe('Decide and record everything, send nothing but a daily "I would have sent".'),
  K8S_MONITOR_KUBELET_STATS: z
    .stringbool()
    .default(false)
    .describe('Read volume fill states from the kubelets (needs the right to `nodes/proxy`).'),
  SLACK_API_URL: z.url().default('https://slack.com/api/').describe("Slack's API; for a proxy in between."),
  SLACK_FALLBACK_CHANNEL: z
    .string()
    .optional()
    .describe('Channel that gets what another channel refused for good, and what names no channel.'),
} as const;

/** Settings that are secrets: each also has a `NAME_FILE` form, read at each use; while the file is absent or empty it is not set. */
export const secretRows = {
  SLACK_BOT_TOKEN: 'Slack bot token (`chat:write`). Messages are edited and threaded.',
  SLACK_WEBHOOK_URL: 'Slack incoming webhook, where there is no bot token: no edits, no threads.',
  WEBHOOK_URL: 'Generic webhook: every delivery as JSON; channel `webhook` in the Escalation Policy.',
  WEBHOOK_SECRET: 'Key of the HMAC-SHA256 signature in `x-k8s-monitor-signature`.',
  ADMIN_TOKEN:
    'Bearer token that `POST /-/cycle` and `POST /-/reload` ask for; without it anyone who reaches the port may start a cycle.',
} as const;
export type SecretName = keyof typeof secretRows;
export const secretNames: readonly SecretName[] = [
  'SLACK_BOT_TOKEN',
  'SLACK_WEBHOOK_URL',
  'WEBHOOK_URL',
  'WEBHOOK_SECRET',
  'ADMIN_TOKEN',
];

const schema = z.object(settingRows);
type Values = z.infer<typeof schema>;

export type Settings = Values & {
  secrets: Partial<Record<SecretName, Secret>>;
  home: string;
  /** Where a pod finds its service account; absent outside a cluster. */
  inCluster?: { host: string; port: string; folder: string };
  path: string;
  /** For credential plugins of the kubeconfig: the environment without our own secrets. */
  environment: Record<string, string>;
};

const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The environment as settings. Throws an Error whose message lists every setting that is wrong, for the person who set it. */
export function readSettings(environment: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map((issue) => `setting ${issue.path.join('.')}: ${issue.message}`).join('\n'));
  }
  const secrets: Settings['secrets'] = {};
  for (const name of secretNames) {
    const file = given[`${name}_FILE`];
    const value = given[name];
    if (file) secrets[name] = secretInFile(file);
    else if (value) secrets[name] = secretOf(value);
  }
  const host = given['KUBERNETES_SERVICE_HOST'];
  const inCluster = host
    ? { inCluster: { host, port: given['KUBERNETES_SERVICE_PORT'] ?? '443', folder: serviceAccountFolder } }
    : {};
  return {
    ...parsed.data,
    secrets,
    home: given['HOME'] ?? given['USERPROFILE'] ?? '.',
    path: given['PATH'] ?? '',
    environment: withoutSecrets(given),
    ...inCluster,
  };
}

/** The namespace of the two ConfigMaps: as set, else the pod's own, else `k8s-monitor`. */
export function findNamespace(settings: Settings): string {
  if (settings.K8S_MONITOR_NAMESPACE) return settings.K8S_MONITOR_NAMESPACE;
  const file = join(settings.inCluster?.folder ?? serviceAccountFolder, 'namespace');
  return settings.inCluster && existsSync(file) ? readFileSync(file, 'utf8').trim() : 'k8s-monitor';
}

function withoutSecrets(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const secret = new Set<string>(secretNames.flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined || secret.has(name) ? [] : [[name, value]])),
  );
}
