// Packs k8s-monitor, installs it into an empty folder and runs it there, by the Node that runs this file. Plain JavaScript, because
// that may be any Node >= 20.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-package-'));
const windows = process.platform === 'win32';
// `npx` starts the Node it finds first.
const environment = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };

/** Runs a program and returns what it printed; fails, with all it said, where it ends otherwise than with this code. */
async function run(program, args, cwd, expected = 0) {
  const options = { cwd, env: environment, maxBuffer: 64 * 2 ** 20, shell: windows, timeout: 600_000 };
  const { code, stdout, stderr } = await execute(program, args, options).then(
    (done) => ({ ...done, code: 0 }),
    (error) => error,
  );
  if (code !== expected)
    throw new Error(`${program} ${args.join(' ')} ended with ${code}, not ${expected}\n${stdout}\n${stderr}`);
  return stdout;
}

function assertIn(text, pattern) {
  if (!pattern.test(text)) throw new Error(`${pattern} is not in:\n${text}`);
}

/** In the empty folder, as its reader would type it. */
const monitor = (args, expected) => run('npx', ['--no', 'k8s-monitor', ...args], folder, expected);

try {
  await run('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const archive = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  await run('npm', ['init', '--yes'], folder);
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, archive)], folder);
  assertIn(await monitor(['--version']), /^\d+\.\d+\.\d+/);
  assertIn(await monitor(['--help']), /config/);
  const examples = join('node_modules', 'k8s-monitor', 'examples');
  assertIn(await monitor(['config', 'check', join(examples, 'config')]), /./);
  const cycle = [
    'cycle',
    '--config',
    join(examples, 'config'),
    '--recording',
    join(examples, 'company'),
    '--output',
    'json',
  ];
  const { services, incidents } = JSON.parse(await monitor(cycle));
  if (services.length === 0 || incidents.length === 0)
    throw new Error('the recorded cluster shows no service or no incident');
  await monitor([...cycle, '--fail-on', 'SEV-4'], 2);
  assertIn(await monitor(['demo']), /Told in \d+ s\./);
  process.stdout.write(`the package runs on Node ${process.versions.node}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
