import { timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Secret } from '../lib/secret.ts';
import type { Metrics } from './metrics.ts';

/** What the endpoints ask the daemon. */
export type Health = { ok: boolean; why: string };
export type Served = {
  health(): Health;
  ready(): Health;
  /** The document of `/configz`. */
  configuration(): object;
  requestCycle(): void;
  /** Reads configuration and rollback again; says what came of it. */
  reload(): Promise<{ status: 200 | 202 | 422 | 503; says: string }>;
  /** Brings the metrics up to date that are looked up when somebody asks. */
  measure(): void;
};

export type HttpServer = { url: string; port: number; stop(): Promise<void> };

/** `/healthz`, `/readyz`, `/metrics`, `/configz`, `POST /-/cycle` and `POST /-/reload`. Rejects where the port cannot be had. */
export function serveHttp(options: {
  host: string;
  port: number;
  served: Served;
  metrics: Metrics;
  token?: Secret;
}): Promise<HttpServer> {
  const { served, metrics, token } = options;
  const app = new Hono();
  app.get('/healthz', (context) => answer(served.health(), (text, status) => context.text(text, status)));
  app.get('/readyz', (context) => answer(served.ready(), (text, status) => context.text(text, status)));
  app.get('/metrics', async (context) => {
    served.measure();
    return context.text(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType });
  });
  app.get('/configz', (context) => context.json(served.configuration()));
  app.use('/-/*', async (context, next) => {
    const given = context.req.header('authorization') ?? '';
    if (context.req.method === 'POST' && token?.isThere() && !sameSecret(given, `Bearer ${token.reveal()}`))
      return context.text('a bearer token is needed (ADMIN_TOKEN)\n', 401);
    return next();
  });
  app.post('/-/cycle', (context) => {
    served.requestCycle();
    return context.text('a cycle starts\n', 202);
  });
  app.post('/-/reload', async (context) => {
    const { status, says } = await served.reload();
    return context.text(`${says}\n`, status);
  });
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch: app.fetch, hostname: options.host, port: options.port },
      ({ port, address }: AddressInfo) => {
        const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
        resolve({
          port,
          url: `http://${host}:${port}`,
          stop: () =>
            new Promise((done) => {
              server.close(() => done());
              // A scraper that keeps its connection open must not hold up the end.
              if ('closeAllConnections' in server) server.closeAllConnections();
            }),
        });
      },
    );
    server.on('error', reject);
  });
}

function answer(health: Health, text: (body: string, status: 200 | 503) => Response): Response {
  return text(`${health.why}\n`, health.ok ? 200 : 503);
}

function sameSecret(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
