import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, isKept, printFigure } from './measure.ts';
import { type Measured, type PartName, parts } from './reload/parts.ts';
import { writeFigures } from './write-figures.ts';

/**
 * `npm run bench:reload [-- PART...] [--edits N] [--reloads N] [--output json] [--write]`: how soon an edit of the configuration counts.
 * With `KUBECONFIG` set on that cluster, in namespaces of its own; else on the embedded API server. With `--output json` one line of
 * JSON, for which `load` and `reloads` are measured only when they are named. Exit 1 where a figure is beyond its limit.
 */
const words = process.argv.slice(2);
const numberAfter = (option: string, usual: number): number => {
  const at = words.indexOf(option);
  const given = at < 0 ? usual : Number(words[at + 1]);
  if (!Number.isInteger(given) || given < 1) throw new Error(`${option} needs a number`);
  return given;
};
const edits = numberAfter('--edits', 200);
const reloads = numberAfter('--reloads', 10_000);
const asJson = words.includes('json');
const isPart = (word: string): word is PartName => word in parts;
const named = words.filter(isPart);
const usual = Object.keys(parts).filter(isPart);
const wanted = named.length > 0 ? named : usual.filter((name) => !asJson || parts[name].json);

const folder = mkdtempSync(join(tmpdir(), 'bench-reload-'));
const server = process.env['KUBECONFIG'] ? undefined : await startServer(join(folder, 'kubeconfig'));
if (server) process.stderr.write('KUBECONFIG is not set: the embedded API server is measured\n');
const kubeconfig = process.env['KUBECONFIG'] || join(folder, 'kubeconfig');

const measured: Measured[] = [];
for (const name of wanted) {
  const one = await runPart(name);
  measured.push(one);
  if (!asJson) for (const figure of one.figures) process.stdout.write(`${sayFigure(figure)}\n`);
}
if (asJson)
  process.stdout.write(`${JSON.stringify({ edits, ...Object.assign({}, ...measured.map(({ json }) => json)) })}\n`);
const figures = measured.flatMap((one) => one.figures);
const where = server ? 'the embedded API server' : 'a real API server';
if (words.includes('--write')) writeFigures('reload', `from an edit to its effect, on ${where}`, figures);
server?.disconnect();
rmSync(folder, { recursive: true });
process.exitCode = figures.every(isKept) ? 0 : 1;

/** Each part has a process of its own: memory and warmed-up code of one must not count for another. */
async function runPart(name: PartName): Promise<Measured> {
  const options = JSON.stringify({ kubeconfig, isEmbedded: server !== undefined, edits, reloads });
  const child = fork(join(import.meta.dirname, 'reload', 'run-part.ts'), [name, options], { stdio: 'inherit' });
  const result = once(child, 'message');
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code}`);
  });
  const [message] = await Promise.race([result, ended]);
  ended.catch(() => undefined);
  await ended.catch(() => undefined);
  return message as Measured;
}

async function startServer(file: string): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'reload', 'embedded-server.ts'), [file]);
  await once(child, 'message');
  return child;
}

function sayFigure(figure: Figure): string {
  const { value, limit } = printFigure(figure);
  return `${figure.what}: ${value}${limit && ` (at most ${limit})`}`;
}
