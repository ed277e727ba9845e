import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHealthCheck } from './health-check.ts';

const rows: [string, ReturnType<typeof readHealthCheck>][] = [
  ['/health', { protocol: 'http', path: '/health' }],
  ['`/health`', { protocol: 'http', path: '/health' }],
  ['HTTP /health :8000', { protocol: 'http', path: '/health', port: 8000 }],
  ['HTTP GET /health → 200 OK', { protocol: 'http', path: '/health' }],
  ['HTTP GET `/api/health` (8000)', { protocol: 'http', path: '/api/health', port: 8000 }],
  ['GET /healthz on port 8080', { protocol: 'http', path: '/healthz', port: 8080 }],
  ['/health:8000', { protocol: 'http', path: '/health', port: 8000 }],
  ['HTTP GET :8080/health', { protocol: 'http', path: '/health', port: 8080 }],
  ['HTTP 200 on /health', { protocol: 'http', path: '/health' }],
  ['HTTP 8080 /ready', { protocol: 'http', path: '/ready', port: 8080 }],
  ['metrics at /metrics on 9090', { protocol: 'http', path: '/metrics', port: 9090 }],
  ['TCP connection to 3306', { protocol: 'tcp', port: 3306 }],
  ['https /ready', { protocol: 'https', path: '/ready' }],
  ['http://shop.svc:8080/x', { protocol: 'http', path: '/x', host: 'shop.svc', port: 8080 }],
  ['TCP 3306', { protocol: 'tcp', port: 3306 }],
  ['TCP :5432', { protocol: 'tcp', port: 5432 }],
  ['host:3306', { protocol: 'tcp', host: 'host', port: 3306 }],
  ['port 3306 responding', { protocol: 'tcp', port: 3306 }],
  ['TCP', { protocol: 'tcp' }],
  ['kubectl get pods -n shop', { unsupported: 'kubectl' }],
  ['exec pg_isready', { unsupported: 'exec' }],
  ['redis-cli ping', { unsupported: 'a command' }],
  ['gRPC 9000', { unsupported: 'gRPC' }],
  ['Port 99999', undefined],
  ['looks fine', undefined],
  ['', undefined],
];
for (const [text, expected] of rows) {
  test(`health check: "${text}"`, () => assert.deepEqual(readHealthCheck(text), expected));
}
