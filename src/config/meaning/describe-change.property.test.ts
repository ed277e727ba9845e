import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hour, minute } from '../../lib/clock.ts';
import { checkIds } from '../checks.ts';
import { emptyRevision } from '../empty-revision.ts';
import { clauseStates, priorities, type Revision, serviceClasses, severities } from '../revision.ts';
import { describeChange } from './describe-change.ts';

const at = fc.record({ file: fc.constantFrom('CLAUDE.md', 'a.md'), line: fc.nat(9), column: fc.constant(1) });
const word = fc.constantFrom('shop', 'db', 'cart', 'mail');
const prose = fc.constantFrom('one', 'other', 'third');
const some = <T>(one: fc.Arbitrary<T>) => fc.uniqueArray(one, { maxLength: 3 });
const atLeastOne = <T>(one: fc.Arbitrary<T>) => fc.uniqueArray(one, { minLength: 1, maxLength: 3 });
const length = fc.constantFrom(minute, 2 * minute, 90 * minute, hour, 48 * hour, 1500);
const share = fc.constantFrom(0.1, 0.5, 0.805, 0.9);

const hours = fc.record({ start: fc.constantFrom(0, 120, 1380), end: fc.constantFrom(1440, 1500, 1439) });
const zone = fc.constantFrom({}, { zone: 'UTC' }, { zone: 'Europe/Berlin' });
const window = fc.oneof(
  fc
    .record({
      shape: fc.oneof(
        fc.record({ repeats: fc.constant('weekly' as const), days: atLeastOne(fc.integer({ min: 1, max: 7 })) }),
        fc.record({
          repeats: fc.constant('monthly' as const),
          nth: fc.constantFrom(1, 2, -1),
          day: fc.integer({ min: 1, max: 7 }),
        }),
        fc.record({ repeats: fc.constant('monthday' as const), dates: atLeastOne(fc.constantFrom(1, 15, -1)) }),
      ),
      hours,
      zone,
      says: prose,
    })
    .map(({ shape, hours: span, zone: own, says }) => ({ ...shape, ...span, ...own, says })),
  fc.record({
    says: prose,
    repeats: fc.constant('once' as const),
    from: fc.constantFrom(0, minute),
    to: fc.constantFrom(hour, 2 * hour),
  }),
  fc.record({
    says: prose,
    repeats: fc.constant('cron' as const),
    cron: fc.constantFrom('0 2 * * *', '0 3 * * 1'),
    lasts: length,
  }),
);
const windows = atLeastOne(window);

const subject = fc.oneof(
  fc.record({ of: fc.constant('services' as const), priorities: atLeastOne(fc.constantFrom(...priorities)) }),
  fc.record({ of: fc.constant('named' as const), names: atLeastOne(word), every: fc.boolean() }),
  fc.record({ of: fc.constant('class' as const), classes: atLeastOne(fc.constantFrom(...serviceClasses)) }),
  fc.record({
    of: fc.constantFrom('nodes' as const, 'control-plane' as const, 'infrastructure' as const, 'any' as const),
  }),
);
const clause = fc.record(
  {
    quantifier: fc.constantFrom(1, 2, 'all' as const),
    subject,
    state: fc.constantFrom(...clauseStates),
    for: fc.constantFrom(0, minute, 5 * minute),
    text: prose,
    at,
  },
  { requiredKeys: ['quantifier', 'subject', 'state', 'text', 'at'] },
);

const severity = fc.constantFrom(...severities);
const unique = <T, K>(one: fc.Arbitrary<T>, selector: (thing: T) => K) =>
  fc.uniqueArray(one, { maxLength: 4, selector });

const services = unique(
  fc.record(
    {
      name: word,
      priority: fc.constantFrom(...priorities),
      description: prose,
      namespace: word,
      workload: fc.record(
        { kind: fc.constantFrom('Deployment', 'StatefulSet'), name: word },
        { requiredKeys: ['name'] },
      ),
      maxDowntime: length,
      dependsOn: some(word),
      aliases: some(word),
      optional: fc.boolean(),
      optionalWorkloads: some(word),
      repository: word,
      manifests: word,
      runbook: word,
      cap: severity,
      at,
    },
    { requiredKeys: ['name', 'priority', 'dependsOn', 'aliases', 'optional', 'optionalWorkloads', 'at'] },
  ),
  ({ name }) => name,
);

const bound = fc.oneof(
  fc.record({ type: fc.constant('windows' as const), windows }),
  fc.record({
    type: fc.constant('grace' as const),
    lasts: length,
    from: fc.constantFrom('onset' as const, 'pod-start' as const),
  }),
  fc.constant({ type: 'none' as const }),
);
const someChecks = some(fc.constantFrom(...checkIds));
const knownIssues = unique(
  fc.record(
    {
      title: word,
      suppresses: fc.boolean(),
      services: some(word),
      classes: some(fc.constantFrom(...serviceClasses)),
      kinds: someChecks,
      exceptions: someChecks,
      bound,
      until: fc.constantFrom(hour, 2 * hour),
      owner: prose,
      why: prose,
      solution: prose,
      at,
    },
    { requiredKeys: ['title', 'suppresses', 'services', 'classes', 'kinds', 'exceptions', 'bound', 'at'] },
  ),
  ({ title }) => title,
);

const timing = fc.oneof(
  fc.record({ when: fc.constantFrom('immediate' as const, 'digest' as const) }),
  fc.record({ when: fc.constant('after' as const), delay: length }),
  fc.record({ when: fc.constant('hours' as const), windows }),
);
const escalation = fc.tuple(
  ...severities.map((one) =>
    fc.record(
      {
        severity: fc.constant(one),
        channels: some(fc.constantFrom('#a', '#b', '#c')),
        who: some(word),
        timing,
        mention: word,
        followUp: length,
        settle: length,
        escalate: fc.record({ channel: word, after: length }),
        at,
      },
      { requiredKeys: ['severity', 'channels', 'who', 'timing', 'at'] },
    ),
  ),
);
const severityRules = unique(
  fc.record({ severity, anyOf: atLeastOne(fc.array(clause, { minLength: 1, maxLength: 2 })), at }),
  (one) => one.severity,
);

const deciding = {
  cluster: fc.record(
    { name: word, type: word, environment: word, timezone: fc.constantFrom('UTC', 'Europe/Berlin'), frequency: length },
    { requiredKeys: ['timezone', 'frequency'] },
  ),
  services,
  knownIssues,
  severityRules,
  escalation,
  defaultPriority: fc.constantFrom(...priorities),
  thresholds: fc.record({
    memoryUsage: share,
    cpuUsage: share,
    restarts: fc.nat(9),
    pending: length,
    startup: length,
    certificateDays: fc.record({ warning: fc.nat(9), error: fc.nat(3) }),
    volumeFree: fc.record({ warning: share, error: share }),
    graces: fc.dictionary(fc.constantFrom(...checkIds), length, { maxKeys: 2 }),
  }),
  ignores: unique(
    fc.record(
      {
        what: fc.constantFrom('namespace' as const, 'kind' as const, 'check' as const, 'reason' as const),
        name: word,
        when: fc.constantFrom('running' as const, 'not-running' as const),
        at,
      },
      { requiredKeys: ['what', 'name', 'at'] },
    ),
    ({ what, name }) => `${what} ${name}`,
  ),
  customChecks: unique(
    fc.record(
      {
        name: word,
        kinds: atLeastOne(fc.constantFrom('pods', 'nodes')),
        namespace: word,
        allNamespaces: fc.boolean(),
        selector: word,
        filter: word,
        severity,
        at,
      },
      { requiredKeys: ['name', 'kinds', 'allNamespaces', 'filter', 'severity', 'at'] },
    ),
    ({ name }) => name,
  ),
  healthChecks: unique(
    fc.record(
      {
        service: word,
        protocol: fc.constantFrom('http' as const, 'tcp' as const),
        path: fc.constantFrom('/a', '/b'),
        port: fc.constantFrom(80, 81),
        host: word,
        at,
      },
      { requiredKeys: ['service', 'protocol', 'at'] },
    ),
    ({ service, path, port }) => `${service} ${path} ${port}`,
  ),
  templates: unique(
    fc.record({ name: fc.constantFrom('full' as const, 'brief' as const, 'digest' as const), liquid: prose, at }),
    ({ name }) => name,
  ),
  emoji: fc.dictionary(severity, fc.constantFrom('!', '!!')),
  briefUpdateEvery: length,
  fullRepeatEvery: length,
  github: fc.record({ timeToCheck: length, repositories: some(word), manifests: some(word), syncDelay: length }),
  agents: unique(
    fc.record(
      {
        name: word,
        description: prose,
        tools: some(fc.constantFrom('Bash', 'Read', 'Grep')),
        model: fc.constantFrom('haiku', 'opus'),
        when: fc.constantFrom('always' as const, 'on-change' as const),
        maxTurns: fc.nat(3),
        budgetUsd: fc.nat(3),
        prompt: prose,
        at,
      },
      { requiredKeys: ['name', 'description', 'model', 'when', 'prompt', 'at'] },
    ),
    ({ name }) => name,
  ),
};
const telling = {
  id: fc.constantFrom('r1', 'r2'),
  context: prose,
  contacts: fc.array(fc.record({ label: prose, value: prose, at }), { maxLength: 1 }),
  thresholdLines: fc.array(fc.record({ name: prose, value: prose, at }), { maxLength: 1 }),
  lines: fc.constant<Revision['lines']>([]),
  problems: fc.constant<Revision['problems']>([]),
};
// A field that is added to Revision is missing here, and the types say so.
const revision: fc.Arbitrary<Revision> = fc.record({ ...deciding, ...telling } satisfies Record<
  keyof Revision,
  unknown
>);

const told = new Set(['at', 'says', 'description', 'text', 'prompt', 'owner', 'why', 'solution']);
const decides = ({ suppresses, services: names, classes }: Revision['knownIssues'][number]): boolean =>
  suppresses && names.length + classes.length > 0;

/** A revision without what explains and without order, as text: equal where two mean the same. */
function meaningOf(one: Revision): string {
  const kept = { ...one, knownIssues: one.knownIssues.filter(decides) };
  return JSON.stringify(
    plain(Object.fromEntries(Object.keys(deciding).map((key) => [key, kept[key as keyof Revision]]))),
  );
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(plain(one))).sort();
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !told.has(key));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, plain(one)]));
}

const keys = Object.keys(deciding) as (keyof typeof deciding)[];

test('every deciding field that differs is said, and what means the same says nothing', () => {
  const edit = fc.record({ before: revision, other: revision, fields: fc.subarray(keys, { maxLength: 2 }) });
  fc.assert(
    fc.property(edit, ({ before, other, fields }) => {
      // The prose of the other one, and of what decides only the chosen fields; everything in another order.
      const after: Revision = {
        ...other,
        ...Object.fromEntries(keys.map((key) => [key, before[key]])),
        ...Object.fromEntries(fields.map((key) => [key, other[key]])),
      };
      const turned: Revision = {
        ...after,
        services: after.services.toReversed().map((one) => ({ ...one, description: 'prose' })),
        knownIssues: after.knownIssues.toReversed().map((one) => ({ ...one, why: 'prose' })),
        ignores: after.ignores.toReversed(),
        agents: after.agents.toReversed().map((one) => ({ ...one, prompt: 'prose' })),
      };
      const says = describeChange(before, turned);
      assert.equal(says.length > 0, meaningOf(before) !== meaningOf(turned), says.join('\n'));
      assert.deepEqual(describeChange(turned, turned), []);
    }),
    { numRuns: 200 },
  );
});

test('every deciding field, one at a time', () => {
  for (const key of keys) {
    let differed = 0;
    fc.assert(
      fc.property(revision, revision, (before, other) => {
        const after: Revision = { ...before, [key]: other[key] };
        const differs = meaningOf(before) !== meaningOf(after);
        if (differs) differed++;
        assert.equal(describeChange(before, after).length > 0, differs);
      }),
      { numRuns: 25 },
    );
    assert.ok(differed > 0, `${key} never differed`);
  }
});

test('nothing is said of a revision against itself', () => {
  assert.deepEqual(describeChange(emptyRevision, { ...emptyRevision, id: 'other' }), []);
});
