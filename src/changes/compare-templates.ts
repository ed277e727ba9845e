import type { Container, PodSpec, Probe, Resources } from '../cluster/objects.ts';
import type { ChangeDetail } from './change.ts';

/** What differs between two pod templates, the most telling first. Environment: names only, never a value. */
export function compareTemplates(before: PodSpec, after: PodSpec): ChangeDetail[] {
  const details = after.containers.flatMap((container) => {
    const old = before.containers.find((other) => other.name === container.name);
    return old ? compareContainers(old, container) : [added(container)];
  });
  const removed = before.containers
    .filter((container) => !after.containers.some((other) => other.name === container.name))
    .map((container) => other(`container ${container.name} removed`));
  const volumes = difference(namesOf(before), namesOf(after));
  return [
    ...details,
    ...removed,
    ...(volumes ? [{ what: 'volumes' as const, says: `volumes: ${volumes}` }] : []),
    ...compareRest(before, after),
  ].sort((a, b) => order.indexOf(a.what) - order.indexOf(b.what));
}

const order: ChangeDetail['what'][] = ['image', 'command', 'env', 'probe', 'resources', 'volumes', 'replicas', 'other'];

function compareContainers(before: Container, after: Container): ChangeDetail[] {
  const details: ChangeDetail[] = [];
  const tell = (what: ChangeDetail['what'], from: string, to: string, word: string): void => {
    if (from !== to)
      details.push({
        what,
        container: after.name,
        from,
        to,
        says: `${word} of ${after.name}: ${from || 'none'} -> ${to || 'none'}`,
      });
  };
  tell('image', before.image, after.image, 'image');
  if (before.command.join('\0') !== after.command.join('\0')) {
    details.push({ what: 'command', container: after.name, says: `command of ${after.name} changed` });
  }
  const env = difference(environmentOf(before), environmentOf(after));
  if (env) details.push({ what: 'env', container: after.name, says: `environment of ${after.name}: ${env}` });
  for (const probe of ['liveness', 'readiness', 'startup'] as const) {
    tell('probe', sayProbe(before[probe]), sayProbe(after[probe]), `${probe} probe`);
  }
  tell('resources', sayResources(before.requests), sayResources(after.requests), 'requests');
  tell('resources', sayResources(before.limits), sayResources(after.limits), 'limits');
  return details;
}

function compareRest(before: PodSpec, after: PodSpec): ChangeDetail[] {
  const rows: [string, (spec: PodSpec) => string][] = [
    ['service account', (spec) => spec.serviceAccount],
    ['node selector', (spec) => sortedPairs(spec.nodeSelector)],
    ['node affinity', (spec) => spec.nodeAffinity.join('; ')],
    ['image pull secrets', (spec) => spec.imagePullSecrets.join(', ')],
    ['priority class', (spec) => spec.priorityClass ?? ''],
  ];
  return rows.flatMap(([word, read]) => {
    const [from, to] = [read(before), read(after)];
    return from === to
      ? []
      : [{ what: 'other' as const, from, to, says: `${word}: ${from || 'none'} -> ${to || 'none'}` }];
  });
}

const added = (container: Container): ChangeDetail => ({
  what: 'image',
  container: container.name,
  to: container.image,
  says: `container ${container.name} added with image ${container.image}`,
});
const other = (says: string): ChangeDetail => ({ what: 'other', says });

/** `DB_HOST added, CACHE_URL removed`; a name whose origin changed counts as both. */
function difference(before: string[], after: string[]): string {
  const gone = before.filter((name) => !after.includes(name)).map((name) => `${name} removed`);
  const come = after.filter((name) => !before.includes(name)).map((name) => `${name} added`);
  return [...come, ...gone].join(', ');
}

function environmentOf(container: Container): string[] {
  const single = container.env.map(({ name, from }) => (from?.name ? `${name} (${from.kind} ${from.name})` : name));
  return [...single, ...container.envFrom.map(({ kind, name }) => `all of ${kind} ${name}`)];
}

function namesOf(spec: PodSpec): string[] {
  return spec.volumes.map(({ name, claim, configMap, secret }) => {
    if (claim) return `${name} (claim ${claim})`;
    if (configMap) return `${name} (ConfigMap ${configMap.name})`;
    return secret ? `${name} (Secret ${secret.name})` : name;
  });
}

function sayProbe(probe: Probe | undefined): string {
  if (!probe) return '';
  return `${probe.type}${probe.path ? ` ${probe.path}` : ''}${probe.port ? ` :${probe.port}` : ''} every ${probe.period}s, ${probe.failureThreshold} failures`;
}

const sayResources = (resources: Resources): string =>
  [
    resources.cpu === undefined ? '' : `cpu ${resources.cpu}`,
    resources.memory === undefined ? '' : `memory ${Math.round(resources.memory / 2 ** 20)}Mi`,
  ]
    .filter(Boolean)
    .join(', ');

const sortedPairs = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(', ');
