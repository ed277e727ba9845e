import { execFile, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { fields, list, text } from '../../src/cluster/project/read.ts';
import { kubectl, onTestbed, until } from './cluster.ts';

const execute = promisify(execFile);

/** A part of the test bed: the API server, the kubelet. */
export type PartName = 'kube-apiserver' | 'kubelet';

const folderOfState = async (): Promise<string> => dirname((await onTestbed('kubeconfig')).trim());

const pidOf = async (part: PartName): Promise<number> =>
  Number(readFileSync(join(await folderOfState(), 'pid', part), 'utf8'));

/** Stops a part where it stands: its connections stay open and nothing is answered. Returns what lets it go on. */
export async function freeze(part: PartName): Promise<() => void> {
  const pid = await pidOf(part);
  process.kill(pid, 'SIGSTOP');
  return () => void process.kill(pid, 'SIGCONT');
}

/** Kills a part and starts it again as it was started. */
export async function restart(part: PartName): Promise<void> {
  const state = await folderOfState();
  const pid = await pidOf(part);
  const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').slice(0, -1);
  const env = Object.fromEntries(environment.map((one) => [one.split('=')[0], one.slice(one.indexOf('=') + 1)]));
  const cwd = readlinkSync(`/proc/${pid}/cwd`);
  const log = openSync(join(state, 'log', `${part}.log`), 'a');
  process.kill(pid, 'SIGKILL');
  await until(`${part} has ended`, 10_000, async () => isGone(pid));
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
  child.unref();
  writeFileSync(join(state, 'pid', part), String(child.pid));
}

/** Whether a process has ended; one that nobody has collected yet has. */
function isGone(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return true;
  return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Ends the connections of a pod to the API server, as a load balancer or a restart of the server does. */
export async function cutConnections(address: string): Promise<void> {
  await execute('ss', ['-K', '-tn', 'dst', address, 'and', 'sport', '=', ':16443']);
}

/** Makes the test bed's volumes that nobody claims small ones, each a disk of its own; returns what undoes that. */
export async function makeVolumesSmall(size: string): Promise<() => Promise<void>> {
  const { items } = fields(JSON.parse(await kubectl('get', 'persistentvolumes', '-o', 'json')));
  const free = list(items)
    .map(fields)
    .filter(({ status }) => fields(status)['phase'] === 'Available');
  const paths = free.flatMap(({ spec }) => text(fields(fields(spec)['hostPath'])['path']) ?? []);
  for (const path of paths) await execute('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0777`, 'tmpfs', path]);
  return async () => {
    for (const path of paths) await execute('umount', [path]);
  };
}
