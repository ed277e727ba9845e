import { Agent } from 'undici';
import { findAccess } from '../../../src/cluster/api/find-access.ts';

/** What an operator's tools do with an API server: the monitor itself never writes but Events. */
export type Api = {
  /** Sends one request, a PATCH as a merge patch, and returns the answer's text; rejects with what the server said where it refused. */
  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<string>;
  close(): Promise<void>;
};

/** Opens a way to the cluster of the kubeconfig. Its identity is read once: a measurement is short. */
export async function openApi(kubeconfig: string): Promise<Api> {
  const access = findAccess({ kubeconfig, home: '.' });
  const { authorization, cert, key } = await access.credentials.get(Date.now());
  const tls = { ca: access.ca, cert, key, servername: access.tlsServerName, rejectUnauthorized: !access.insecure };
  const agent = new Agent({
    connect: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
  });
  return {
    async send(method, path, body) {
      const kind = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const { statusCode, body: answer } = await agent.request({
        origin: access.server,
        path,
        method,
        headers: {
          'content-type': kind,
          'user-agent': 'bench-reload',
          ...(authorization && { authorization }),
          ...access.credentials.headers,
        },
        body: body ? JSON.stringify(body) : null,
      });
      const said = await answer.text();
      if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${said.slice(0, 300)}`);
      return said;
    },
    close: () => agent.close(),
  };
}

/** Does this for every number below `count`, so many at a time: one after the other, ten thousand requests take minutes. */
export async function eachOf(count: number, atOnce: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const line = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, line));
}
