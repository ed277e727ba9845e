import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fields, text } from '../../src/cluster/project/read.ts';
import { kubectl, onTestbed, testbed } from './cluster.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

const namespaceOfNode = '/run/netns/k8s-testbed';

/** Whether this process is in the network of the test bed's node, where pods reach it and it reaches pods. */
export const isBesideNode =
  existsSync(namespaceOfNode) && statSync(namespaceOfNode).ino === statSync('/proc/self/ns/net').ino;

/** The address of the node, which is this machine's: pods reach what listens on it. */
export async function findHostForPods(): Promise<string> {
  return kubectl('get', 'node', 'node-1', '-o', 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}');
}

/** The size of an image on the node in bytes, that of its unpacked layers; undefined where it is not there. The kubelet lists a new one only minutes later. */
export async function findImage(name: string): Promise<number | undefined> {
  const socket = join((await onTestbed('kubeconfig')).trim(), '..', 'containerd.sock');
  const full = `docker.io/library/${name}`;
  const listed = await execute('ctr', ['-a', socket, '-n', 'k8s.io', 'images', 'ls', `name==${full}`]);
  const [, size, unit] = new RegExp(`^${full}\\s.*?\\s([\\d.]+) ([KMG])iB\\s`, 'm').exec(listed.stdout) ?? [];
  return size === undefined ? undefined : Number(size) * 1024 ** (' KMG'.indexOf(unit ?? ' ') || 0);
}

/** Builds the image of this very source and puts it on the node, where it is not there yet; its name. `K8S_MONITOR_IMAGE` names one to take as it is. */
export async function provideImage(): Promise<string> {
  const given = process.env['K8S_MONITOR_IMAGE'];
  if (given) return given;
  const name = `k8s-monitor:${hashOfSource()}`;
  if (await findImage(name)) return name;
  // The build needs the registries, which the network of the node does not reach.
  const outside = findOuterNetwork();
  const enter = outside ? ['nsenter', `--net=${outside}`] : [];
  const [program = testbed, ...args] = [...enter, testbed, 'dockerfile', root, name];
  await execute(program, args, { maxBuffer: 64 * 2 ** 20 });
  return name;
}

/** The network that `testbed exec` was called from: that of the nearest ancestor which is in another one. */
function findOuterNetwork(): string | undefined {
  const own = statSync('/proc/self/ns/net').ino;
  for (let pid = process.ppid; pid > 1; ) {
    const network = `/proc/${pid}/ns/net`;
    if (statSync(network).ino !== own) return network;
    pid = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  }
  return undefined;
}

function hashOfSource(): string {
  const hash = createHash('sha256');
  const files = globSync(
    ['Dockerfile', '.dockerignore', 'package*.json', 'bin/**', 'scripts/build.ts', 'src/**/*.ts'],
    {
      cwd: root,
    },
  );
  for (const file of files.filter((one) => /\.\w+$|Dockerfile/.test(one) && !one.endsWith('.test.ts')).sort())
    hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 12);
}

/** Busybox under another image's name: what an image is called says what it is. */
export async function provideBusyboxAs(name: string): Promise<void> {
  if (await findImage(name)) return;
  const folder = await mkdtemp(join(tmpdir(), 'busybox-'));
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'tmp'));
  await cp('/bin/busybox', join(folder, 'bin', 'busybox'));
  for (const applet of ['sh', 'nc', 'cat', 'sleep']) await cp('/bin/busybox', join(folder, 'bin', applet));
  await onTestbed('image', `docker.io/library/${name}`, folder, 'PATH=/bin');
  await rm(folder, { recursive: true });
}

export type Operator = {
  /** Where k8s/ and overlays/ are, as in the operator's own repository. */
  folder: string;
  /** Replaces words of a manifest in k8s/; throws where they are not there, so that no edit is one of nothing. */
  edit(file: string, from: string, to: string): Promise<void>;
  remove(): Promise<void>;
};

/** A copy of the manifests to edit and apply, and an overlay `test` (and `test-dev`) with the image and what `env` sets. */
export async function becomeOperator(image: string, env: Record<string, string>): Promise<Operator> {
  // Below the repository, so that nothing but the copy is what differs.
  await mkdir(join(root, '.tmp'), { recursive: true });
  const folder = await mkdtemp(join(root, '.tmp', 'operator-'));
  await cp(join(root, 'k8s'), join(folder, 'k8s'), { recursive: true, verbatimSymlinks: true });
  await cp(join(root, 'overlays'), join(folder, 'overlays'), { recursive: true });
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  for (const [overlay, base] of [
    ['test', '../k8s'],
    ['test-dev', '../overlays/dev'],
  ] as const) {
    await mkdir(join(folder, overlay));
    const kustomization = {
      resources: [base],
      images: [{ name: 'k8s-monitor', newTag: image.split(':')[1] }],
      patches: [
        {
          target: { kind: 'Deployment' },
          patch: JSON.stringify(
            variables.map((value) => ({ op: 'add', path: '/spec/template/spec/containers/0/env/-', value })),
          ),
        },
      ],
    };
    // JSON is YAML.
    await writeFile(join(folder, overlay, 'kustomization.yaml'), JSON.stringify(kustomization));
  }
  return {
    folder,
    async edit(file, from, to) {
      const path = join(folder, 'k8s', file);
      const before = await readFile(path, 'utf8');
      if (!before.includes(from)) throw new Error(`${file} does not have: ${from}`);
      await writeFile(path, before.replace(from, to));
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Empties the test bed's volumes that nobody claims any more, and gives them back: it does not do that by itself. */
export async function freeVolumes(): Promise<void> {
  const { items } = JSON.parse(await kubectl('get', 'persistentvolumes', '-o', 'json')) as { items: unknown[] };
  for (const item of items) {
    const { metadata, spec, status } = fields(item);
    const path = text(fields(fields(spec)['hostPath'])['path']);
    if (fields(status)['phase'] !== 'Released' || !path || !existsSync(path)) continue;
    for (const name of await readdir(path)) await rm(join(path, name), { recursive: true });
    const patch = JSON.stringify([{ op: 'remove', path: '/spec/claimRef' }]);
    await kubectl('patch', 'persistentvolume', String(fields(metadata)['name']), '--type', 'json', '-p', patch);
  }
}
