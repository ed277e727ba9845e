import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** File names and texts of one ConfigMap. */
export type Payload = Readonly<Record<string, string>>;

/** A ConfigMap as kubelet mounts it, written step by step in the order of its AtomicWriter. */
export type Mount = {
  folder: string;
  /** Writes a version beside the present one. Nobody sees it before `swap`. */
  write(payload: Payload, options?: { at?: number }): void;
  /** Shows the version that was written last, by one rename of `..data`, and removes the one before. Does nothing where none was written. */
  swap(): void;
  /** What kubelet makes of a deleted ConfigMap that is `optional`: a version without files. */
  empty(): void;
  /** What a disk that is full did to running pods: nothing is left in the folder, not even `..data`. */
  wipe(): void;
  /** Of every file of the present version, as `defaultMode` would have it. */
  chmod(mode: number): void;
  /** Name of the version that is shown, such as `..2026_11_24_09_00_00.7`. */
  shown(): string | undefined;
};

/** Both ConfigMaps, nested as the deployment mounts them: the agents' folder lies inside the orchestrator's. */
export type MountedConfig = { folder: string; orchestrator: Mount; agents: Mount };

/** Mounts both below `folder`, which exists; without a payload a mount stays without any version. */
export function mountConfig(
  folder: string,
  payloads: { orchestrator?: Payload | undefined; agents?: Payload | undefined } = {},
): MountedConfig {
  const mounted = { folder, orchestrator: mountAt(folder, ['agents']), agents: mountAt(join(folder, 'agents')) };
  for (const half of ['orchestrator', 'agents'] as const) {
    const payload = payloads[half];
    if (!payload) continue;
    mounted[half].write(payload);
    mounted[half].swap();
  }
  return mounted;
}

let versions = 0;

/** One mount; `below` are the names in it where others are mounted. */
export function mountAt(folder: string, below: readonly string[] = []): Mount {
  mkdirSync(folder, { recursive: true });
  const data = join(folder, '..data');
  let written: string | undefined;

  const shown = (): string | undefined => (existsSync(data) ? readlinkSync(data) : undefined);
  const swap = (): void => {
    if (written === undefined) return;
    const before = shown();
    symlinkSync(written, `${data}_tmp`);
    renameSync(`${data}_tmp`, data);
    const names = readdirSync(join(folder, written));
    for (const name of names) {
      if (!existsSync(join(folder, name))) {
        rmSync(join(folder, name), { force: true });
        symlinkSync(join('..data', name), join(folder, name));
      }
    }
    for (const name of readdirSync(folder)) {
      if (!name.startsWith('..') && !names.includes(name) && !below.includes(name)) rmSync(join(folder, name));
    }
    if (before !== undefined) rmSync(join(folder, before), { recursive: true, force: true });
    written = undefined;
  };
  const write: Mount['write'] = (payload, options = {}) => {
    if (written !== undefined) rmSync(join(folder, written), { recursive: true, force: true });
    written = `..2026_11_24_09_00_00.${++versions}`;
    mkdirSync(join(folder, written));
    for (const [name, text] of Object.entries(payload)) writeFileSync(join(folder, written, name), text);
    if (options.at !== undefined) utimesSync(join(folder, written), options.at / 1000, options.at / 1000);
  };

  return {
    folder,
    write,
    swap,
    empty() {
      write({});
      swap();
    },
    wipe() {
      for (const name of readdirSync(folder))
        if (!below.includes(name)) rmSync(join(folder, name), { recursive: true });
      written = undefined;
    },
    chmod(mode) {
      const version = shown();
      if (version === undefined) return;
      for (const name of readdirSync(join(folder, version))) chmodSync(join(folder, version, name), mode);
    },
    shown,
  };
}
