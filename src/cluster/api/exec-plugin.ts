import { execFile } from 'node:child_process';
import * as z from 'zod';
import type { Millis } from '../../lib/clock.ts';
import { oneLine } from '../../lib/text.ts';
import type { ExecPlugin, KubeCluster } from './kubeconfig.ts';

/** What a credential plugin answered; without `expires` it is good until the server refuses it. */
export type PluginAnswer = { token?: string; cert?: string; key?: string; expires?: Millis };

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

const answerShape = z.object({
  kind: z.literal('ExecCredential'),
  apiVersion: z.string(),
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.string().nullish(),
  }),
});

/**
 * Asks a kubeconfig's credential plugin: run without a shell, with the given environment only, for at most 30 s.
 * Throws an Error whose sentence names the command and quotes no more of its output than one line of what it complained.
 */
export async function askPlugin(
  plugin: ExecPlugin,
  cluster: KubeCluster,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<PluginAnswer> {
  const called = `the credential plugin "${plugin.command}"`;
  if (!versions.includes(plugin.apiVersion)) {
    throw new Error(`${called} speaks ${plugin.apiVersion}; ${versions.join(' and ')} are understood`);
  }
  if (plugin.interactiveMode === 'Always') {
    throw new Error(`${called} wants to ask a person (interactiveMode: Always), and nobody sits here`);
  }
  const info = {
    kind: 'ExecCredential',
    apiVersion: plugin.apiVersion,
    spec: { interactive: false, ...(plugin.provideClusterInfo && { cluster: clusterInfo(cluster) }) },
  };
  const own = Object.fromEntries(plugin.env.map(({ name, value }) => [name, value]));
  const env = { ...environment, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  const printed = await run(plugin, called, env);
  return readAnswer(printed, plugin.apiVersion, called);
}

function run(plugin: ExecPlugin, called: string, env: Record<string, string | undefined>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = { env, timeout: 30_000, maxBuffer: 1024 * 1024, encoding: 'utf8' as const, windowsHide: true };
  const child = execFile(plugin.command, plugin.args, options, (error, stdout, stderr) => {
    if (!error) return resolve(stdout);
    if (error.code === 'ENOENT') {
      const hint = plugin.installHint ? ` ${oneLine(plugin.installHint, 200)}` : '';
      return reject(new Error(`${called} is not installed here.${hint}`));
    }
    const how = error.killed ? 'did not end within 30 s' : `failed with exit code ${error.code ?? error.signal}`;
    const complaint = stderr.trim().split('\n').pop() ?? '';
    reject(new Error(`${called} ${how}${complaint ? `: ${oneLine(complaint, 200)}` : ''}`));
  });
  child.stdin?.end();
  return promise;
}

function readAnswer(printed: string, version: string, called: string): PluginAnswer {
  let json: unknown;
  try {
    json = JSON.parse(printed);
  } catch {
    throw new Error(`${called} printed no JSON`);
  }
  const parsed = answerShape.safeParse(json);
  if (!parsed.success) throw new Error(`${called} printed no ExecCredential with a status`);
  if (parsed.data.apiVersion !== version) {
    throw new Error(`${called} answered as ${parsed.data.apiVersion}, and was asked as ${version}`);
  }
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = parsed.data.status;
  if (!token && !(cert && key)) throw new Error(`${called} gave neither a token nor a certificate with its key`);
  const expires = expirationTimestamp ? Date.parse(expirationTimestamp) : Number.NaN;
  return {
    ...(token && { token }),
    ...(cert && key && { cert, key }),
    ...(!Number.isNaN(expires) && { expires }),
  };
}

function clusterInfo(cluster: KubeCluster): Record<string, unknown> {
  return {
    server: cluster.server,
    'tls-server-name': cluster['tls-server-name'],
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
    'certificate-authority-data': cluster['certificate-authority-data'],
    'proxy-url': cluster['proxy-url'],
  };
}
