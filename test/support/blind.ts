import type { SourceName } from '../../src/cluster/snapshot.ts';
import { takeSnapshot } from '../../src/cluster/take-snapshot.ts';
import type { Revision } from '../../src/config/revision.ts';
import { type CycleResult, runCycle, unseenSources } from '../../src/cycle.ts';
import type { ApiServer } from '../../src/demo/server/start-api-server.ts';
import { type Millis, second, virtualClock } from '../../src/lib/clock.ts';
import { emptyMemory, type Memory } from '../../src/triage/incident.ts';
import { connectTo } from './connect-to.ts';
import { noon, object, workload } from './triage.ts';

const at = '2026-01-15T11:00:00Z';

/** A small healthy cluster in which every source has something, so that whatever is not seen is missed. */
export function everySource(): unknown[] {
  const selector = { app: 'web' };
  const spec = { selector, ports: [{ port: 80, protocol: 'TCP' }] };
  const port = { number: 80 };
  const backend = { service: { name: 'web', port } };
  return [
    workload('Deployment shop/web'),
    workload('StatefulSet data/db'),
    workload('DaemonSet kube-system/agent'),
    ['shop', 'data', 'kube-system'].map((name) =>
      object('v1', `Namespace ${name}`, { metadata: { uid: `uid-${name}` }, status: { phase: 'Active' } }),
    ),
    object('v1', 'Node n1', { status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: at }] } }),
    object('v1', 'Service shop/web', { spec }),
    object('discovery.k8s.io/v1', 'EndpointSlice shop/web-1', {
      metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['10.0.0.1'],
          conditions: { ready: true },
          targetRef: { kind: 'Pod', namespace: 'shop', name: 'web-0' },
        },
      ],
      ports: [{ port: 80, protocol: 'TCP' }],
    }),
    object('networking.k8s.io/v1', 'Ingress shop/web', {
      metadata: { creationTimestamp: at },
      spec: { rules: [{ host: 'shop.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
    }),
    object('batch/v1', 'CronJob shop/nightly', {
      metadata: { creationTimestamp: at },
      spec: { schedule: '0 3 * * *', jobTemplate: {} },
      status: {},
    }),
    object('v1', 'Event shop/started', {
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-0' },
      reason: 'Started',
      type: 'Normal',
      lastTimestamp: at,
    }),
    object('v1', 'ConfigMap shop/settings', { data: { key: 'value' } }),
    object('cert-manager.io/v1', 'Certificate shop/web', {
      spec: { secretName: 'web-tls' },
      status: { notAfter: '2026-12-01T00:00:00Z' },
    }),
    object('metrics.k8s.io/v1beta1', 'PodMetrics shop/web-0', {
      timestamp: at,
      window: '30s',
      containers: [{ name: 'app', usage: { cpu: '1m', memory: '1Mi' } }],
    }),
    object('metrics.k8s.io/v1beta1', 'NodeMetrics n1', {
      timestamp: at,
      window: '30s',
      usage: { cpu: '1m', memory: '1Mi' },
    }),
  ].flat();
}

/** A pod of its own that crashes, so that somebody asks for its log. */
export function crashing(): unknown {
  const ended = { exitCode: 1, reason: 'Error', startedAt: at, finishedAt: at };
  return object('v1', 'Pod shop/lonely', {
    metadata: { creationTimestamp: at },
    spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'registry.example/app:1' }] },
    status: {
      phase: 'Running',
      startTime: at,
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: at }],
      containerStatuses: [
        {
          name: 'app',
          ready: false,
          restartCount: 9,
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
          lastState: { terminated: ended },
        },
      ],
    },
  });
}

export type Look = { result: CycleResult; exit: number };

/** One `cycle` against the server: the real client, whose waits are turned by hand once nothing else goes on. */
export async function lookOnce(
  server: ApiServer,
  revision: Revision,
  { now = noon, memory = emptyMemory, sources }: { now?: Millis; memory?: Memory; sources?: SourceName[] } = {},
): Promise<Look> {
  const clock = virtualClock(now);
  const connection = connectTo(server.url, { clock });
  try {
    const taking = takeSnapshot(connection, { now, logs: true, ...(sources && { sources }) });
    let taken = false;
    void taking.finally(() => (taken = true));
    while (!taken) {
      if (await isQuiet(server, () => taken)) await clock.advance(31 * second);
    }
    const snapshot = await taking;
    let ids = 0;
    const result = runCycle({
      cycle: 'c-1',
      now,
      revision,
      snapshot,
      memory,
      customResults: [],
      probes: [],
      past: [],
      channels: { routes: ['console'] },
      firstContact: false,
      observe: false,
      oneShot: true,
      newId: () => `i-${now}-${++ids}`,
    });
    return { result, exit: unseenSources(result).length > 0 ? 3 : 0 };
  } finally {
    await connection.close();
  }
}

/** Whether client and server, which share this process, did nothing for several turns of its loop. */
async function isQuiet(server: ApiServer, ended: () => boolean): Promise<boolean> {
  const seen = server.requests.length;
  for (let turn = 0; turn < 12; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (ended() || server.requests.length !== seen) return false;
  }
  return true;
}
