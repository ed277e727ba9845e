import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type SourceName, sourceNames } from '../src/cluster/snapshot.ts';
import { sourceRows } from '../src/cluster/sources.ts';
import type { FaultKind } from '../src/demo/server/faults.ts';
import { type ApiServer, startApiServer } from '../src/demo/server/start-api-server.ts';
import { minute } from '../src/lib/clock.ts';
import { crashing, everySource, type Look, lookOnce } from './support/blind.ts';
import { revisionWith, service } from './support/revision.ts';
import { noon, workload } from './support/triage.ts';

const services = [service('P0 web'), service('P0 db'), service('P1 agent'), service('P2 nightly')];
const revision = revisionWith({ services });

/** Which services are unknown without a source; the others are judged as before. */
const unknownWithout: Partial<Record<SourceName, string[]>> = {
  pods: ['web', 'db', 'agent', 'nightly'],
  deployments: ['web'],
  replicasets: ['web'],
  statefulsets: ['db'],
  daemonsets: ['agent'],
  cronjobs: ['nightly'],
  jobs: ['nightly'],
  services: ['web', 'db'],
  endpointslices: ['web', 'db'],
};

const serviceSources: SourceName[] = sourceNames.filter((source) => unknownWithout[source]);

/** Without these a check finds the same and can only say less: the exit code is 0, and the incident is one for the digest. */
const onlyPoorer: readonly SourceName[] = [
  'controllerrevisions',
  'resourcequotas',
  'serviceaccounts',
  'configmaps',
  'networkpolicies',
  'certificates',
  'podmetrics',
  'nodemetrics',
  'logs',
];

const faults: readonly FaultKind[] = ['403', '429', '500', 'cut', 'stall', 'truncated', '410'];
const resourceOf: Partial<Record<SourceName, string>> = {
  podmetrics: 'pods.metrics.k8s.io',
  nodemetrics: 'nodes.metrics.k8s.io',
};
const nameOf = ({ source, group }: (typeof sourceRows)[number]): string =>
  resourceOf[source] ?? (group ? `${source}.${group}` : source);

/** Serves a small healthy cluster to one test and looks at it once for each fault. */
async function withServer<Seen>(objects: readonly unknown[], see: (server: ApiServer) => Promise<Seen>): Promise<Seen> {
  const server = await startApiServer({ objects, now: () => noon });
  try {
    return await see(server);
  } finally {
    await server.stop();
  }
}

/** How one look at a cluster with a fault must come out. */
function assertBlind({ result, exit }: Look, source: SourceName, kind: FaultKind): void {
  const unknown = result.services.filter(({ state }) => state === 'unknown').map(({ name }) => name);
  assert.deepEqual(unknown, unknownWithout[source] ?? [], `${kind}: who is unknown`);
  const blind = result.incidents.filter(({ check }) => check === 'blind');
  // The shipped role does not grant them.
  const isMeant = source === 'configmaps' && kind === '403';
  assert.deepEqual(
    blind.map(({ subject }) => subject.name),
    isMeant ? [] : [source],
    `${kind}: one incident says so`,
  );
  const poorer = onlyPoorer.includes(source);
  assert.equal(exit, poorer ? 0 : 3, `${kind}: exit`);
  if (!isMeant) assert.equal(blind[0]?.severity === 'SEV-4', poorer, `${kind}: ${blind[0]?.because}`);
}

test('nothing is wrong with the cluster, and every source has something', () =>
  withServer(everySource(), async (server) => {
    const { result, exit } = await lookOnce(server, revision);
    assert.deepEqual([exit, result.incidents, result.findings], [0, [], []]);
    assert.ok(result.services.every(({ state }) => state === 'healthy'));
  }));

describe('a source is not seen, whatever it failed of', { concurrency: 4 }, () => {
  for (const row of sourceRows) {
    // Only what services need and the source itself are asked for: 200 looks at everything take long.
    const sources = [...new Set<SourceName>([...serviceSources, row.source])];
    test(row.source, () =>
      withServer(everySource(), async (server) => {
        for (const kind of faults) {
          server.clearFaults();
          server.fault(nameOf(row), { kind });
          assertBlind(await lookOnce(server, revision, { sources }), row.source, kind);
        }
      }),
    );
  }

  test('logs', () =>
    withServer([...everySource(), crashing()], async (server) => {
      const log = { namespace: 'shop', pod: 'lonely', container: 'app' };
      for (const previous of [false, true]) server.setLog({ ...log, previous }, 'panic: no\n'.repeat(100));
      for (const kind of faults) {
        server.clearFaults();
        server.fault('pods', { kind, verbs: ['log'] });
        const look = await lookOnce(server, revision);
        // What a log says in full cannot be told from what it says in part.
        if (kind !== 'truncated') assertBlind(look, 'logs', kind);
        assert.ok(look.result.findings.some(({ check }) => check === 'crash-loop'));
      }
    }));
});

test('a list that grew too old between two requests is read again: nothing is blind', () =>
  withServer(everySource(), async (server) => {
    for (const row of sourceRows) {
      server.fault(nameOf(row), { kind: '410', times: 1 });
      const { result, exit } = await lookOnce(server, revision);
      assert.deepEqual([exit, result.incidents], [0, []], row.source);
    }
  }));

test('what passes is tried again: a fault that befalls one request blinds nobody', () =>
  withServer(everySource(), async (server) => {
    for (const kind of ['429', '500', 'cut', 'stall', 'truncated'] as const) {
      server.fault('*', { kind, times: 2 });
      const { result, exit } = await lookOnce(server, revision);
      assert.deepEqual([exit, result.incidents], [0, []], kind);
    }
  }));

test('a kind that is not installed makes nothing unknown', () =>
  withServer(everySource(), async (server) => {
    for (const { source, builtIn } of sourceRows) if (!builtIn) server.uninstall(source);
    for (const plural of ['pods', 'nodes']) server.fault(`${plural}.metrics.k8s.io`, { kind: '403', times: 0 });
    const { result, exit } = await lookOnce(server, revision);
    assert.deepEqual([exit, result.incidents], [0, []]);
    assert.deepEqual(
      result.services.map(({ state }) => state),
      ['healthy', 'healthy', 'healthy', 'absent'],
      'there are no CronJobs: that is known',
    );
  }));

test('the whole API: one incident, everything unknown', () =>
  withServer(everySource(), async (server) => {
    server.fault('*', { kind: '500' });
    const { result, exit } = await lookOnce(server, revision);
    assert.equal(exit, 3);
    assert.deepEqual(
      result.services.map(({ state }) => state),
      ['unknown', 'unknown', 'unknown', 'unknown'],
    );
    assert.deepEqual(
      result.incidents.map(({ severity, subject }) => [severity, subject.name]),
      [['SEV-2', 'kubernetes-api']],
    );
  }));

test('a threshold in the Markdown makes usage needed, and an ignored check makes its source unneeded', () =>
  withServer(everySource(), async (server) => {
    const at = { file: 'agents/k8s-analyzer.md', line: 1, column: 1 };
    const usage = revisionWith({ services, thresholdLines: [{ name: 'memory usage', value: '80%', at }] });
    const noIngress = revisionWith({ services, ignores: [{ what: 'check', name: 'ingress-broken', at }] });
    server.fault('pods.metrics.k8s.io', { kind: '500' });
    assert.deepEqual([(await lookOnce(server, revision)).exit, (await lookOnce(server, usage)).exit], [0, 3]);
    server.clearFaults();
    server.fault('ingresses', { kind: '403' });
    assert.deepEqual([(await lookOnce(server, revision)).exit, (await lookOnce(server, noIngress)).exit], [3, 0]);
  }));

describe('an incident is open when its source goes blind', () => {
  for (const source of ['pods', 'deployments', 'replicasets'] as const) {
    test(`${source}: it neither resolves nor recovers, and says that it is old`, () =>
      withServer(everySource(), async (server) => {
        const put = (ready: number): void => {
          for (const object of workload('Deployment shop/web', { ready, since: noon - 10 * minute }))
            server.put(object);
        };
        put(0);
        let { result } = await lookOnce(server, revision);
        const before = result.incidents.filter(({ subject }) => subject.name === 'web');
        assert.equal(before.length, 1);
        put(1);
        server.fault(source === 'pods' ? 'pods' : `${source}.apps`, { kind: '500' });
        for (const later of [1, 5, 60]) {
          const { memory } = result;
          ({ result } = await lookOnce(server, revision, { now: noon + later * minute, memory }));
          const [incident] = result.incidents.filter(({ subject }) => subject.name === 'web');
          assert.deepEqual([incident?.id, incident?.state], [before[0]?.id, 'open'], `after ${later} min`);
          assert.match(incident?.unseen ?? '', new RegExp(source));
          assert.notEqual(result.services.find(({ name }) => name === 'web')?.state, 'healthy');
        }
        server.clearFaults();
        for (const later of [61, 65]) {
          const { memory } = result;
          ({ result } = await lookOnce(server, revision, { now: noon + later * minute, memory }));
        }
        assert.deepEqual(
          result.events.filter(({ incident }) => incident === before[0]?.id).map(({ type }) => type),
          ['resolved'],
          'seen again and well for 3 minutes',
        );
      }));
  }
});
