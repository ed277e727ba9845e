import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, median, runProcess } from './measure.ts';

const root = join(import.meta.dirname, '..', '..');

/** Packs, installs into an empty folder and starts; in turn with a bare `node -e 0` of the same Node. */
export async function benchStart(): Promise<Figure[]> {
  const bin = installPackage();
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let run = 0; run < 15; run++) {
    ours.push((await runProcess(process.execPath, [bin, '--version'])).took);
    bare.push((await runProcess(process.execPath, ['-e', '0'])).took);
  }
  const figures: Figure[] = [
    { what: '`--version` of the package : `node -e 0`', value: median(ours) / median(bare), unit: 'x', limit: 3 },
  ];
  if (!process.env['KUBECONFIG']) return figures;
  const runs = [];
  for (let run = 0; run < 7; run++)
    runs.push(await runProcess(process.execPath, [bin, 'cycle', '--config', join(root, 'examples', 'config')]));
  if (runs.some(({ code }) => code !== 0)) throw new Error('a cycle on the cluster of KUBECONFIG did not end with 0');
  return [
    ...figures,
    {
      what: '`cycle` of the package on a small real cluster',
      value: median(runs.map(({ took }) => took)),
      unit: 'ms',
      limit: 1000,
    },
    { what: 'its resident memory', value: Math.max(...runs.map(({ resident }) => resident)), unit: 'MiB', limit: 130 },
  ];
}

function installPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-package-'));
  const npm = process.env['npm_execpath'];
  const run = (args: string[], cwd: string): string =>
    npm?.endsWith('.js')
      ? execFileSync(process.execPath, [npm, ...args], { cwd, encoding: 'utf8' })
      : execFileSync('npm', args, { cwd, encoding: 'utf8' });
  run(['pack', '--pack-destination', folder, '--silent'], root);
  run(['init', '-y'], folder);
  run(['install', '--silent', '--ignore-scripts', '--prefer-offline', './k8s-monitor-0.1.0.tgz'], folder);
  return join(folder, 'node_modules', 'k8s-monitor', 'bin', 'k8s-monitor.js');
}
