import { test } from 'node:test';
import fc from 'fast-check';
import { service } from '../../test/support/revision.ts';
import { object, worldOf } from '../../test/support/triage.ts';
import { matchServices } from './match-services.ts';
import { matchesAnything } from './matches-anything.ts';

/** Few names, so that they often meet. */
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const maybe = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(some, { nil: undefined, freq: 1 });
const kinds = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ReplicaSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['v1', 'Service'],
  ['v1', 'Pod'],
] as const;

const objects = fc
  .record({
    kind: fc.constantFrom(...kinds),
    name,
    namespace: name,
    label: maybe(name),
    owner: maybe(fc.record({ kind: fc.constantFrom('ReplicaSet', 'Deployment', 'Job', 'Cluster'), name })),
  })
  .map((one) => {
    const [apiVersion, kind] = one.kind;
    const labels = one.label ? { 'app.kubernetes.io/name': one.label } : {};
    const owners = one.owner
      ? [
          {
            apiVersion: 'x/v1',
            ...one.owner,
            uid: `${one.namespace}-${one.owner.kind}-${one.owner.name}`,
            controller: true,
          },
        ]
      : [];
    const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'busybox' }] } };
    return object(apiVersion, `${kind} ${one.namespace}/${one.name}`, {
      metadata: { labels, ownerReferences: owners },
      spec: kind === 'Pod' ? template.spec : kind === 'Service' ? { selector: labels } : { template },
    });
  });

const entries = fc
  .record({
    name: name.map((one) => one.toUpperCase()),
    namespace: maybe(name),
    alias: maybe(name),
    workload: maybe(fc.record({ name, kind: maybe(fc.constantFrom('Deployment', 'service', 'Pod')) })),
  })
  .map(({ name: written, namespace, alias, workload }) => {
    const { kind, name: named } = workload ?? {};
    return service(`P0 ${written}`, {
      aliases: alias ? [alias] : [],
      ...(namespace && { namespace }),
      ...(named && { workload: { name: named, ...(kind && { kind }) } }),
    });
  });

test('anything: it is what matching every entry would say', () => {
  fc.assert(
    fc.property(fc.array(entries, { maxLength: 2 }), fc.array(objects, { maxLength: 4 }), (services, cluster) => {
      const world = worldOf(cluster);
      const expected = matchServices(services, world).some(({ matches }) => matches.length > 0);
      return matchesAnything(services, world) === expected;
    }),
    { numRuns: 3000 },
  );
});
