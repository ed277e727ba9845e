import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { stringify } from 'yaml';
import * as pem from '../../../test/support/certificates.ts';
import { connectTo } from '../../../test/support/connect-to.ts';
import { minute, second, virtualClock } from '../../lib/clock.ts';
import { type Connection, type ConnectOptions, connect, readJson } from './connection.ts';
import { ApiFailure } from './failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'connection-'));
const ends: (() => Promise<unknown> | unknown)[] = [() => rmSync(folder, { recursive: true })];
after(async () => {
  for (const end of ends.reverse()) await end();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address() as AddressInfo;
  return address.port;
}
const serve = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createServer(listener))}`;

let files = 0;
async function open(cluster: object, user: object = {}, options: Partial<ConnectOptions> = {}): Promise<Connection> {
  const file = join(folder, `kubeconfig-${files++}`);
  const config = {
    'current-context': 'test',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(file, stringify(config));
  const connection = await connect({ kubeconfig: file, home: folder, ...options });
  ends.push(connection.close);
  return connection;
}
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const echoHeaders: RequestListener = (request, response) => response.end(JSON.stringify(request.headers));
const get = (connection: Connection, path = '/version'): Promise<unknown> => readJson(connection, { path });

async function headersFor(user: object, options?: Partial<ConnectOptions>): Promise<Record<string, unknown>> {
  const connection = await open({ server: await serve(echoHeaders) }, user, options);
  const headers = await get(connection);
  assert.ok(typeof headers === 'object' && headers !== null);
  return { ...headers };
}

test('a token, a token file and basic authentication', async () => {
  writeFileSync(join(folder, 'token'), 'from-file\n');
  assert.equal((await headersFor({ token: 'abc' }))['authorization'], 'Bearer abc');
  assert.equal((await headersFor({ tokenFile: 'token', token: 'old' }))['authorization'], 'Bearer from-file');
  assert.equal((await headersFor({ username: 'me', password: 'pw' }))['authorization'], `Basic ${base64('me:pw')}`);
  assert.equal((await headersFor({}))['authorization'], undefined);
});

test('impersonation', async () => {
  const headers = await headersFor({ token: 'abc', as: 'jane', 'as-groups': ['dev', 'ops'] });
  assert.equal(headers['impersonate-user'], 'jane');
  assert.equal(headers['impersonate-group'], 'dev, ops');
});

test('a server below a path, as Rancher has it', async () => {
  const url = await serve((request, response) => response.end(JSON.stringify(request.url)));
  assert.equal(await get(await open({ server: `${url}/k8s/clusters/c-1/` })), '/k8s/clusters/c-1/version');
});

test('TLS: the authority of the kubeconfig, a client certificate, another server name', async () => {
  const tls = { key: pem.serverKey, cert: pem.serverCert, ca: pem.authority, requestCert: true };
  const server = createTlsServer({ ...tls, rejectUnauthorized: false }, (request, response) => {
    const { socket } = request;
    const peer = socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined;
    response.end(JSON.stringify(peer?.subject?.CN ?? 'nobody'));
  });
  const at = `https://127.0.0.1:${await listen(server)}`;
  writeFileSync(join(folder, 'ca.crt'), pem.authority);
  writeFileSync(join(folder, 'client.crt'), pem.clientCert);
  writeFileSync(join(folder, 'client.key'), pem.clientKey);
  const data = { 'client-certificate-data': base64(pem.clientCert), 'client-key-data': base64(pem.clientKey) };
  const inFiles = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };
  const ca = { 'certificate-authority-data': base64(pem.authority) };
  const named = { 'tls-server-name': 'api.test.example' };

  assert.equal(await get(await open({ server: at, ...ca, ...named }, data)), 'client');
  assert.equal(await get(await open({ server: at, 'certificate-authority': 'ca.crt', ...named }, inFiles)), 'client');
  assert.equal(await get(await open({ server: at, 'insecure-skip-tls-verify': true })), 'nobody');
  await assert.rejects(get(await open({ server: at, ...ca })), /its certificate is for another name; tls-server-name/);
  await assert.rejects(get(await open({ server: at, ...named })), /unknown authority; set certificate-authority/);
});

test('a rotated client certificate is used after a minute', async () => {
  const tls = { key: pem.serverKey, cert: pem.serverCert, ca: pem.authority, requestCert: true };
  const server = createTlsServer({ ...tls, rejectUnauthorized: false }, (request, response) => {
    response.end(JSON.stringify(request.socket instanceof TLSSocket && request.socket.getPeerCertificate().subject.CN));
  });
  const write = (cert: string, key: string): void => {
    writeFileSync(join(folder, 'rotated.crt'), cert);
    writeFileSync(join(folder, 'rotated.key'), key);
  };
  write(pem.clientCert, pem.clientKey);
  const clock = virtualClock(0);
  const cluster = { server: `https://127.0.0.1:${await listen(server)}`, 'insecure-skip-tls-verify': true };
  const user = { 'client-certificate': 'rotated.crt', 'client-key': 'rotated.key' };
  const connection = await open(cluster, user, { clock });
  assert.equal(await get(connection), 'client');
  write(pem.serverCert, pem.serverKey);
  assert.equal(await get(connection), 'client');
  await clock.advance(minute);
  assert.equal(await get(connection), 'server');
});

test('proxy-url: a tunnel for https', async () => {
  const target = createTlsServer({ key: pem.serverKey, cert: pem.serverCert }, (_request, response) => {
    response.end('"through"');
  });
  const port = await listen(target);
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const onward = connectSocket(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on('error', () => undefined);
  });
  const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`;
  const connection = await open({
    server: 'https://api.test.example:6443',
    'certificate-authority-data': base64(pem.authority),
    'proxy-url': proxyUrl,
  });
  assert.equal(await get(connection), 'through');
  assert.deepEqual(asked, ['api.test.example:6443']);
});

const plugin = (script: string, more: object = {}): object => {
  const file = join(folder, `plugin-${files++}`);
  writeFileSync(file, `#!${process.execPath}\n${script}`);
  chmodSync(file, 0o755);
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: file, ...more } };
};
const answer = (status: string): string =>
  `process.stdout.write(JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: ${status} }));`;
const called = (counter: string): string => `require('node:fs').appendFileSync('${counter}', 'x');`;
const timesCalled = (counter: string): number => readFileSync(counter, 'utf8').length;

test('a credential plugin gets its arguments, its environment and nothing of ours', async () => {
  const user = plugin(
    answer(
      "{ token: [process.argv[2], process.env.REGION, process.env.SLACK_BOT_TOKEN, JSON.parse(process.env.KUBERNETES_EXEC_INFO).spec.interactive].join('-') }",
    ),
    {
      args: ['first; touch x'],
      env: [{ name: 'REGION', value: 'eu' }],
    },
  );
  const headers = await headersFor(user, { pluginEnvironment: { PATH: '/usr/bin' } });
  assert.equal(headers['authorization'], 'Bearer first; touch x-eu--false');
});

test('a plugin is asked once until its answer ends, and once by many at a time', async () => {
  const counter = join(folder, 'asked');
  const ends = '2026-11-24T10:00:00Z';
  const clock = virtualClock(Date.parse(ends) - minute);
  const user = plugin(`${called(counter)}${answer(`{ token: 't', expirationTimestamp: '${ends}' }`)}`);
  const connection = await open({ server: await serve(echoHeaders) }, user, { clock });
  await Promise.all([get(connection), get(connection), get(connection)]);
  await get(connection);
  assert.equal(timesCalled(counter), 1);
  await clock.advance(51 * second);
  await get(connection);
  assert.equal(timesCalled(counter), 2, 'its answer ends in less than 10 s');
  await get(connection);
  assert.equal(timesCalled(counter), 2, 'an answer that has as good as ended is not asked for by every request');
});

test('a plugin whose answer is refused is asked again, and not by every request', async () => {
  const counter = join(folder, 'refused');
  const clock = virtualClock(0);
  const user = plugin(`${called(counter)}${answer("{ token: 't' }")}`);
  const connection = await open({ server: await serve((_, response) => response.writeHead(401).end()) }, user, {
    clock,
  });
  const refused = (): Promise<void> => assert.rejects(get(connection), { kind: 'denied', status: 401 });
  await refused();
  await refused();
  assert.equal(timesCalled(counter), 1);
  await clock.advance(10 * second);
  await refused();
  await refused();
  assert.equal(timesCalled(counter), 2);
});

test('a plugin that fails is not asked by every request', async () => {
  const counter = join(folder, 'failed');
  const clock = virtualClock(0);
  const connection = await open({ server: await serve(echoHeaders) }, plugin(`${called(counter)}process.exit(1)`), {
    clock,
  });
  const fails = (): Promise<void> => assert.rejects(get(connection), { kind: 'denied', message: /exit code 1/ });
  await fails();
  await fails();
  assert.equal(timesCalled(counter), 1);
  await clock.advance(10 * second);
  await fails();
  assert.equal(timesCalled(counter), 2);
});

const badPlugins: { is: string; user: () => object; says: RegExp }[] = [
  {
    is: 'is not installed',
    user: () => ({
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin', installHint: 'Get it there.' },
    }),
    says: /the credential plugin "no-such-plugin" is not installed here\. Get it there\./,
  },
  {
    is: 'fails',
    user: () => plugin("console.error('noise\\nyou are not logged in'); process.exit(3)"),
    says: /failed with exit code 3: you are not logged in/,
  },
  { is: 'prints no JSON', user: () => plugin("process.stdout.write('hello')"), says: /printed no JSON/ },
  { is: 'prints something else', user: () => plugin("process.stdout.write('{}')"), says: /printed no ExecCredential/ },
  { is: 'gives nothing', user: () => plugin(answer('{}')), says: /gave neither a token nor a certificate/ },
  {
    is: 'speaks an old version',
    user: () => plugin('', { apiVersion: 'client.authentication.k8s.io/v1alpha1' }),
    says: /speaks client.authentication.k8s.io\/v1alpha1; .*v1 and .*v1beta1 are understood/,
  },
  {
    is: 'wants to ask a person',
    user: () => plugin('', { interactiveMode: 'Always' }),
    says: /wants to ask a person/,
  },
];
for (const { is, user, says } of badPlugins) {
  test(`a credential plugin that ${is} is told with a sentence`, async () => {
    await assert.rejects(get(await open({ server: await serve(echoHeaders) }, user())), says);
  });
}

test('a rotated token is read again after a 401, and after a minute (F39, F49)', async () => {
  const clock = virtualClock(0);
  let good = 'first';
  const seen: string[] = [];
  const url = await serve((request, response) => {
    seen.push(request.headers.authorization ?? '');
    response.statusCode = request.headers.authorization === `Bearer ${good}` ? 200 : 401;
    response.end('{}');
  });
  writeFileSync(join(folder, 'rotating'), 'first');
  const connection = await open({ server: url }, { tokenFile: 'rotating' }, { clock });
  await get(connection);
  writeFileSync(join(folder, 'rotating'), 'second');
  await get(connection);
  good = 'second';
  await get(connection);
  writeFileSync(join(folder, 'rotating'), 'third');
  await clock.advance(minute);
  good = 'third';
  await get(connection);
  assert.deepEqual(
    seen.map((header) => header.replace('Bearer ', '')),
    ['first', 'first', 'first', 'second', 'third'],
  );
});

const refusals: { status: number; body?: string; headers?: Record<string, string>; is: object }[] = [
  {
    status: 403,
    body: '{"kind":"Status","message":"pods is forbidden: User \\"x\\" cannot list"}',
    is: { kind: 'denied', message: 'the API server answered 403: pods is forbidden: User "x" cannot list' },
  },
  { status: 404, body: '404 page not found\n', is: { kind: 'absent', message: /404: 404 page not found$/ } },
  { status: 410, is: { kind: 'gone' } },
  { status: 422, is: { kind: 'invalid' } },
  { status: 429, headers: { 'retry-after': '7' }, is: { kind: 'busy', retryAfter: 7000 } },
  { status: 429, headers: { 'retry-after': '99999999' }, is: { kind: 'busy', retryAfter: 300_000 } },
  { status: 429, headers: { 'retry-after': 'soon' }, is: { kind: 'busy', retryAfter: undefined } },
  { status: 500, body: '<html>oh</html>', is: { kind: 'broken', message: 'the API server answered 500' } },
  { status: 503, headers: { 'retry-after': '1' }, is: { kind: 'busy', retryAfter: 1000 } },
  { status: 302, headers: { location: 'http://elsewhere.example' }, is: { kind: 'broken', status: 302 } },
];
for (const { status, body = '', headers = {}, is } of refusals) {
  test(`a refusal: ${status} ${JSON.stringify(headers)} is ${JSON.stringify(is)}`, async () => {
    const url = await serve((_request, response) => response.writeHead(status, headers).end(body));
    const connection = connectTo(url);
    await assert.rejects(get(connection), { name: 'ApiFailure', ...is });
    await connection.close();
  });
}

test('a server that is not there, that is silent, that drips, that cuts, that sends too much', async () => {
  const clock = virtualClock(0);
  const begun: (() => void)[] = [];
  const arrived = (): Promise<void> => new Promise((resolve) => begun.push(resolve));
  const url = await serve((request, response) => {
    if (request.url === '/cut') response.write('{', () => response.destroy());
    if (request.url === '/much') response.end(`"${'x'.repeat(100)}"`);
    if (request.url === '/half') response.end('{"a":');
    if (request.url === '/stall') response.write('{');
    begun.shift()?.();
  });
  const connection = connectTo(url, { clock });
  ends.push(connection.close);
  const gone = connectTo('http://127.0.0.1:1');
  await assert.rejects(get(gone), { kind: 'broken', message: 'http://127.0.0.1:1: nothing listens there' });
  await gone.close();
  await assert.rejects(get(connection, '/cut'), { kind: 'broken', message: /the connection was cut/ });
  await assert.rejects(readJson(connection, { path: '/much' }, 50), /larger than 50 bytes/);
  await assert.rejects(get(connection, '/half'), /5 bytes is no complete JSON/);

  for (const path of ['/silent', '/stall']) {
    const there = arrived();
    const failed = assert.rejects(readJson(connection, { path, idle: 10_000 }), {
      kind: 'silent',
      message: 'no word from the API server for 10s',
    });
    await there;
    await clock.advance(10_000);
    await failed;
  }
  const there = arrived();
  const failed = assert.rejects(readJson(connection, { path: '/silent', within: 5000 }), /did not finish within 5s/);
  await there;
  await clock.advance(5000);
  await failed;
});

test('the caller stops a request', async () => {
  const stop = new AbortController();
  const url = await serve(() => stop.abort());
  const connection = connectTo(url);
  await assert.rejects(readJson(connection, { path: '/', signal: stop.signal }), { kind: 'stopped' });
  await connection.close();
});

test('after close what is under way fails, and nothing is sent any more', async () => {
  let requests = 0;
  let arrived = (): void => undefined;
  const first = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const connection = connectTo(
    await serve(() => {
      requests++;
      arrived();
    }),
  );
  const underWay = assert.rejects(get(connection), { name: 'ApiFailure' });
  await first;
  await connection.close();
  await underWay;
  await assert.rejects(get(connection), { kind: 'stopped' });
  assert.equal(requests, 1);
});

test('no failure and no printed connection shows a secret', async () => {
  const secret = 's3cr3t-canary';
  const url = await serve((_request, response) => response.writeHead(403).end('no'));
  const user = { token: secret, username: 'u', password: secret };
  const connection = await open({ server: url }, user);
  const failure = await get(connection).catch((error: unknown) => error);
  assert.ok(failure instanceof ApiFailure);
  for (const printed of [
    inspect(failure, { depth: 9 }),
    inspect(connection, { depth: 9 }),
    JSON.stringify(connection),
  ]) {
    assert.ok(!printed.includes(secret));
  }
});
