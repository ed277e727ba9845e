#!/usr/bin/env node
// Plain JavaScript that any Node >= 20 can start. Where this Node fits it goes on in the same process, else it hands over to the pinned one.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const wanted = 26;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const packed = here('../dist/main.js');
// A checkout runs its TypeScript; a package has only what was bundled.
const main = existsSync(here('../src/main.ts')) ? here('../src/main.ts') : packed;
const args = process.argv.slice(2);

if (args[0] === '--version' || args[0] === '-V') {
  process.stdout.write(`${JSON.parse(readFileSync(here('../package.json'), 'utf8')).version}\n`);
} else if (Number(process.versions.node.split('.')[0]) >= wanted) {
  // What was compiled once is kept where temporary files are: the second start is faster. Where nothing can be kept nothing is.
  module.enableCompileCache?.();
  const { main: start } = await import(new URL(`file://${main}`).href);
  process.exitCode = await start(args);
} else {
  handOver(findNode());
}

/** The Node that npm installed beside this package for this platform. */
function findNode() {
  const require = createRequire(import.meta.url);
  const names = [
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ];
  for (const name of names) {
    try {
      const file = require.resolve(`${name}/package.json`);
      const { bin } = JSON.parse(readFileSync(file, 'utf8'));
      return require.resolve(`${name}/${(typeof bin === 'string' ? bin : bin.node).replace(/^\.?\//, '')}`);
    } catch {
      // Not this one; npm installs only the package that fits the platform.
    }
  }
  process.stderr.write(
    `k8s-monitor needs Node ${wanted} and this is Node ${process.versions.node}. Its own Node was not installed: run \`npm install\` without --omit=optional, or start it with Node ${wanted}.\n`,
  );
  process.exit(1);
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`k8s-monitor: ${node} did not start: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
