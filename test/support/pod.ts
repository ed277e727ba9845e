import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { kubectl, testbed, until } from './cluster.ts';
import type { Operator } from './deployment.ts';

export const namespace = 'k8s-monitor';
export const orchestrator = 'k8s-monitor-orchestrator';
export const agents = 'k8s-monitor-agents';
export const needs = 'needs the test bed with a node: `testbed up --node`, then `testbed exec npm run test:cluster`';
const limit = 60_000;

/** The monitor as it runs in the cluster, seen from the network of its node. */
export type Pod = {
  url: string;
  configz(): Promise<Configz>;
  metrics(): Promise<string>;
  /** A sample of `/metrics`: `k8s_monitor_config_watch_connected`. */
  metric(name: string): Promise<number | undefined>;
  /** `k8s-monitor ARGS` in the pod; what it printed, whatever its exit code. */
  run(...args: string[]): Promise<string>;
};

const problem = z.object({
  file: z.string(),
  line: z.number(),
  column: z.number(),
  level: z.string(),
  code: z.string(),
  message: z.string(),
});
const half = z.object({ version: z.string().optional(), author: z.string().optional() });
const inForce = z.object({
  revision: z.string(),
  kind: z.string(),
  author: z.string().optional(),
  halves: z.object({ orchestrator: half.optional(), agents: half.optional() }),
});
const configz = z.object({
  source: z.object({
    speaking: z.string(),
    why: z.string(),
    watchConnected: z.boolean().optional(),
    conditions: z.array(z.string()),
  }),
  active: inForce,
  previous: inForce.nullable(),
  candidate: z.object({ state: z.string() }).nullable(),
  refused: z.object({ revision: z.string(), problems: z.array(problem) }).nullable(),
  pinned: z.object({ revision: z.string(), instead: z.string() }).nullable(),
});
export type Configz = z.infer<typeof configz>;

/** Applies the operator's overlay `test`, with a Slack token; resolves when the pod is ready. */
export async function deployMonitor(operator: Operator, overlay = 'test'): Promise<Pod> {
  await kubectl('apply', '-f', join(operator.folder, 'k8s', 'namespace.yaml'));
  const token = '--from-literal=SLACK_BOT_TOKEN=xoxb-test';
  await kubectl('-n', namespace, 'create', 'secret', 'generic', 'k8s-monitor-secrets', token);
  await kubectl('apply', '-k', join(operator.folder, overlay));
  await rolledOut(namespace, 'k8s-monitor');
  return findPod();
}

export async function rolledOut(where: string, name: string): Promise<void> {
  await kubectl('-n', where, 'rollout', 'status', `deployment/${name}`, `--timeout=${limit}ms`);
}

/** The pod that runs at present. */
export async function findPod(where = namespace): Promise<Pod> {
  const address = await until('the pod has an address', limit, async () => {
    const path = 'jsonpath={.items[0].status.podIP}';
    const found = await kubectl('-n', where, 'get', 'pods', '-l', 'app=k8s-monitor', '-o', path);
    return found.trim() || undefined;
  });
  const url = `http://${address}:8080`;
  const read = async (path: string): Promise<Response> => {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const metrics = async (): Promise<string> => (await read('/metrics')).text();
  return {
    url,
    metrics,
    configz: async () => configz.parse(await (await read('/configz')).json()),
    async metric(name) {
      const [, value] = new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(await metrics()) ?? [];
      return value === undefined ? undefined : Number(value);
    },
    run: (...args) =>
      kubectl('-n', where, 'exec', 'deployment/k8s-monitor', '--', 'k8s-monitor', ...args).catch(
        (error: Error & { stdout?: string }) => {
          if (!error.stdout) throw error;
          return error.stdout;
        },
      ),
  };
}

/** How often the container of the pod was started again. */
export async function restartsOf(where = namespace): Promise<number> {
  const path = 'jsonpath={.items[*].status.containerStatuses[*].restartCount}';
  return Number(await kubectl('-n', where, 'get', 'pods', '-l', 'app=k8s-monitor', '-o', path));
}

/** The pod's log from its beginning, as it grows. */
export function followLog(where = namespace): { text(): string; stop(): void } {
  const args = ['-n', where, 'logs', '--tail=-1', '-f', 'deployment/k8s-monitor'];
  const child = existsSync(testbed) ? spawn(testbed, ['kubectl', ...args]) : spawn('kubectl', args);
  const chunks: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return { text: () => chunks.join(''), stop: () => void child.kill() };
}

/** Where the pod's volume is on the node, which is this machine. */
export async function folderOfVolume(): Promise<string> {
  const name = await kubectl('-n', namespace, 'get', 'pvc', 'k8s-monitor-logs', '-o', 'jsonpath={.spec.volumeName}');
  return kubectl('get', 'pv', name, '-o', 'jsonpath={.spec.hostPath.path}');
}
