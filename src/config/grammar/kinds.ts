import { type CheckId, checkIds } from '../checks.ts';

/** What people call a check, besides its id. Words are compared without regard to case, number and hyphens. */
export const checkWords: readonly (readonly [CheckId, readonly string[]])[] = [
  [
    'crash-loop',
    ['crash', 'crashes', 'crashing', 'crash loops', 'crash looping', 'crashloop', 'crashloops', 'crashloopbackoff'],
  ],
  [
    'oom-killed',
    [
      'oom',
      'ooms',
      'oomkilled',
      'oom kill',
      'oom kills',
      'out of memory',
      'memory kill',
      'memory kills',
      'killed for memory',
    ],
  ],
  ['restarting', ['restart', 'restarts', 'restarted', 'pod restarts']],
  ['image-pull', ['image pulls', 'imagepull', 'imagepullbackoff', 'errimagepull', 'pull errors', 'images']],
  [
    'config-error',
    ['config errors', 'configuration error', 'configuration errors', 'createcontainerconfigerror', 'missing config'],
  ],
  ['unschedulable', ['pending', 'pending pods', 'scheduling', 'not schedulable', 'failedscheduling']],
  ['not-ready', ['notready', 'unready', 'unavailable', 'unavailability', 'down', 'downtime', 'readiness', 'outage']],
  ['evicted', ['eviction', 'evictions', 'evicting']],
  ['stuck-terminating', ['terminating']],
  ['cannot-create-pods', ['pod creation', 'quota']],
  ['no-replicas', ['no replica', 'zero replicas', 'scaled to zero', 'scale to zero', '0 replicas']],
  ['rollout-stuck', ['rollout', 'rollouts', 'stuck rollout', 'stuck rollouts', 'deployment stuck']],
  ['job-failed', ['job failure', 'job failures', 'failed job', 'failed jobs', 'jobs failed']],
  ['job-overdue', ['overdue job', 'overdue jobs', 'long running job', 'long running jobs']],
  ['cron-missed', ['missed schedule', 'missed schedules', 'missed cron', 'missed runs']],
  ['no-endpoints', ['no endpoint', 'endpoints', 'missing endpoints']],
  ['ingress-broken', ['ingress', 'ingresses', 'broken ingress']],
  ['volume-pending', ['pvc pending', 'pending volume', 'pending volumes', 'pending pvc']],
  ['volume-lost', ['lost volume', 'lost volumes']],
  ['volume-filling', ['disk full', 'disk space', 'volume full', 'disk usage', 'storage full', 'filling volume']],
  ['autoscaler-stuck', ['autoscaler', 'hpa', 'autoscaling']],
  ['budget-violated', ['pdb', 'disruption budget', 'pod disruption budget']],
  ['webhook-broken', ['webhook', 'webhooks']],
  ['definition-refused', ['crd', 'crds', 'custom resource definition', 'custom resource definitions']],
  ['node-not-ready', ['node not ready', 'nodes not ready', 'node down', 'nodes down', 'node notready']],
  ['node-pressure', ['memory pressure', 'disk pressure', 'pid pressure', 'pressure']],
  ['control-plane-down', ['control plane', 'api server', 'apiserver', 'etcd']],
  ['certificate-expiring', ['certificate', 'certificates', 'certificate expiry', 'cert expiry', 'tls expiry']],
  ['usage-near-limit', ['memory usage', 'cpu usage', 'high memory', 'high cpu', 'usage']],
  [
    'health-check-failed',
    ['health check', 'health checks', 'health check failure', 'health check failures', 'healthcheck'],
  ],
];

/** Words that join or decorate and name nothing. */
const fillers = new Set(
  'a an and any are as at be by for from goes happen happens has if in is it its kinds not of on only or other pod pods container containers service services still the there they this to with when while actual real also problem problems error errors issue issues failure failures fail fails failed event events alert alerts state status back off backoff all'.split(
    ' ',
  ),
);

const phrases = new Map<string, CheckId>([
  ...checkIds.filter((id) => id !== 'custom').map((id): [string, CheckId] => [id.replaceAll('-', ' '), id]),
  ...checkWords.flatMap(([id, words]) => words.map((phrase): [string, CheckId] => [phrase, id])),
]);
const longestPhrase = 4;

/** The checks a list names ("crashes, image pull errors and oom-killed"), and the words that name none. */
export function readKinds(text: string): { kinds: CheckId[]; unknown: string[] } {
  const kinds = new Set<CheckId>();
  const unknown: string[] = [];
  const words =
    text
      .slice(0, 2000)
      .toLowerCase()
      .match(/[\p{L}\d]+|[,;/&]/gu) ?? [];
  let strange: string[] = [];
  const close = (): void => {
    if (strange.length > 0) unknown.push(strange.join(' '));
    strange = [];
  };
  for (let at = 0; at < words.length; ) {
    const taken = phraseAt(words, at);
    const here = words[at] ?? '';
    if (taken) kinds.add(taken.id);
    else if (!fillers.has(here) && /[\p{L}\d]/u.test(here)) strange.push(here);
    if (taken || strange.length === 0 || fillers.has(here) || !/[\p{L}\d]/u.test(here)) close();
    at += taken?.length ?? 1;
  }
  close();
  return { kinds: [...kinds], unknown };
}

/** "not crash-loop" names what is meant to be left out; "not ready" is a kind by its own name. */
export function isNegated(text: string): boolean {
  const [, behind] = /^\s*(?:not|no|never|without|(?:all|anything|everything) but|but not)\s+(.+)$/i.exec(text) ?? [];
  if (behind === undefined) return false;
  const { kinds } = readKinds(behind);
  return kinds.length > 0 && readKinds(text).kinds.join() === kinds.join();
}

function phraseAt(words: readonly string[], at: number): { id: CheckId; length: number } | undefined {
  for (let length = longestPhrase; length > 0; length--) {
    const id = at + length <= words.length ? phrases.get(words.slice(at, at + length).join(' ')) : undefined;
    if (id) return { id, length };
  }
  return undefined;
}
