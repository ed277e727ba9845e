import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { after, test } from 'node:test';
import type { HealthCheck, ServiceEntry } from '../../config/revision.ts';
import { minute } from '../../lib/clock.ts';
import type { ProbeResult } from '../beside.ts';
import type { Service } from '../objects.ts';
import { snapshotOf } from '../project/snapshot-of.ts';
import { type ProbeMemory, type ProbeOptions, probeServices } from './probe-services.ts';

const start = Date.parse('2026-01-15T12:00:00Z');
const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const http = (handler: RequestListener): Promise<number> => listen(createServer(handler));
const control = { host: '127.0.0.1', port: await listen(createTcpServer((socket) => socket.end())) };

/** A port on which nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const at = { file: 'CLAUDE.md', line: 1, column: 1 };
const check = (more: Partial<HealthCheck> = {}): HealthCheck => ({
  service: 'web',
  protocol: 'http',
  path: '/health',
  at,
  ...more,
});
const entry: ServiceEntry = {
  name: 'web',
  priority: 'P0',
  dependsOn: [],
  aliases: [],
  optional: false,
  optionalWorkloads: [],
  at,
};

function services(port: number, more: Record<string, unknown> = {}): Service[] {
  const spec = { clusterIP: '127.0.0.1', ports: [{ port }], ...more };
  return snapshotOf([{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec }], {
    now: start,
  }).services;
}

type Round = {
  port: number;
  more?: Partial<HealthCheck>;
  options?: Partial<ProbeOptions>;
  spec?: Record<string, unknown>;
};

/** Rounds a minute apart; the results of the only row. */
async function rounds(all: readonly Round[]): Promise<ProbeResult[]> {
  let memory: ProbeMemory = new Map();
  const results: ProbeResult[] = [];
  for (const [index, { port, more, options, spec }] of all.entries()) {
    const inventory = { entries: [entry], services: services(port, spec) };
    const round = await probeServices([check(more)], inventory, memory, {
      now: start + index * minute,
      inCluster: true,
      control,
      timeoutMs: 10_000,
      ...options,
    });
    memory = round.memory;
    results.push(...round.results);
  }
  return results;
}
const said = (results: readonly ProbeResult[]): string[] => results.map(({ result }) => result);

test('three failures fire, dated to the first; two successes clear', async () => {
  const good = await http((_, response) => response.end('ok'));
  const bad = await http((_, response) => response.writeHead(503).end());
  const results = await rounds([good, bad, bad, good, bad, bad, bad, good, bad, good, good].map((port) => ({ port })));
  assert.deepEqual(said(results), [
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
    'ok',
    'failing',
    'failing',
    'failing',
    'failing',
    'ok',
  ]);
  assert.equal(results[6]?.failingSince, start + 4 * minute);
  assert.equal(results[6]?.detail, 'HTTP /health answered 503');
});

test('a redirect is an answer and is not followed', async () => {
  let followed = 0;
  const elsewhere = await http((_, response) => {
    followed++;
    response.end();
  });
  const port = await http((_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${elsewhere}/` }).end(),
  );
  assert.deepEqual(said(await rounds([{ port }])), ['ok']);
  assert.equal(followed, 0);
});

test('the path stays on the Service, whatever it looks like', async () => {
  const seen: string[] = [];
  const port = await http((request, response) => {
    seen.push(`${request.headers.host} ${request.url}`);
    response.end();
  });
  await rounds([
    { port, more: { path: '//198.51.100.1/x?y=1' } },
    { port, more: { path: 'ready' } },
  ]);
  assert.deepEqual(seen, ['web.shop //198.51.100.1/x?y=1', 'web.shop /ready']);
});

test('a server that never answers, and one that nobody runs', async () => {
  const silent = await http(() => undefined);
  const options = { timeoutMs: 300 };
  const slow = await rounds([1, 2, 3].map(() => ({ port: silent, options })));
  assert.deepEqual([slow[2]?.result, slow[2]?.detail], ['failing', 'HTTP /health: no answer within 300 ms']);
  const closed = await closedPort();
  const dead = await rounds([1, 2, 3].map(() => ({ port: closed, more: { protocol: 'tcp' as const } })));
  assert.deepEqual([dead[2]?.result, dead[2]?.detail], ['failing', `TCP ${closed}: ECONNREFUSED`]);
});

test('where the control probe fails too, nothing is known, and nothing is forgotten', async () => {
  const closed = await closedPort();
  const blind = { port: closed, options: { control: { host: '127.0.0.1', port: closed } } };
  const results = await rounds([{ port: closed }, { port: closed }, blind, { port: closed }]);
  assert.deepEqual(said(results), ['ok', 'ok', 'not-checked', 'failing']);
  assert.match(results[2]?.detail ?? '', /control probe failed as well/);
});

const notChecked: [why: string, round: Omit<Round, 'port'>, detail: RegExp][] = [
  ['outside of a cluster', { options: { inCluster: false } }, /not checked from here/],
  ['a headless Service', { spec: { clusterIP: 'None' } }, /no ClusterIP/],
  ['several ports and none named', { spec: { ports: [{ port: 1 }, { port: 2 }] } }, /several ports/],
  ['a service that is not listed', { more: { service: 'metadata' } }, /no Service/],
  ['a host that is no Service', { more: { host: '169.254.169.254' } }, /no Service/],
];
for (const [why, round, detail] of notChecked) {
  test(`not checked: ${why}`, async () => {
    let asked = 0;
    const port = await http((_, response) => {
      asked++;
      response.end();
    });
    const [result] = await rounds([{ ...round, port }]);
    assert.equal(result?.result, 'not-checked');
    assert.match(result?.detail ?? '', detail);
    assert.equal(asked, 0);
  });
}
