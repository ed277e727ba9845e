import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configFiles } from '../../../test/support/config-files.ts';
import { compileSaid, type Said } from '../../../test/support/markdown-world.ts';
import { compileFiles } from '../compile.ts';
import type { Revision } from '../revision.ts';
import { findHarm } from './find-harm.ts';

const policy = (channel: string): string => `## Escalation Policy\n\n### SEV-1\n\n- **Channel**: ${channel}\n`;
const issue = (...lines: string[]): string =>
  `### Quiet\n\n${lines.map((line) => `- ${line}`).join('\n')}\n- DO NOT FLAG`;

const before: Said = { services: ['P0 shop', 'P0 pay', 'P1 db'], more: policy('#critical') };

/** What is edited, and what would fall silent; nothing where it is for the operators alone to decide. */
type Row = [edit: string, after: Said, says?: RegExp];

const rows: Record<string, Row[]> = {
  'every P0 muted without an end': [
    [
      'without a bound',
      { ...before, issues: issue('Services: shop, pay') },
      /any P0 service \(shop and pay\), without an end: known issue "Quiet"/,
    ],
    ['all day, every day', { ...before, issues: issue('Services: shop, pay', 'Daily 00:00-24:00') }, /without an end/],
    [
      'windows that leave no gap',
      { ...before, issues: issue('Services: shop, pay', 'Daily 00:00-12:00', 'Daily 11:00-24:00') },
      /without an end/,
    ],
    [
      'in two issues',
      { ...before, issues: `${issue('Services: shop')}\n\n### Second\n\n- Services: pay\n- DO NOT FLAG` },
      /"Quiet" and known issue "Second"/,
    ],
    [
      'by day in one issue, by night in another',
      {
        ...before,
        issues: `${issue('Services: shop, pay', 'Daily 06:00-18:00')}\n\n${issue('Services: shop, pay', 'Daily 18:00-06:00').replace('Quiet', 'Night')}`,
      },
      /known issue "Quiet" and known issue "Night"/,
    ],
    ['one of two', { ...before, issues: issue('Services: shop') }],
    ['every night', { ...before, issues: issue('Services: shop, pay', 'Daily 00:00-23:59') }],
    ['until a date', { ...before, issues: issue('Services: shop, pay', 'Daily 00:00-24:00', 'Until: 2027-01-01') }],
    ['only crash loops', { ...before, issues: issue('Services: shop, pay', 'Kinds: crash-loop') }],
    ['a grace of minutes', { ...before, issues: issue('Services: shop, pay', 'Up to: 10 minutes') }],
    ['no P0 at all before', { ...before, services: ['P1 db'], issues: issue('Services: db') }, /2 of 2 P0 services/],
  ],
  'SEV-1 without a channel': [
    ['log only', { ...before, more: policy('None') }, /SEV-1 would go to no channel/],
    ['another channel', { ...before, more: policy('#criticl') }],
    ['no policy at all goes to the fallback channel', { ...before, more: '' }],
  ],
  'most P0 services removed': [
    [
      'both',
      { ...before, services: ['P0 other', 'P1 db'] },
      /2 of 2 P0 services would no longer page anybody: shop and pay/,
    ],
    ['both to P3', { ...before, services: ['P3 shop', 'P3 pay', 'P1 db'] }, /2 of 2/],
    ['one of two', { ...before, services: ['P0 shop', 'P1 db'] }],
    ['both to P1', { ...before, services: ['P1 shop', 'P1 pay', 'P1 db'] }],
    ['renamed, the old name an alias', { ...before, services: ['P0 store: Aliases: shop', 'P0 pay', 'P1 db'] }],
    ['more of them', { ...before, services: ['P0 shop', 'P0 pay', 'P0 cart', 'P1 db'] }],
  ],
  'no service left': [['an empty inventory', { ...before, services: [] }, /No service would be listed any more/]],
};

const old = compileSaid(before);
for (const [harm, list] of Object.entries(rows)) {
  describe(harm, () => {
    for (const [edit, said, says] of list) {
      test(`${edit}: ${says ? 'has to be confirmed' : 'is accepted'}`, () => {
        const after = compileSaid(said);
        const problems = findHarm(old, after);
        const messages = problems.map(({ message }) => message).join('\n');
        if (says) assert.match(messages, says);
        else assert.equal(messages, '');
        for (const { code, level, cure, file, line } of problems) {
          assert.deepEqual([code, level, file], ['needs-confirmation', 'error', 'CLAUDE.md']);
          assert.ok(line >= 1);
          assert.ok(
            cure.includes(`k8s-monitor.io/confirm: ${after.id}`) && cure.includes(`<!-- confirm: ${after.id} -->`),
          );
        }
        assert.deepEqual(findHarm(old, after, { confirmed: after.id }), [], 'confirmed');
        assert.deepEqual(findHarm(after, { ...after, id: 'later' }), [], 'what was so before is not asked about again');
      });
    }
  });
}

test('who would not be told of, and why, is told whole', () => {
  const services = ['P0 a-service-with-a-long-name', 'P0 another-service-with-a-long-name', 'P0 yet-another-service'];
  const names = services.map((one) => one.slice(3)).join(', ');
  const muted: Said = { ...before, services, issues: issue(`Services: ${names}`) };
  const [problem] = findHarm(compileSaid({ ...before, services }), compileSaid(muted));
  assert.match(problem?.message ?? '', /yet-another-service\), without an end: known issue "Quiet"\.$/);
});

describe('every P0 hidden by other means', () => {
  const at = { file: 'agents/k8s-analyzer.md', line: 7, column: 1 };
  const ignoring = (...ignores: Omit<Revision['ignores'][number], 'at'>[]): Partial<Revision> => ({
    ignores: ignores.map((one) => ({ ...one, at })),
  });
  const capped = (cap: 'SEV-2' | 'SEV-4'): Partial<Revision> => ({
    services: old.services.map((service) => ({ ...service, cap })),
  });
  const means: [means: string, edit: Partial<Revision>, by?: RegExp][] = [
    ['all namespaces', ignoring({ what: 'namespace', name: '*' }), /ignored namespace \*/],
    [
      'their namespaces',
      ignoring({ what: 'namespace', name: 'shop' }, { what: 'namespace', name: 'PAY' }),
      /shop and ignored namespace PAY/,
    ],
    ['one namespace', ignoring({ what: 'namespace', name: 'shop' })],
    ['all namespaces while pods run', ignoring({ what: 'namespace', name: '*', when: 'running' })],
    ['all kinds', ignoring({ what: 'kind', name: '*' }), /ignored kind \*/],
    ['one kind', ignoring({ what: 'kind', name: 'Deployment' })],
    ['all checks', ignoring({ what: 'check', name: '*' }), /ignored check \*/],
    ['one check', ignoring({ what: 'check', name: 'not-ready' })],
    ['event reasons', ignoring({ what: 'reason', name: '*' })],
    ['a cap that only the digest tells of', capped('SEV-4'), /its cap SEV-4/],
    ['a cap that is told', capped('SEV-2')],
  ];
  for (const [name, edit, by] of means)
    test(`${name}: ${by ? 'has to be confirmed' : 'is accepted'}`, () => {
      const [problem] = findHarm(old, { ...old, id: 'after', ...edit });
      if (by) assert.match(problem?.message ?? '', by);
      else assert.equal(problem, undefined);
    });
});

test('a confirmation of another content confirms nothing', () => {
  const after = compileSaid({ ...before, more: policy('None') });
  assert.equal(findHarm(old, after, { confirmed: old.id }).length, 1);
});

test('the line that does it is named', () => {
  const after = compileSaid({ ...before, issues: issue('Services: shop, pay') });
  const [problem] = findHarm(old, after);
  assert.deepEqual([problem?.file, problem?.line], [after.knownIssues[0]?.at.file, after.knownIssues[0]?.at.line]);
  assert.ok((problem?.line ?? 0) > 1);
});

describe('what matches the cluster', () => {
  const other = compileSaid({ ...before, services: ['P0 shop', 'P0 pay', 'P1 bd'] });
  const answers = (one: boolean | undefined, next: boolean | undefined) => (revision: Revision) =>
    revision === old ? one : next;
  const matching: [when: string, before: boolean | undefined, after: boolean | undefined, harms: number][] = [
    ['nothing any more', true, false, 1],
    ['nothing any more, and no cluster was seen before', undefined, false, 1],
    ['nothing, as before', false, false, 0],
    ['something', true, true, 0],
    ['not known, no cluster was seen', undefined, undefined, 0],
  ];
  for (const [when, was, is, harms] of matching)
    test(`${when}: ${harms === 0 ? 'is accepted' : 'has to be confirmed'}`, () => {
      assert.equal(findHarm(old, other, { matchesAnything: answers(was, is) }).length, harms);
    });
});

describe('agents', () => {
  const example = compileFiles(configFiles());
  const without = (name: string): Revision => ({
    ...example,
    id: 'without',
    agents: example.agents.filter((agent) => agent.name !== name),
  });
  for (const { name } of example.agents)
    test(`${name} is required`, () => {
      const [problem, ...more] = findHarm(example, without(name));
      assert.match(problem?.message ?? '', new RegExp(`^The required agent ${name} would be gone`));
      assert.deepEqual([problem?.line, more], [1, []]);
    });
  test('any other may go', () => {
    const [agent] = example.agents;
    assert.ok(agent);
    const more = { ...example, agents: [...example.agents, { ...agent, name: 'helper' }] };
    assert.deepEqual(findHarm(more, example), []);
  });
});

test('the edits of the guide are applied plainly', () => {
  const guide = [
    { ...before, services: [...before.services, 'P0 my-new-service'] },
    {
      ...before,
      issues: '### Database Backup Window\n- Every Sunday 2-3 AM\n- Why: Backup\n- This is expected - DO NOT FLAG',
    },
    { ...before, criteria: { 'SEV-1': 'Any P0 service down for > 2 minutes (was: immediately)' } },
  ];
  for (const said of guide) assert.deepEqual(findHarm(old, compileSaid(said)), []);
});
