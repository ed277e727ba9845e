import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { fields } from '../../src/cluster/project/read.ts';
import { type ApiServer, startApiServer } from '../../src/demo/server/start-api-server.ts';

/** The real kubectl against the embedded server: what the demo promises its readers. */
const [program, first] = findKubectl();
const execute = promisify(execFile);

let server: ApiServer;
let folder: string;
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'shop', uid: 'u-web-1', labels: { app: 'web' } },
  spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'shop:1' }] },
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'main',
        ready: false,
        restartCount: 7,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        image: 'shop:1',
      },
    ],
  },
};
const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'web-1.1', namespace: 'shop' },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'u-web-1' },
  type: 'Warning',
  reason: 'BackOff',
  message: 'Back-off restarting failed container',
};
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'shop:1' }] } },
  },
  status: { replicas: 1 },
};
const configMap = (text: string): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'orchestrator', namespace: 'monitoring' },
  data: { 'CLAUDE.md': text },
});

before(async () => {
  server = await startApiServer({ objects: [pod, event, deployment, configMap('# one\n')] });
  server.setLog({ namespace: 'shop', pod: 'web-1', container: 'main' }, 'one\ntwo\n');
  folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
  await writeFile(join(folder, 'kubeconfig'), server.kubeconfig());
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** kubectl itself, or the test bed's program that contains it; not the test bed's command, which knows its own cluster only. */
function findKubectl(): [program: string, first: string[]] {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).some((dir) => existsSync(join(dir, 'kubectl')));
  if (onPath) return ['kubectl', []];
  const bin = join(process.env['TESTBED_HOME'] ?? join(homedir(), '.cache', 'k8s-testbed'), 'bin');
  const built = existsSync(bin) ? readdirSync(bin).find((name) => name.startsWith('testbed-')) : undefined;
  return [built ? join(bin, built) : 'kubectl', built ? ['kubectl'] : []];
}

async function kubectl(...args: string[]): Promise<string> {
  // Named as a flag, which nothing in the environment overrides: this must never reach another cluster.
  const where = ['--kubeconfig', join(folder, 'kubeconfig')];
  const env = { ...process.env, KUBE_EDITOR: join(folder, 'editor') };
  return (await execute(program, [...first, ...where, ...args], { env })).stdout;
}
const text = (): unknown =>
  fields(server.get({ kind: 'ConfigMap', namespace: 'monitoring', name: 'orchestrator' })?.['data'])['CLAUDE.md'];
async function file(content: object): Promise<string> {
  const path = join(folder, 'object.json');
  await writeFile(path, JSON.stringify(content));
  return path;
}

test('get shows the columns that people know', async () => {
  const rows: [args: string[], shown: RegExp][] = [
    [['get', 'pods', '-A'], /NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\n\s*shop\s+web-1\s+0\/1\s+CrashLoopBackOff\s+7/],
    [['get', 'po', '-n', 'shop', '-l', 'app=web', '-o', 'name'], /^pod\/web-1$/m],
    [['get', 'deploy', '-n', 'shop', 'web'], /web\s+0\/1/],
    [['get', 'cm', '-n', 'monitoring', 'orchestrator', '-o', 'jsonpath={.data.CLAUDE\\.md}'], /# one/],
    [['get', 'all', '-n', 'shop'], /deployment\.apps\/web/],
    [['get', 'events', '-n', 'shop'], /Warning\s+BackOff\s+pod\/web-1/],
    [['api-resources'], /configmaps\s+cm\s+v1\s+true\s+ConfigMap/],
    [['version'], /Server Version: v1\.35\.0/],
    [['auth', 'can-i', 'list', 'pods'], /yes/],
  ];
  for (const [args, shown] of rows) assert.match(await kubectl(...args), shown, args.join(' '));
});

test('describe and logs tell of a failing pod', async () => {
  const described = await kubectl('describe', 'pod', '-n', 'shop', 'web-1');
  assert.match(described, /Reason:\s+CrashLoopBackOff/);
  assert.match(described, /Back-off restarting failed container/);
  assert.equal(await kubectl('logs', '-n', 'shop', 'web-1', '--tail', '1'), 'two\n');
  await assert.rejects(() => kubectl('logs', '-n', 'shop', 'web-1', '--previous'), /previous terminated container/);
  assert.match(await kubectl('describe', 'deploy', '-n', 'shop', 'web'), /Image:\s+shop:1/);
});

test('apply, client and server side, edit, patch and replace change a ConfigMap', async () => {
  await kubectl('apply', '-f', await file(configMap('# two\n')));
  assert.equal(text(), '# two\n');
  await kubectl('apply', '-f', await file(configMap('# three\n')));
  assert.equal(text(), '# three\n');
  await kubectl('apply', '--server-side', '--force-conflicts', '-f', await file(configMap('# four\n')));
  assert.equal(text(), '# four\n');
  await writeFile(join(folder, 'editor'), '#!/bin/sh\nsed -i "s/four/five/" "$1"\n');
  await chmod(join(folder, 'editor'), 0o755);
  await kubectl('edit', 'cm', '-n', 'monitoring', 'orchestrator');
  assert.equal(text(), '# five\n');
  await kubectl(
    'patch',
    'cm',
    '-n',
    'monitoring',
    'orchestrator',
    '--type',
    'merge',
    '-p',
    '{"data":{"CLAUDE.md":"# six"}}',
  );
  assert.equal(text(), '# six');
  await kubectl('replace', '-f', await file(configMap('# seven\n')));
  assert.equal(text(), '# seven\n');
  const path = await file(configMap('# eight\n'));
  // diff ends with 1 where there is one.
  await assert.rejects(
    () => kubectl('diff', '-f', path),
    (error) => /\+\s+# eight/.test(String(fields(error)['stdout'])),
  );
  assert.equal(text(), '# seven\n');
});

test('set image, scale, delete and create work on what is there', async () => {
  await kubectl('set', 'image', '-n', 'shop', 'deploy/web', 'main=shop:2');
  await kubectl('scale', '-n', 'shop', 'deploy/web', '--replicas', '3');
  const spec = fields(server.get({ kind: 'Deployment', namespace: 'shop', name: 'web' })?.['spec']);
  assert.equal(spec['replicas'], 3);
  assert.match(JSON.stringify(spec), /shop:2/);
  await kubectl('delete', 'pod', '-n', 'shop', 'web-1');
  assert.equal(server.get({ kind: 'Pod', namespace: 'shop', name: 'web-1' }), undefined);
  await kubectl('create', '-f', await file(pod));
  assert.ok(server.get({ kind: 'Pod', namespace: 'shop', name: 'web-1' }));
});
