// Packs k8s-monitor, installs it into an empty folder and runs it there, by the Node that runs this file. Plain JavaScript, because
// that may be any Node >= 20.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
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
async function run(program, args, cwd, expected = 0, settings = {}) {
  const options = {
    cwd,
    env: { ...environment, ...settings },
    maxBuffer: 64 * 2 ** 20,
    shell: windows,
    timeout: 600_000,
  };
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

/** The paths that a Slack on loopback is asked for while a cycle tells what it found. */
async function tellSlack(cycle) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    request.resume().on('end', () => response.end(JSON.stringify({ ok: true, channel: 'C1', ts: '1.1' })));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  await monitor([...cycle, '--notify'], 0, {
    SLACK_BOT_TOKEN: 'xoxb-check',
    SLACK_API_URL: `http://127.0.0.1:${server.address().port}/api/`,
    K8S_MONITOR_DATA_DIR: join(folder, 'data'),
  });
  server.close();
  return asked;
}

/** In the empty folder, as its reader would type it. */
const monitor = (args, expected, settings) => run('npx', ['--no', 'k8s-monitor', ...args], folder, expected, settings);

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
  if (!(await tellSlack(cycle)).includes('/api/chat.postMessage')) throw new Error('nothing was sent to Slack');
  process.stdout.write(`the package runs on Node ${process.versions.node}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
