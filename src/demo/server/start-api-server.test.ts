import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fields, isFields, list } from '../../cluster/project/read.ts';
import type { Fault } from './faults.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from './start-api-server.ts';

const started: ApiServer[] = [];
after(() => Promise.all(started.map((server) => server.stop())));

async function serve(options: Partial<ApiServerOptions> = {}): Promise<ApiServer> {
  const server = await startApiServer({ objects: [pods], now: () => Date.parse('2026-11-24T09:00:00Z'), ...options });
  started.push(server);
  return server;
}

const pod = (name: string, app: string, namespace = 'shop'): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app } },
  spec: { containers: [{ name: 'main', image: 'shop:1' }] },
  status: { phase: 'Running' },
});
const pods = {
  kind: 'PodList',
  apiVersion: 'v1',
  items: [pod('web-1', 'web'), pod('web-2', 'web'), pod('db-1', 'db'), pod('web-3', 'web', 'blog')],
};
const settings = (text: string): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'orchestrator', namespace: 'monitoring' },
  data: { 'CLAUDE.md': text },
});
const settingsPath = '/api/v1/namespaces/monitoring/configmaps/orchestrator';

async function get(
  server: ApiServer,
  path: string,
): Promise<{ status: number; body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(server.url + path);
  return { status: response.status, body: fields(await response.json()) };
}

const send = (server: ApiServer, method: string, path: string, type: string, body: unknown): Promise<Response> =>
  fetch(server.url + path, {
    method,
    headers: { 'content-type': type, 'user-agent': 'tester/1' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const namesOf = (body: unknown): unknown[] => list(fields(body)['items']).map((item) => nameOf(item));
const nameOf = (item: unknown): unknown => fields(fields(item)['metadata'])['name'];
const metadataOf = (body: unknown): Readonly<Record<string, unknown>> => fields(fields(body)['metadata']);

type WatchEvent = { type: string; name: unknown; code: unknown; annotations: unknown };

/** Events of a watch as `TYPE name`, until there are so many of them or the stream ends. */
async function watch(server: ApiServer, path: string, most = 100, once?: () => void): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  const abort = new AbortController();
  const response = await fetch(server.url + path, { signal: abort.signal });
  once?.();
  if (!response.body) return events;
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event: unknown = JSON.parse(line);
      const object = fields(fields(event)['object']);
      const { name, annotations } = metadataOf(object);
      events.push({ type: String(fields(event)['type']), name, code: object['code'], annotations });
    }
    if (events.length >= most) break;
  }
  abort.abort();
  return events;
}
const said = (events: readonly WatchEvent[]): string[] =>
  events.map(({ type, name, code }) => `${type} ${String(code ?? name)}`.trim());

test('a list is in the order of names, by namespace or label or field', async () => {
  const server = await serve();
  const rows: [path: string, names: string[]][] = [
    ['/api/v1/pods', ['web-3', 'db-1', 'web-1', 'web-2']],
    ['/api/v1/namespaces/shop/pods', ['db-1', 'web-1', 'web-2']],
    ['/api/v1/pods?labelSelector=app%3Dweb', ['web-3', 'web-1', 'web-2']],
    ['/api/v1/pods?labelSelector=app%20notin%20(web,x)', ['db-1']],
    ['/api/v1/pods?labelSelector=app%20in%20(db)%2C!canary', ['db-1']],
    ['/api/v1/pods?fieldSelector=metadata.name%3Dweb-2', ['web-2']],
    ['/api/v1/pods?fieldSelector=metadata.namespace!%3Dshop', ['web-3']],
    ['/api/v1/pods?fieldSelector=status.phase%3DPending', []],
    ['/apis/apps/v1/deployments', []],
  ];
  for (const [path, names] of rows) assert.deepEqual(namesOf((await get(server, path)).body), names, path);
});

test('pages show the cluster as it was when the first one did, with the token before the items', async () => {
  const server = await serve();
  const response = await fetch(`${server.url}/api/v1/pods?limit=3`);
  const text = await response.text();
  assert.ok(text.indexOf('"continue"') < text.indexOf('"items"'), 'clients ask for the next page while this one comes');
  const first: unknown = JSON.parse(text);
  const { continue: token, remainingItemCount, resourceVersion } = metadataOf(first);
  assert.equal(remainingItemCount, 1);
  assert.equal(
    fields(list(fields(first)['items'])[0])['kind'],
    undefined,
    'items of built-in lists do not say their kind',
  );
  server.remove({ kind: 'Pod', namespace: 'shop', name: 'web-2' });
  const second = await get(server, `/api/v1/pods?limit=3&continue=${token}`);
  assert.deepEqual(namesOf(second.body), ['web-2']);
  assert.equal(metadataOf(second.body)['resourceVersion'], resourceVersion);
  assert.equal(metadataOf(second.body)['continue'], undefined);
});

test('an unfinished list expires with its history', async () => {
  const server = await serve();
  const first = await get(server, '/api/v1/pods?limit=1');
  server.compact();
  const second = await get(server, `/api/v1/pods?limit=1&continue=${metadataOf(first.body)['continue']}`);
  assert.deepEqual([second.status, second.body['reason']], [410, 'Expired']);
});

test('a watch goes on from a version, and an object that leaves its selector is deleted from it', async () => {
  const server = await serve();
  const version = metadataOf((await get(server, '/api/v1/pods')).body)['resourceVersion'];
  server.put(pod('web-4', 'web'));
  const events = await watch(
    server,
    `/api/v1/pods?watch=1&labelSelector=app%3Dweb&resourceVersion=${version}`,
    3,
    () => {
      server.put(pod('other', 'db'));
      server.put(pod('web-4', 'db'));
      server.remove({ kind: 'Pod', namespace: 'shop', name: 'web-1' });
    },
  );
  assert.deepEqual(said(events), ['ADDED web-4', 'DELETED web-4', 'DELETED web-1']);
});

test('a watch without a version begins with everything; with sendInitialEvents a bookmark ends that', async () => {
  const server = await serve();
  assert.deepEqual(said(await watch(server, '/api/v1/namespaces/blog/pods?watch=true', 1)), ['ADDED web-3']);
  const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const events = await watch(server, `/api/v1/namespaces/blog/pods?${query}`, 2);
  assert.deepEqual(said(events), ['ADDED web-3', 'BOOKMARK']);
  assert.deepEqual(events[1]?.annotations, { 'k8s.io/initial-events-end': 'true' });
  const old = await serve({ watchList: false });
  assert.equal((await get(old, `/api/v1/pods?${query}`)).status, 422);
});

test('bookmarks come to those who asked', async () => {
  const server = await serve();
  const bookmark = (): void => server.bookmark();
  assert.deepEqual(said(await watch(server, '/api/v1/nodes?watch=1&allowWatchBookmarks=true', 1, bookmark)), [
    'BOOKMARK',
  ]);
});

test('a version from before the history is answered by an event that says 410', async () => {
  const server = await serve();
  assert.deepEqual(said(await watch(server, '/api/v1/pods?watch=1&resourceVersion=1')), ['ERROR 410']);
});

test('timeoutSeconds ends a watch properly', async () => {
  const server = await serve();
  assert.deepEqual(await watch(server, '/api/v1/nodes?watch=1&timeoutSeconds=0.05'), []);
  assert.equal(server.watches(), 0);
});

test('ConfigMaps are written in every way that kubectl knows, and say who wrote them', async () => {
  const server = await serve();
  const collection = '/api/v1/namespaces/monitoring/configmaps';
  const rows: [method: string, path: string, type: string, body: unknown, status: number, text: string][] = [
    ['POST', collection, 'application/json', settings('one'), 201, 'one'],
    ['POST', collection, 'application/json', settings('again'), 409, 'one'],
    ['PUT', settingsPath, 'application/json', settings('two'), 200, 'two'],
    ['PATCH', settingsPath, 'application/merge-patch+json', { data: { 'CLAUDE.md': 'three' } }, 200, 'three'],
    ['PATCH', settingsPath, 'application/strategic-merge-patch+json', { data: { 'CLAUDE.md': 'four' } }, 200, 'four'],
    [
      'PATCH',
      settingsPath,
      'application/json-patch+json',
      [{ op: 'replace', path: '/data/CLAUDE.md', value: 'five' }],
      200,
      'five',
    ],
    ['PATCH', settingsPath, 'application/json-patch+json', [{ op: 'remove', path: '/data/none' }], 422, 'five'],
    [
      'PATCH',
      `${settingsPath}?fieldManager=argo&force=true`,
      'application/apply-patch+yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: orchestrator}\ndata: {CLAUDE.md: six, more.md: x}\n',
      200,
      'six',
    ],
    ['PATCH', settingsPath, 'text/plain', {}, 415, 'six'],
    ['PUT', settingsPath, 'application/json', { metadata: { name: 'orchestrator', resourceVersion: '1' } }, 409, 'six'],
    ['PUT', `${settingsPath}?dryRun=All`, 'application/json', settings('dry'), 200, 'six'],
  ];
  for (const [method, path, type, body, status, text] of rows) {
    assert.equal((await send(server, method, path, type, body)).status, status, `${method} ${type} ${text}`);
    assert.equal(fields((await get(server, settingsPath)).body['data'])['CLAUDE.md'], text);
  }
  const managers = list(metadataOf((await get(server, settingsPath)).body)['managedFields']).map((item) =>
    [fields(item)['manager'], fields(item)['operation'], fields(item)['time']].join(' '),
  );
  assert.deepEqual(managers, ['tester Update 2026-11-24T09:00:00Z', 'argo Apply 2026-11-24T09:00:00Z']);
});

test('what a manager applied and leaves out the next time is gone, what others wrote stays', async () => {
  const server = await serve({ objects: [settings('theirs')] });
  const apply = (data: object): Promise<Response> =>
    send(server, 'PATCH', `${settingsPath}?fieldManager=argo`, 'application/apply-patch+yaml', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'orchestrator' },
      data,
    });
  await apply({ a: '1', b: '2' });
  await apply({ b: '3' });
  assert.deepEqual((await get(server, settingsPath)).body['data'], { 'CLAUDE.md': 'theirs', b: '3' });
});

test('a write that changes nothing makes no new version', async () => {
  const server = await serve({ objects: [settings('same')] });
  const before = metadataOf((await get(server, settingsPath)).body)['resourceVersion'];
  await send(server, 'PATCH', settingsPath, 'application/merge-patch+json', { data: { 'CLAUDE.md': 'same' } });
  assert.equal(metadataOf((await get(server, settingsPath)).body)['resourceVersion'], before);
});

test('a strategic patch changes one container and leaves the others', async () => {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', generation: 4 },
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'a', image: 'a:1' },
            { name: 'b', image: 'b:1' },
          ],
        },
      },
    },
  };
  const server = await serve({ objects: [deployment] });
  const path = '/apis/apps/v1/namespaces/shop/deployments/web';
  const patch = { spec: { template: { spec: { containers: [{ name: 'b', image: 'b:2' }] } } } };
  await send(server, 'PATCH', path, 'application/strategic-merge-patch+json', patch);
  const { body } = await get(server, path);
  assert.deepEqual(fields(fields(fields(body['spec'])['template'])['spec'])['containers'], [
    { name: 'a', image: 'a:1' },
    { name: 'b', image: 'b:2' },
  ]);
  assert.equal(metadataOf(body)['generation'], 5);
});

test('an Event with generateName gets a name, and a deleted object is gone', async () => {
  const server = await serve();
  const event = {
    metadata: { generateName: 'note.' },
    reason: 'ConfigAccepted',
    involvedObject: { kind: 'ConfigMap' },
  };
  const created = await send(server, 'POST', '/api/v1/namespaces/monitoring/events', 'application/json', event);
  const name = nameOf(await created.json());
  assert.match(String(name), /^note\.\w+$/);
  const path = `/api/v1/namespaces/monitoring/events/${name}`;
  assert.equal((await send(server, 'DELETE', path, 'application/json', {})).status, 200);
  assert.equal((await get(server, path)).status, 404);
});

test('logs of a container, of its run before, and the last lines of them', async () => {
  const server = await serve();
  const name = { namespace: 'shop', pod: 'web-1', container: 'main' };
  server.setLog(name, 'one\ntwo\nthree\n');
  server.setLog({ ...name, previous: true }, 'before\n');
  const rows: [query: string, status: number, text: string][] = [
    ['', 200, 'one\ntwo\nthree\n'],
    ['?container=main&tailLines=2', 200, 'two\nthree\n'],
    ['?container=main&limitBytes=5', 200, 'one\nt'],
    ['?container=main&previous=true', 200, 'before\n'],
  ];
  for (const [query, status, text] of rows) {
    const response = await fetch(`${server.url}/api/v1/namespaces/shop/pods/web-1/log${query}`);
    assert.deepEqual([response.status, await response.text()], [status, text], query);
  }
  assert.equal((await get(server, '/api/v1/namespaces/shop/pods/web-2/log?previous=true')).status, 400);
  assert.equal((await get(server, '/api/v1/namespaces/shop/pods/web-2/log?container=none')).status, 400);
});

test('discovery tells what there is: built-in kinds, and others once there is an object of them', async () => {
  const usage = {
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'PodMetrics',
    metadata: { name: 'web-1', namespace: 'shop' },
  };
  const policy = {
    apiVersion: 'example.com/v1',
    kind: 'BackupPolicy',
    metadata: { name: 'nightly', namespace: 'shop' },
  };
  const server = await serve({ objects: [pods, usage, policy] });
  const groups = list((await get(server, '/apis')).body['groups']).map((group) => fields(group)['name']);
  assert.ok(groups.includes('apps') && groups.includes('metrics.k8s.io') && groups.includes('example.com'));
  assert.ok(!groups.includes('cert-manager.io'));
  assert.deepEqual(namesOf((await get(server, '/apis/metrics.k8s.io/v1beta1/pods')).body), ['web-1']);
  assert.deepEqual(namesOf((await get(server, '/apis/example.com/v1/backuppolicies')).body), ['nightly']);
  assert.equal((await get(server, '/apis/batch/v1')).status, 200);
  server.uninstall('cronjobs');
  assert.equal((await get(server, '/apis/batch/v1/cronjobs')).status, 404);
});

test('only who brings the token is let in', async () => {
  const server = await serve({ token: 'open-sesame' });
  assert.equal((await get(server, '/api/v1/pods')).status, 401);
  const response = await fetch(`${server.url}/api/v1/pods`, { headers: { authorization: 'Bearer open-sesame' } });
  assert.equal(response.status, 200);
  assert.match(server.kubeconfig(), /token: open-sesame/);
});

test('a fault that refuses: the code, and a wait where the real server asks for one', async () => {
  for (const code of [401, 403, 410, 429, 500]) {
    const server = await serve();
    server.fault('pods', { kind: String(code) as Fault['kind'], times: 1 });
    const response = await fetch(`${server.url}/api/v1/pods`);
    assert.deepEqual([response.status, response.headers.get('retry-after')], [code, code === 429 ? '1' : null]);
    assert.equal(fields(await response.json())['code'], code);
    assert.equal((await get(server, '/api/v1/services')).status, 200);
    assert.equal((await get(server, '/api/v1/pods')).status, 200, 'once is once');
  }
});

test('a fault in the middle of an answer: cut breaks it, truncated ends it, stall holds it', async () => {
  const server = await serve();
  const path = `${server.url}/api/v1/pods`;
  server.fault('*', { kind: 'cut', verbs: ['list'] });
  await assert.rejects(async () => await (await fetch(path)).text());
  server.fault('*', { kind: 'truncated', verbs: ['list'] });
  const half = await (await fetch(path)).text();
  assert.throws(() => JSON.parse(half), SyntaxError);
  server.fault('*', { kind: 'stall', verbs: ['list'] });
  const stalled = await fetch(path, { signal: AbortSignal.timeout(100) });
  assert.equal(stalled.status, 200);
  await assert.rejects(() => stalled.text(), { name: 'TimeoutError' });
  server.clearFaults();
  assert.equal(list((await get(server, '/api/v1/pods')).body['items']).length, 4);
});

test('a fault befalls the watches that are open', async () => {
  const rows: [kind: Fault['kind'], events: string[] | 'broken'][] = [
    ['410-event', ['ADDED web-3', 'ERROR 410']],
    ['500', ['ADDED web-3']],
    ['truncated', ['ADDED web-3']],
    ['cut', 'broken'],
  ];
  for (const [kind, expected] of rows) {
    const server = await serve();
    const seen = watch(server, '/api/v1/namespaces/blog/pods?watch=1', 100, () => server.fault('pods', { kind }));
    if (expected === 'broken') await assert.rejects(seen, kind);
    else assert.deepEqual(said(await seen), expected, kind);
  }
});

test('a stalled watch stays open and tells nothing', async () => {
  const server = await serve();
  const opened = await fetch(`${server.url}/api/v1/nodes?watch=1`, { signal: AbortSignal.timeout(100) });
  server.fault('nodes', { kind: 'stall' });
  server.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  assert.equal(server.watches(), 1);
  await assert.rejects(() => opened.text(), { name: 'TimeoutError' });
});

test('requests are on record, and what is not an object cannot be put', async () => {
  const server = await serve();
  await get(server, '/api/v1/pods?limit=2');
  const [request] = server.requests;
  assert.deepEqual(
    [request?.method, request?.path, request?.query.get('limit'), request?.status],
    ['GET', '/api/v1/pods', '2', 200],
  );
  assert.throws(() => server.put({ kind: 'Pod' }), TypeError);
  assert.ok(isFields(server.get({ kind: 'Pod', namespace: 'shop', name: 'web-1' })));
});
