import { connect } from 'node:net';
import { Agent, request } from 'undici';
import type { Millis } from '../../lib/clock.ts';
import { oneLine } from '../../lib/text.ts';

/** What one HTTP or TCP check was answered. */
export type Answer = { ok: boolean; detail: string };

/** Opens a connection and closes it. Never rejects. */
export function askTcp(host: string, port: number, timeoutMs: Millis): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (ok: boolean, detail: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ok, detail });
    };
    const timer = setTimeout(() => done(false, `TCP ${port}: no answer within ${timeoutMs} ms`), timeoutMs);
    socket.once('connect', () => done(true, `TCP ${port} is open`));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      done(false, `TCP ${port}: ${error.code ?? oneLine(error.message, 100)}`),
    );
  });
}

/**
 * Asks for a path. An answer from 200 to 399 is well, as kubelet has it; redirects are not followed, the body is not read, and a
 * certificate is not checked: it was made for a name and we call an address. Never rejects.
 */
export async function askHttp(url: URL, hostHeader: string, timeoutMs: Millis): Promise<Answer> {
  const agent = new Agent({
    connect: { rejectUnauthorized: false, timeout: timeoutMs },
    headersTimeout: timeoutMs,
    pipelining: 0,
  });
  const what = `${url.protocol === 'https:' ? 'HTTPS' : 'HTTP'} ${url.pathname}`;
  try {
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      headers: { host: hostHeader, 'user-agent': 'k8s-monitor-probe', accept: '*/*' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    body.on('error', () => undefined);
    body.destroy();
    return { ok: statusCode >= 200 && statusCode < 400, detail: `${what} answered ${statusCode}` };
  } catch (error) {
    return { ok: false, detail: `${what}: ${whyNot(error, timeoutMs)}` };
  } finally {
    await agent.destroy();
  }
}

function whyNot(error: unknown, timeoutMs: Millis): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError' || /TIMEOUT/.test(codeOf(error))) return `no answer within ${timeoutMs} ms`;
  return codeOf(error) || oneLine(error.message, 100);
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');
