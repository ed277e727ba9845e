import { type FSWatcher, readdirSync, readlinkSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Millis } from '../lib/clock.ts';

/**
 * Calls back when something below a configuration folder may have changed. A look every 5 s at names, sizes, times and
 * kubelet's `..data` links is the truth; inotify on the two folders only makes it faster, and may be deaf or absent.
 */
export function watchFolder(
  folder: string,
  options: { clock: Clock; every?: Millis; onChange: () => void },
): { stop(): void } {
  const { clock, every = 5000, onChange } = options;
  const folders = [folder, join(folder, 'agents'), join(folder, '.claude'), join(folder, '.claude', 'agents')];
  let seen = fingerprint(folders);
  let watchers: FSWatcher[] = [];
  let cancel = (): void => undefined;

  const look = (): void => {
    const now = fingerprint(folders);
    if (now === seen) return;
    seen = now;
    arm();
    onChange();
  };
  const arm = (): void => {
    for (const watcher of watchers) watcher.close();
    watchers = folders.flatMap((path) => {
      try {
        const watcher = watch(path, { persistent: false }, look);
        watcher.on('error', () => watcher.close());
        return [watcher];
      } catch {
        // Not there, or no watches left: the look every 5 s sees it all the same.
        return [];
      }
    });
  };
  const tick = (): void => {
    look();
    cancel = clock.wakeAt(clock.now() + every, tick);
  };
  arm();
  cancel = clock.wakeAt(clock.now() + every, tick);
  return {
    stop() {
      cancel();
      for (const watcher of watchers) watcher.close();
    },
  };
}

function fingerprint(folders: readonly string[]): string {
  return folders
    .map((folder) => `${folder}:${attempt(() => readlinkSync(join(folder, '..data')))}:${listing(folder)}`)
    .join('\n');
}

function listing(folder: string): string {
  return attempt(() =>
    readdirSync(folder)
      .filter((name) => /\.(?:md|ya?ml)$/.test(name))
      .sort()
      .map((name) => attempt(() => describe(join(folder, name))))
      .join(','),
  );
}

function describe(path: string): string {
  // The time of the inode, too: a changed mode makes readable what was not.
  const { ino, size, mtimeMs, ctimeMs } = statSync(path);
  return `${path} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '-';
  }
}
