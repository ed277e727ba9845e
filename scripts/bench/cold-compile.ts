import { parentPort, workerData } from 'node:worker_threads';
import { compileFiles } from '../../src/config/compile.ts';
import { configFiles } from '../../test/support/config-files.ts';
import { largeTeam, ownTimeOf } from './config-speed.ts';

/** Compiles once, in a thread that has compiled nothing before, and says how long it took: CLAUDE.md alone, or with its agents. */
const files = configFiles(largeTeam).filter(({ role }) => workerData === 'whole' || role === 'orchestrator');
parentPort?.postMessage(ownTimeOf(() => compileFiles(files)));
