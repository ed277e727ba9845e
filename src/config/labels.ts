import { nearestWord } from '../lib/text.ts';

/** What a label may be called, in lower case, by what it means. The first is the one that documents show. */
export const labelNames = {
  // Cluster Information
  cluster: ['name', 'cluster', 'cluster name'],
  type: ['type', 'cluster type', 'distribution', 'platform'],
  environment: ['environment', 'env', 'stage'],
  timezone: ['timezone', 'time zone', 'tz'],
  frequency: [
    'monitoring frequency',
    'frequency',
    'monitoring interval',
    'monitoring cycle',
    'check interval',
    'check frequency',
    'check every',
    'checked every',
    'cycle',
  ],
  defaultPriority: ['default priority', 'unlisted namespaces', 'unlisted services', 'priority of unlisted services'],
  // Services
  service: [
    'service',
    'services',
    'service name',
    'application',
    'app',
    'component',
    'affected services',
    'affected service',
    'affects',
    'affected',
    'applies to',
  ],
  namespace: ['namespace', 'ns', 'namespaces'],
  workload: ['workload', 'deployment', 'statefulset', 'daemonset', 'cronjob', 'workload name', 'resource'],
  maxDowntime: [
    'max downtime',
    'maximum downtime',
    'max. downtime',
    'downtime',
    'max allowed downtime',
    'allowed downtime',
    'downtime tolerance',
    'tolerated downtime',
    'acceptable downtime',
    'tolerable downtime',
    'max outage',
    'max. outage',
    'maximum outage',
    'acceptable outage',
    'allowed outage',
    'outage tolerance',
    'rto',
  ],
  dependsOn: ['depends on', 'dependencies', 'dependency', 'requires', 'needs', 'relies on', 'uses'],
  repository: [
    'repository',
    'repo',
    'repositories',
    'source repository',
    'git repository',
    'git repo',
    'git',
    'repos',
    'source code',
    'github repository',
    'github repo',
    'gitops repository',
    'gitops repo',
    'repositories to check',
    'repositories to monitor',
  ],
  manifests: [
    'manifests',
    'manifest path',
    'manifest paths',
    'manifests path',
    'manifest',
    'manifest path pattern',
    'path',
    'paths',
    'gitops path',
  ],
  aliases: ['aliases', 'alias', 'also known as', 'aka', 'a.k.a', 'other names'],
  optional: ['optional'],
  healthCheck: [
    'health check',
    'healthcheck',
    'health',
    'health endpoint',
    'health check pattern',
    'check',
    'endpoint',
    'pattern',
    'probe',
    'health check endpoint',
    'method',
  ],
  runbook: ['runbook', 'playbook', 'runbooks'],
  priority: ['priority', 'prio', 'tier', 'criticality'],
  description: ['description', 'purpose', 'role', 'what', 'function'],
  // Known issues
  kinds: ['kinds', 'kind', 'checks', 'findings', 'kinds of finding', 'suppress'],
  window: ['when', 'window', 'time window', 'maintenance window', 'schedule', 'time', 'windows'],
  grace: ['up to', 'duration', 'for', 'at most', 'grace', 'grace period', 'lasts'],
  until: ['until', 'expires', 'expiry', 'valid until', 'ends'],
  owner: ['owner', 'owned by', 'contact', 'responsible'],
  why: ['why', 'reason', 'cause', 'root cause', 'background', 'because'],
  solution: ['solution', 'action', 'resolution', 'workaround', 'fix', 'response', 'handling', 'what to do'],
  // Escalation
  when: ['when', 'condition', 'conditions', 'trigger', 'triggers', 'criteria'],
  who: ['who to alert', 'who', 'alert', 'notify', 'recipients', 'contacts', 'on call', 'on-call'],
  channel: ['channel', 'channels', 'slack channel', 'slack', 'send to', 'notification channel'],
  timing: [
    'timing',
    'response time',
    'notify within',
    'notification timing',
    'when to notify',
    'when to alert',
    'speed',
  ],
  notification: ['notification', 'notifications'],
  mention: ['mention', 'mentions', 'ping', 'tag'],
  followUp: [
    'follow-up',
    'follow up',
    'followup',
    'follow-ups',
    'reminder',
    'reminders',
    'repeat',
    'repeat every',
    'update frequency',
    'updates',
  ],
  settle: ['settle', 'settling', 'settle time', 'settle for'],
  escalate: ['escalate', 'escalation', 'escalate to', 'escalates'],
  severity: ['severity', 'level', 'sev', 'severity level'],
  guidance: ['guidance', 'note', 'notes', 'hint'],
  criteria: ['criteria', 'criterion', 'when', 'condition', 'conditions', 'triggers', 'trigger'],
  // Agents
  briefUpdate: [
    'brief update',
    'brief updates',
    'brief update interval',
    'brief update every',
    'short update',
    'brief update frequency',
  ],
  fullRepeat: [
    'full repeat',
    'full repeat interval',
    'full alert repeat',
    'repeat full alert',
    'full repeat every',
    'full update',
    'full alert every',
  ],
  timeToCheck: [
    'time to check',
    'time window',
    'commit window',
    'lookback',
    'look back',
    'search window',
    'commit search window',
    'window',
    'time range',
    'check window',
  ],
  syncDelay: [
    'sync delay',
    'argocd sync delay',
    'argo cd sync delay',
    'gitops sync delay',
    'sync interval',
    'sync time',
    'sync',
    'argocd sync',
    'deployment delay',
  ],
  gitopsTool: [
    'gitops tool',
    'gitops',
    'tool',
    'deployment tool',
    'deployed with',
    'cd',
    'method',
    'deployment method',
  ],
} as const;
export type LabelId = keyof typeof labelNames;

/** Every label there is. */
export const allLabels = Object.keys(labelNames) as LabelId[];

/** What a written label means among those a section knows. */
export function readLabelName<Known extends LabelId>(written: string, known: readonly Known[]): Known | undefined {
  const name = plain(written);
  return known.find((id) => labelNames[id].some((other) => other === name));
}

/** The label somebody may have meant. */
export function nearestLabel(written: string, known: readonly LabelId[]): string | undefined {
  const name = plain(written);
  // "Where" is a word of its own and no slip in "when".
  const meant =
    name.length < 4 || name.length > 40
      ? undefined
      : nearestWord(
          name,
          known.flatMap((id) => labelNames[id].filter((other) => other.length > 3)),
          name.length < 6 ? 1 : 2,
        );
  return meant === undefined ? undefined : meant.charAt(0).toUpperCase() + meant.slice(1);
}

const plain = (written: string): string =>
  written
    .toLowerCase()
    .replace(/\(.*?\)/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[:.]+$/, '')
    .trim();
