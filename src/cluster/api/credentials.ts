import { readFileSync } from 'node:fs';
import { type Millis, minute, second } from '../../lib/clock.ts';
import { askPlugin } from './exec-plugin.ts';
import type { KubeCluster, KubeUser } from './kubeconfig.ts';

/** Who we are, as the request needs it. */
export type Identity = { authorization?: string; cert?: string; key?: string };

export type Credentials = {
  /** The present identity; another one than `refused`, which the server did not take, if there is one. Throws an Error with a sentence. */
  get(now: Millis, refused?: Identity): Promise<Identity>;
  /** More headers of every request (impersonation). */
  headers: Readonly<Record<string, string | string[]>>;
};

/** Rotated token and certificate files are noticed after a minute, and at once when the server refuses the old one. */
const rereadAfter = minute;
/** A plugin's answer is renewed a little before it ends, so that no request carries one that ends on the way. */
const renewBefore = 10 * second;
/** A plugin may open a browser or ask a slow server: where it fails, or its answers are refused, it is not asked by every request. */
const askAgainAfter = 10 * second;

/** `until`: so long it is good; `keep`: so long it is kept even when it is refused. */
type Loaded = { identity: Identity; until: Millis; keep: Millis };

/** The credentials of a kubeconfig user, in kubectl's order: certificate, token, basic, plugin. Throws an Error for what is not supported. */
export function makeCredentials(
  user: KubeUser,
  cluster: KubeCluster,
  environment: Readonly<Record<string, string | undefined>>,
): Credentials {
  const provider = user['auth-provider'];
  if (provider) {
    throw new Error(
      `the kubeconfig uses the old auth-provider "${provider.name}", which Kubernetes removed; use its exec plugin instead (for oidc: kubectl oidc-login)`,
    );
  }
  const headers = impersonation(user);
  let refusal: { error: unknown; until: Millis } | undefined;
  return keepWhileGood(async (now) => {
    const { exec } = user;
    const plain = readPlain(user);
    if (exec && !plain.authorization && !plain.cert) {
      if (refusal && now < refusal.until) throw refusal.error;
      const answer = await askPlugin(exec, cluster, environment).catch((error: unknown) => {
        refusal = { error, until: now + askAgainAfter };
        throw error;
      });
      const { cert, key, token, expires } = answer;
      const keep = now + askAgainAfter;
      return {
        identity: { ...(cert && key && { cert, key }), ...(token && { authorization: `Bearer ${token}` }) },
        // To a clock that is ahead every answer has already ended.
        until: expires === undefined ? Number.POSITIVE_INFINITY : Math.max(keep, expires - renewBefore),
        keep,
      };
    }
    return { identity: plain, until: now + rereadAfter, keep: now };
  }, headers);
}

/** The service account of the pod we run in; its token is rotated by kubelet. */
export function serviceAccountCredentials(tokenFile: string): Credentials {
  return keepWhileGood(
    async (now) => ({
      identity: { authorization: `Bearer ${readSecret(tokenFile, 'the service account token')}` },
      until: now + rereadAfter,
      keep: now,
    }),
    {},
  );
}

function keepWhileGood(load: (now: Millis) => Promise<Loaded>, headers: Credentials['headers']): Credentials {
  let loaded: Loaded | undefined;
  let loading: Promise<Loaded> | undefined;
  return {
    headers,
    async get(now, refused) {
      const useful = loaded && (loaded.identity !== refused ? now < loaded.until : now < loaded.keep);
      if (loaded && useful) return loaded.identity;
      // Thirty sources ask at once, a plugin is asked once.
      loading ??= load(now).finally(() => {
        loading = undefined;
      });
      loaded = await loading;
      return loaded.identity;
    },
  };
}

function readPlain(user: KubeUser): Identity {
  const cert = dataOrFile(user['client-certificate-data'], user['client-certificate'], 'client-certificate');
  const key = dataOrFile(user['client-key-data'], user['client-key'], 'client-key');
  if (cert && !key) throw new Error('the kubeconfig has a client-certificate without its client-key');
  const certificate = cert && key ? { cert, key } : {};
  const token = user.tokenFile ? readSecret(user.tokenFile, 'tokenFile') : user.token;
  if (token) return { ...certificate, authorization: `Bearer ${token}` };
  if (user.username !== undefined) {
    const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    return { ...certificate, authorization: `Basic ${pair}` };
  }
  return certificate;
}

/** The text of a `-data` key (base64), else of the file that its twin names. Throws an Error that names the key. */
export function dataOrFile(data: string | undefined, file: string | undefined, what: string): string | undefined {
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  return file ? readSecret(file, what) : undefined;
}

function readSecret(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`${what}: ${file} cannot be read (${code})`);
  }
}

function impersonation(user: KubeUser): Credentials['headers'] {
  return {
    ...(user.as && { 'impersonate-user': user.as }),
    ...(user['as-uid'] && { 'impersonate-uid': user['as-uid'] }),
    ...(user['as-groups'] && { 'impersonate-group': user['as-groups'] }),
  };
}
