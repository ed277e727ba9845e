import { stringify } from 'yaml';

/** A kubeconfig with which kubectl reaches the server. */
export function kubeconfigFor(url: string, access: { authority?: string; token?: string }): string {
  const authority = access.authority && {
    'certificate-authority-data': Buffer.from(access.authority).toString('base64'),
  };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'demo',
    clusters: [{ name: 'demo', cluster: { server: url, ...authority } }],
    contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'demo' } }],
    users: [{ name: 'demo', user: { ...(access.token && { token: access.token }) } }],
  });
}
