import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles src/ into dist/: Node refuses to strip types below node_modules, and one file starts faster than three hundred. */
const root = join(import.meta.dirname, '..');

await rm(join(root, 'dist'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'src/main.ts',
    'compile-worker': 'src/config/source/compile-worker.ts',
    'jq-worker': 'src/cluster/beside/jq-worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node26',
  minifySyntax: true,
  // Names stay, for stack traces; a third less text to read and to hold in memory.
  minifyWhitespace: true,
  sourcemap: false,
  legalComments: 'none',
  // jq is WebAssembly beside its script; it is found where npm put it.
  external: ['jq-wasm'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
