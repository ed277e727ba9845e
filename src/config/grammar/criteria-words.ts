import type { ClauseState, ClauseSubject } from '../revision.ts';

/** Phrases of states, longest first where one begins another. */
export const statePhrases: readonly (readonly [ClauseState, readonly string[]])[] = [
  [
    'max-downtime-exceeded',
    [
      'max downtime exceeded',
      'maximum downtime exceeded',
      'max downtime is exceeded',
      'maximum downtime is exceeded',
      'exceeds max downtime',
      'exceeds maximum downtime',
      'exceeds their max downtime',
      'exceeds its max downtime',
      'exceeding max downtime',
      'exceeded max downtime',
      'exceed max downtime',
      'exceed their max downtime',
      'down beyond max downtime',
      'exceeds the max downtime',
      'exceeded its max downtime',
      'exceeded their max downtime',
      'down beyond its max downtime',
      'down beyond their max downtime',
      'down longer than max downtime',
      'down longer than its max downtime',
      'down longer than their max downtime',
      'down for longer than its max downtime',
      'down for longer than their max downtime',
      'beyond its max downtime',
      'beyond their max downtime',
      'past its max downtime',
      'past their max downtime',
      'beyond max downtime',
      'over max downtime',
      'past max downtime',
      'outage exceeds max downtime',
    ],
  ],
  [
    'outage',
    ['outage exceeds', 'outage exceeding', 'outage', 'outages', 'downtime exceeds', 'downtime exceeding', 'downtime'],
  ],
  ['not-ready', ['not ready', 'notready', 'not-ready', 'unready']],
  [
    'down',
    [
      'down',
      'unavailable',
      'not available',
      'not running',
      'offline',
      'unreachable',
      'not reachable',
      'cannot be reached',
      'can not be reached',
    ],
  ],
  ['degraded', ['degraded', 'degradation', 'degraded performance', 'performance degraded']],
  ['affected', ['affected', 'impacted']],
  ['at-risk', ['at risk', 'at-risk']],
  ['flapping', ['flapping']],
  ['absent', ['absent', 'missing']],
  ['unknown', ['unknown']],
  ['warnings', ['warnings', 'warning']],
  ['healthy', ['healthy']],
  ['expected', ['expected behaviour', 'expected behavior', 'expected behaviours', 'expected behaviors', 'expected']],
];

/** States that say enough without a subject: of any service. */
export const wholeStates: ReadonlySet<ClauseState> = new Set([
  'max-downtime-exceeded',
  'outage',
  'warnings',
  'healthy',
  'expected',
]);

/** Subjects besides priorities and names of services. */
export const subjectPhrases: readonly (readonly [ClauseSubject, readonly string[]])[] = [
  [
    { of: 'control-plane' },
    [
      'control plane',
      'control-plane',
      'control plane component',
      'control plane components',
      'control plane nodes',
      'control plane node',
    ],
  ],
  [{ of: 'nodes' }, ['node', 'nodes', 'worker node', 'worker nodes', 'cluster node', 'cluster nodes']],
  [{ of: 'infrastructure' }, ['infrastructure', 'infrastructure component', 'infrastructure components']],
  [{ of: 'class', classes: ['ingress'] }, ['ingress controller', 'ingress controllers', 'ingress']],
  [
    { of: 'class', classes: ['database', 'cache', 'queue'] },
    ['data layer', 'data-layer', 'data services', 'data service'],
  ],
  [{ of: 'class', classes: ['database'] }, ['database', 'databases']],
  [{ of: 'class', classes: ['cache'] }, ['cache', 'caches']],
  [{ of: 'class', classes: ['queue'] }, ['queue', 'queues']],
  [{ of: 'any' }, ['service', 'services']],
];

/** What follows a priority or a name and adds nothing. */
export const subjectNouns = new Set(
  'service services application applications app apps workload workloads tier priority level deployment deployments component components pod pods'.split(
    ' ',
  ),
);

export const quantifierWords = new Map<string, number | 'all'>([
  ['any', 1],
  ['either', 1],
  ['a', 1],
  ['an', 1],
  ['one', 1],
  ['single', 1],
  ['all', 'all'],
  ['every', 'all'],
  ['each', 'all'],
  ['both', 'all'],
  ['multiple', 2],
  ['several', 2],
  ['two', 2],
  ['three', 3],
  ['four', 4],
  ['five', 5],
]);

/** Words between subject and state, or before a clause, that carry nothing. */
export const fillers = new Set(
  'if when whenever with whose is are be being been becomes become goes gone gets has have the there currently'.split(
    ' ',
  ),
);

/** How completely: the state is what is met anyway. */
export const adverbs = new Set('completely fully totally entirely partially partly severely significantly'.split(' '));

/** A length of nothing. */
export const atOncePhrases: readonly string[] = [
  'immediately',
  'instantly',
  'straight away',
  'right away',
  'without delay',
];

/** Words that name no state, and the state they are nearest to, for the cure. */
export const nearStates: ReadonlyMap<string, string> = new Map([
  ['unhealthy', 'degraded'],
  ['slow', 'degraded'],
  ['unstable', 'flapping'],
  ['broken', 'down'],
  ['dead', 'down'],
  ['failed', 'down'],
  ['failing', 'down'],
  ['crashing', 'down'],
  ['crashed', 'down'],
  ['looping', 'down'],
]);

/** Ends of a clause that change nothing; they are dropped, and an info says so. */
export const tailPhrases: readonly string[] = [
  'simultaneously',
  'at the same time',
  'at once',
  'concurrently',
  'only',
  'but stable',
  'but recovering',
  'but still partially functional',
  'but partially functional',
  'but still functional',
  'but functional',
  'but still working',
];
