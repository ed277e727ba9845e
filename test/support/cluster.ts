import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CycleDocument, cycleDocument } from '../../src/cli/cycle-document.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const bin = join(root, 'bin', 'k8s-monitor.js');
export const testbed = process.env['TESTBED'] ?? join(root, '..', 'shared', 'testbed', 'testbed');

/** kubectl on the cluster of `KUBECONFIG`: the program of that name, else the test bed's own. */
export async function kubectl(...args: string[]): Promise<string> {
  const [program, before] = existsSync(testbed) ? [testbed, ['kubectl']] : ['kubectl', []];
  return (await execute(program, [...before, ...args], { maxBuffer: 64 * 2 ** 20 })).stdout;
}

/** Deletes namespaces and waits until they are gone, so that no other test meets what is left of them. */
export async function removeNamespaces(...names: string[]): Promise<void> {
  await kubectl('delete', 'namespace', '--ignore-not-found', ...names);
}

/** A command of the test bed (fault, fake-nodes, kill-nodes, image); what it printed. */
export async function onTestbed(...args: string[]): Promise<string> {
  return (await execute(testbed, args, { maxBuffer: 16 * 2 ** 20 })).stdout;
}

/** The command line of this program; rejects where it does not exit with 0. */
export async function monitor(...args: string[]): Promise<string> {
  return (await execute(process.execPath, [bin, ...args], { maxBuffer: 64 * 2 ** 20 })).stdout;
}

/** One cycle by the command line, parsed by its own schema. */
export async function cycle(...args: string[]): Promise<CycleDocument> {
  return cycleDocument.parse(JSON.parse(await monitor('cycle', '--output', 'json', ...args)));
}

export type Daemon = { url: string; log: () => string; stop: () => Promise<number> };

/** The daemon as a process of its own, with a free port, its data in `folder`. */
export async function startDaemonProcess(
  folder: string,
  config: string,
  environment: Record<string, string> = {},
): Promise<Daemon> {
  const child: ChildProcess = spawn(process.execPath, [bin, 'run', '--config', config], {
    env: {
      ...process.env,
      K8S_MONITOR_DATA_DIR: folder,
      K8S_MONITOR_HTTP_HOST: '127.0.0.1',
      K8S_MONITOR_HTTP_PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? -1)));
  const url = await until('the daemon listens', 60_000, async () => /"url":"(http:[^"]+)"/.exec(log)?.[1]).catch(
    (error: Error) => {
      child.kill('SIGKILL');
      throw new Error(`${error.message}\n${log}`);
    },
  );
  return {
    url,
    log: () => log,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** What `see` returns as soon as it returns something; rejects after `limit` milliseconds with the last error. */
export async function until<Seen>(
  what: string,
  limit: number,
  see: () => Promise<Seen | undefined | false>,
): Promise<Seen> {
  const end = Date.now() + limit;
  let last: unknown;
  for (;;) {
    try {
      const seen = await see();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new Error(`${what}: not within ${limit / 1000} s${last instanceof Error ? `: ${last.message}` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What a fault's comment says a monitor should name. */
export type Fault = { file: string; namespace: string; kind: string; name: string; check: string; cause: string };

/** The breakages of the test bed, without the healthy one. */
export function readFaults(): Fault[] {
  const folder = join(testbed, '..', 'faults');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml') && file !== 'healthy.yaml')
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const said = (word: string): string => new RegExp(`^# ${word}: (.*)$`, 'm').exec(text)?.[1] ?? '';
      const [kind = '', name = ''] = said('subject').split('/');
      return {
        file: join(folder, file),
        namespace: file.replace('.yaml', ''),
        kind,
        name,
        check: said('problem'),
        cause: said('cause'),
      };
    });
}

export const healthyFault = join(testbed, '..', 'faults', 'healthy.yaml');
