import type { HalfName } from '../../../src/config/keep.ts';
import type { SourceFile } from '../../../src/config/revision.ts';
import { halfNames } from '../../../src/config/source/halves.ts';
import { plainFile, type SourceSet, sourceProblem } from '../../../src/config/source/source-set.ts';
import type { Disk } from '../../../src/daemon/source/follow-files.ts';
import { type Clock, type Millis, second } from '../../../src/lib/clock.ts';
import type { Gate } from './gate.ts';
import type { Write } from './writes.ts';

/** What a mount shows: a write of the ConfigMap, a version without files, or nothing at all. */
export type Shown = Write | 'emptied' | 'wiped';

/** The two mounted directories as `readConfigFolder` reads them. A read takes a moment, and shows what was there when it began. */
export type DiskStandIn = {
  disk(gate: Gate, clock: Clock): Disk;
  show(half: HalfName, shown: Shown): void;
  shown(half: HalfName): Shown;
};

/** The look every 5 s is what can be relied on; inotify may be deaf. */
const lookEvery: Millis = 5 * second;
const readTakes: Millis = 2;

export function standInForDisk(initial: Record<HalfName, Shown>): DiskStandIn {
  const mounts = { ...initial };
  let changes = 0;
  return {
    show(half, shown) {
      mounts[half] = shown;
      changes++;
    },
    shown: (half) => mounts[half],
    disk: (gate, clock) => ({
      async read() {
        await gate.pass();
        const set = readMounts(mounts);
        await new Promise<void>((resolve) => void clock.wakeAt(clock.now() + readTakes, resolve));
        return set;
      },
      watch(_folder, { onChange }) {
        let seen = changes;
        let cancel = (): void => undefined;
        const look = (): void => {
          if (seen !== changes) onChange();
          seen = changes;
          cancel = clock.wakeAt(clock.now() + lookEvery, look);
        };
        cancel = clock.wakeAt(clock.now() + lookEvery, look);
        return { stop: () => cancel() };
      },
    }),
  };
}

function readMounts(mounts: Record<HalfName, Shown>): SourceSet {
  const files: SourceFile[] = [];
  const problems: SourceSet['problems'] = [];
  const halves: NonNullable<SourceSet['halves']> = {};
  for (const half of halfNames) {
    const shown = mounts[half];
    halves[half] = {};
    if (shown === 'wiped') continue;
    const folder = half === 'orchestrator' ? '' : 'agents/';
    halves[half] = { version: shown === 'emptied' ? '..emptied' : `..${shown.number}` };
    if (shown === 'emptied') continue;
    if (shown.kind === 'bytes')
      problems.push(sourceProblem(`${folder}CLAUDE.md`, 'not-utf8', 'It is not UTF-8.', 'Save it as UTF-8.'));
    for (const [name, text] of Object.entries(shown.texts)) files.push(plainFile(`${folder}${name}`, name, text));
  }
  if (files.length === 0 && problems.length === 0)
    problems.push(
      sourceProblem('mount', 'no-configuration', 'There is no CLAUDE.md and no agents folder.', 'Mount them.'),
    );
  return { files, problems, halves };
}
