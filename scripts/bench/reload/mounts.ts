import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { folderSource } from '../../../src/daemon/config-source.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { mountConfig } from '../../../test/support/mounted-config.ts';
import { type Bed, editOf, warmUp } from './bed.ts';
import { observeDaemon } from './observed-daemon.ts';

/** `..data` of a mounted ConfigMap swapped until its revision is in force: milliseconds of each of so many edits. */
export async function timeMounts(bed: Bed, edits: number): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-mount-'));
  const agents = bed.files.filter(({ role }) => role === 'agent').map(({ name, text }) => [name, text]);
  const mounted = mountConfig(folder, {
    orchestrator: { 'CLAUDE.md': editOf(bed, 'before') },
    agents: Object.fromEntries(agents),
  });
  const observed = await observeDaemon(bed, folderSource(folder, systemClock));
  const times: number[] = [];
  for (let edit = -warmUp; edit < edits; edit++) {
    mounted.orchestrator.write({ 'CLAUDE.md': editOf(bed, edit) });
    const took = await observed.timeToActive(`edit ${edit}.`, mounted.orchestrator.swap);
    if (edit >= 0) times.push(took);
    await setTimeout(50 + 100 * Math.random());
  }
  await observed.stop();
  rmSync(folder, { recursive: true });
  return times;
}
