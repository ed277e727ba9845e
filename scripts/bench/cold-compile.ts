import { parentPort } from 'node:worker_threads';
import { compileFiles } from '../../src/config/compile.ts';
import { configFiles } from '../../test/support/config-files.ts';
import { largeTeam } from './config-speed.ts';

/** Compiles once, in a thread that has compiled nothing before, and says how long it took. */
const files = configFiles(largeTeam);
const began = performance.now();
compileFiles(files);
parentPort?.postMessage(performance.now() - began);
