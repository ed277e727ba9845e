import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Credentials, dataOrFile, makeCredentials, serviceAccountCredentials } from './credentials.ts';
import { loadKubeconfig } from './kubeconfig.ts';

/** Where an API server is and how to reach it. */
export type Access = {
  /** The context's name, or `in-cluster`. */
  name: string;
  server: string;
  /** The context's namespace. */
  namespace: string;
  ca?: string;
  insecure: boolean;
  tlsServerName?: string;
  proxy?: string;
  credentials: Credentials;
};

export type AccessOptions = {
  /** The value of KUBECONFIG: files separated as in PATH. Where it is absent `~/.kube/config`, then the service account. */
  kubeconfig?: string | undefined;
  context?: string | undefined;
  home: string;
  /** Present in a pod. */
  inCluster?: { host: string; port: string; folder: string } | undefined;
  /** The whole environment of credential plugins; keep our own secrets out of it. */
  pluginEnvironment?: Readonly<Record<string, string | undefined>>;
};

/** Finds the cluster to talk to. Throws an Error whose message is a sentence for the person who runs this. */
export function findAccess(options: AccessOptions): Access {
  const files = options.kubeconfig?.split(delimiter).filter(Boolean) ?? [];
  const usual = join(options.home, '.kube', 'config');
  if (files.length > 0) return fromKubeconfig(files, options);
  if (existsSync(usual)) return fromKubeconfig([usual], options);
  if (options.inCluster) return fromServiceAccount(options.inCluster);
  throw new Error(
    `no cluster is configured: set KUBECONFIG to a kubeconfig file, or put one at ${usual}, or run inside a cluster with a service account`,
  );
}

function fromKubeconfig(files: readonly string[], options: AccessOptions): Access {
  const { name, namespace, cluster, user } = loadKubeconfig(files, options.context);
  if (!/^https?:\/\//.test(cluster.server) || !URL.canParse(cluster.server)) {
    throw new Error(`context "${name}": server "${cluster.server}" is no http(s) address`);
  }
  const ca = dataOrFile(
    cluster['certificate-authority-data'],
    cluster['certificate-authority'],
    'certificate-authority',
  );
  const proxy = cluster['proxy-url'];
  if (proxy && !/^(https?|socks5):\/\//.test(proxy)) {
    throw new Error(`context "${name}": proxy-url must begin with http://, https:// or socks5://`);
  }
  return {
    name,
    server: cluster.server.replace(/\/+$/, ''),
    namespace,
    insecure: cluster['insecure-skip-tls-verify'] ?? false,
    ...(ca && { ca }),
    ...(cluster['tls-server-name'] && { tlsServerName: cluster['tls-server-name'] }),
    ...(proxy && { proxy }),
    credentials: makeCredentials(user, cluster, options.pluginEnvironment ?? { HOME: options.home }),
  };
}

function fromServiceAccount({ host, port, folder }: { host: string; port: string; folder: string }): Access {
  const address = host.includes(':') ? `[${host}]` : host;
  const ca = dataOrFile(undefined, join(folder, 'ca.crt'), "the service account's ca.crt");
  const namespaceFile = join(folder, 'namespace');
  return {
    name: 'in-cluster',
    server: `https://${address}:${port}`,
    namespace: existsSync(namespaceFile) ? (dataOrFile(undefined, namespaceFile, 'namespace') ?? 'default') : 'default',
    insecure: false,
    ...(ca && { ca }),
    credentials: serviceAccountCredentials(join(folder, 'token')),
  };
}
