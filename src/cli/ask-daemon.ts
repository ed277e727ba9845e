import * as z from 'zod';
import { problemDocument } from '../config/explain.ts';
import { readSettings } from '../settings.ts';

/** The parts of `/configz` that commands read. More may be there, and an older daemon says less. */
const configz = z.looseObject({
  source: z.preprocess(
    (given) => (typeof given === 'string' ? { name: given } : given),
    z.looseObject({
      name: z.string().optional(),
      speaking: z.string().optional(),
      why: z.string().optional(),
      watchConnected: z.boolean().optional(),
      fileLagSeconds: z.number().optional(),
      conditions: z.array(z.string()).default([]),
    }),
  ),
  active: z.looseObject({
    revision: z.string(),
    since: z.string().optional(),
    from: z.string().optional(),
    author: z.string().optional(),
    problems: z.array(problemDocument).default([]),
  }),
  previous: z.looseObject({ revision: z.string() }).nullish(),
  candidate: z
    .looseObject({ revision: z.string().optional(), state: z.string(), since: z.string().optional() })
    .nullish(),
  refused: z
    .object({ revision: z.string(), since: z.string().optional(), problems: z.array(problemDocument).default([]) })
    .nullish(),
  pinned: z
    .object({
      revision: z.string(),
      instead: z.string().optional(),
      why: z.string().optional(),
      by: z.string().optional(),
    })
    .nullish(),
  pair: z
    .looseObject({ state: z.string(), orchestrator: z.string().optional(), agents: z.string().optional() })
    .nullish(),
});
export type Configz = z.infer<typeof configz>;

/** Where the daemon of this machine or pod listens. */
export function daemonUrl(): string {
  const { K8S_MONITOR_HTTP_HOST: host, K8S_MONITOR_HTTP_PORT: port } = readSettings();
  const every = ['0.0.0.0', '::', ''].includes(host);
  return `http://${every ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A local daemon answers at once; one that does not is not there. */
const patience = 2000;
/** It answers a reload when it has decided, or soon. */
const decides = 5000;

/** What the running daemon says of its configuration; undefined where none answers there. */
export async function readConfigz(url = daemonUrl()): Promise<Configz | undefined> {
  try {
    const response = await fetch(`${url}/configz`, { signal: AbortSignal.timeout(patience) });
    return configz.safeParse(await response.json()).data;
  } catch {
    // No listener, another program, or one that does not answer: no daemon of ours.
    return undefined;
  }
}

/** Lets the running daemon look at its configuration now. Throws a sentence where it refuses. */
export async function pokeDaemon(url = daemonUrl()): Promise<void> {
  const token = readSettings().secrets.ADMIN_TOKEN;
  const response = await fetch(`${url}/-/reload`, {
    method: 'POST',
    ...(token?.isThere() && { headers: { authorization: `Bearer ${token.reveal()}` } }),
    signal: AbortSignal.timeout(decides),
  });
  if (response.status === 401)
    throw new Error(`the daemon at ${url} asks for ADMIN_TOKEN: set it as the daemon has it`);
  // 422: what the source holds is refused; the rollback was read all the same.
  if (!response.ok && response.status !== 422)
    throw new Error(`the daemon at ${url} answered ${response.status} to POST /-/reload`);
}
