import assert from 'node:assert/strict';
import { checks } from '../../src/analysis/checks/index.ts';
import type { Finding } from '../../src/analysis/finding.ts';
import type { SourceName } from '../../src/cluster/snapshot.ts';
import type { World } from '../../src/cluster/world.ts';
import { type CheckId, checkIds } from '../../src/config/checks.ts';
import { compileFiles } from '../../src/config/compile.ts';
import type { Revision, Severity } from '../../src/config/revision.ts';
import { day, hour, type Millis, minute, second } from '../../src/lib/clock.ts';
import { emptyMemory, type Incident, type Memory } from '../../src/triage/incident.ts';
import { sourceFile } from './config-files.ts';
import { finding, object, workload, worldOf } from './triage.ts';

/** What a row says in Markdown; everything else is the smallest configuration that compiles. */
export type Said = {
  /** `P0 shop`, `P1 db: Max downtime: 10 minutes; Aliases: database`. */
  services: readonly string[];
  /** The text below `## Known Issues`. */
  issues?: string;
  /** By severity, what stands after `**Criteria**:`, or bullets. */
  criteria?: Partial<Record<Severity, string>>;
  timezone?: string;
  /** More sections of CLAUDE.md. */
  more?: string;
};

/** Compiles a row's Markdown through the compiler's door; an error in it fails the test with its text. */
export function compileSaid({ services, issues, criteria = {}, timezone = 'UTC', more = '' }: Said): Revision {
  const groups = Map.groupBy(services, (said) => said.slice(0, 2));
  const inventory = [...groups].flatMap(([priority, list]) => [
    `## ${priority} Services`,
    '',
    ...list.flatMap((said) => {
      const [name = '', ...details] = said.slice(3).split(/: (.*)/s);
      return [`- ${name}`, ...(details[0] ?? '').split('; ').flatMap((one) => (one ? [`  - ${one}`] : []))];
    }),
    '',
  ]);
  const claude = [
    '# Cluster',
    '',
    '## Cluster Information',
    '',
    '- **Name**: test',
    `- **Timezone**: ${timezone}`,
    '',
    ...inventory,
    ...(issues === undefined ? [] : ['## Known Issues', '', issues, '']),
    more,
  ].join('\n');
  const rules = Object.entries(criteria).flatMap(([severity, text]) => [
    `### ${severity}`,
    '',
    `- **Criteria**: ${text}`,
    '',
  ]);
  const manager = ['---', 'name: escalation-manager', 'description: Explains.', '---', '', ...rules].join('\n');
  const revision = compileFiles([sourceFile('CLAUDE.md', claude), sourceFile('escalation-manager.md', manager)], {
    allowEmpty: true,
  });
  const errors = revision.problems.filter(({ level }) => level === 'error');
  assert.deepEqual(
    errors.map(({ message, cure }) => `${message} ${cure}`),
    [],
    claude,
  );
  return revision;
}

const warned: ReadonlySet<CheckId> = new Set([
  'usage-near-limit',
  'volume-filling',
  'certificate-expiring',
  'restarting',
]);
const units: Record<string, Millis> = { s: second, m: minute, h: hour, d: day };

/** `1m59s` in milliseconds. */
export function lengthOf(said: string): Millis {
  const parts = [...said.matchAll(/(\d+)([smhd])/g)];
  assert.equal(parts.map(([text]) => text).join(''), said, `"${said}" is no length of time`);
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? Number.NaN), 0);
}

const pathOf = (name: string): string => (name.includes('/') ? name : `${name}/${name}`);

type Fault = { name: string; isNode: boolean; state: string; check: CheckId; since: Millis };

const faultShape = /^(node )?(\S+) (down|degraded|warned|gone|zero|flapping)(?: (\S+))? (\S+)$/;

/** `shop down 2m`, `node n1 down 5m`, `shop degraded crash-loop 1m`, `shop warned volume-filling 5m`; `shop gone 0s` has no workload. */
function faultOf(said: string, now: Millis): Fault {
  const [, node, name = '', state = '', check, age = ''] = faultShape.exec(said) ?? [];
  assert.ok(name, `"${said}" is no fault`);
  const usual = node ? 'node-not-ready' : 'not-ready';
  const id = checkIds.find((one) => one === (check ?? usual));
  assert.ok(id, `"${check}" is no check`);
  return { name, isNode: node !== undefined, state, check: id, since: now - lengthOf(age) };
}

export type SmallCluster = {
  /** Faults, joined by `; `. Services without one are well: a Deployment of two, in a namespace of their name. */
  given: string;
  now: Millis;
  /** Images of services that are not `app`. */
  images?: Readonly<Record<string, string>>;
  /** Age of all pods; a day when it does not matter. */
  podAge?: string;
  /** Healthy nodes beside those with faults. */
  nodes?: readonly string[];
  unseen?: readonly SourceName[];
};

/** A small cluster of what a revision lists and what is said to be wrong with it: its world, its findings and what is remembered. */
export function smallCluster(
  revision: Revision,
  { given, now, images = {}, podAge = '1d', nodes = [], unseen = [] }: SmallCluster,
): { world: World; findings: Finding[]; memory: Memory } {
  const faults = given === '' ? [] : given.split('; ').map((said) => faultOf(said, now));
  const nameOf = (service: Revision['services'][number]): string => service.workload?.name ?? service.name;
  const names = new Set([...revision.services.map(nameOf), ...faults.flatMap((one) => (one.isNode ? [] : [one.name]))]);
  const findings: Finding[] = [];
  const objects: unknown[] = [...nodes, ...faults.flatMap((one) => (one.isNode ? [one.name] : []))].map((name) =>
    object('v1', `Node ${name}`),
  );
  for (const name of names) {
    const own = faults.filter((one) => !one.isNode && one.name === name && one.state !== 'flapping');
    const state = ['gone', 'zero', 'down', 'degraded'].find((each) => own.some((one) => one.state === each));
    if (state === 'gone') continue;
    const wanted = state === 'zero' ? 0 : 2;
    const ready = state === 'down' ? 0 : state === 'degraded' ? 1 : wanted;
    const since = Math.min(...own.flatMap((one) => (one.state === state ? [one.since] : [])), now);
    objects.push(
      ...workload(`Deployment ${pathOf(name)}`, {
        wanted,
        ready,
        since,
        created: now - lengthOf(podAge),
        ...(images[name] !== undefined && { image: images[name] }),
      }),
    );
  }
  for (const { name, isNode, state, check, since } of faults) {
    if (state === 'flapping' || state === 'gone' || state === 'zero') continue;
    const subject = isNode ? `Node ${name}` : `Deployment ${pathOf(name)}`;
    const pods = isNode ? [] : state === 'degraded' ? [1] : [0, 1];
    findings.push(
      finding(check, subject, {
        since,
        grace: revision.thresholds.graces[check] ?? checks.find(({ id }) => id === check)?.grace ?? 0,
        level: state === 'warned' && warned.has(check) ? 'warning' : 'error',
        pods: pods.map((index) => {
          const [namespace = '', own = ''] = pathOf(name).split('/');
          return { kind: 'Pod', namespace, name: `${own}-${index}` };
        }),
      }),
    );
  }
  const flapping = faults.filter(({ state }) => state === 'flapping').map(flappingIncident);
  return { world: worldOf(objects, { now, unseen }), findings, memory: { ...emptyMemory, incidents: flapping } };
}

/** An incident of a service that came and went, as the record would bring it back. */
function flappingIncident({ name, since }: Fault): Incident {
  const subject = { kind: 'Deployment', namespace: name, name };
  return {
    id: `i-${name}`,
    severity: 'SEV-3',
    because: '',
    subject,
    family: 'workload',
    check: 'not-ready',
    state: 'open',
    since,
    openedAt: since,
    settlesAt: since,
    told: true,
    toldAt: since,
    services: [name],
    findings: [`not-ready/Deployment/${name}/${name}`],
    victims: [],
    changes: [],
    candidates: [],
    says: '',
    next: '',
    evidence: [],
    reopened: [since, since, since],
    flapping: true,
    reads: ['pods', 'deployments'],
    revision: 'before',
  };
}
