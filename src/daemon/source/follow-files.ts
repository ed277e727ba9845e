import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { takeTurns } from '../../config/keep/turns.ts';
import type { Offer } from '../../config/keep.ts';
import { isError } from '../../config/problems.ts';
import { factsInComments, halfNames } from '../../config/source/halves.ts';
import { readConfigPaths } from '../../config/source/read-yaml.ts';
import type { SourceSet } from '../../config/source/source-set.ts';
import { watchFolder } from '../../config/watch-folder.ts';
import { type Clock, type Millis, minute, second } from '../../lib/clock.ts';

/** Folders, Markdown files and ConfigMap YAML files that are read as one configuration, again and again. */
export type FollowedFiles = {
  /** For people: `folder config`, `files a.yaml, b.yaml`. */
  name: string;
  /** What was read last. */
  last(): Offer | undefined;
  /** Reads now. A reading under way is waited for first, so that none ends after a later one. */
  read(): Promise<Offer>;
  /** Reads whenever something may have changed, and tells what differs from the last reading; what could not be read is tried again. */
  follow(onChange: (offer: Offer) => void): { stop(): void };
};

/** How files are read, and what tells that they may have changed. */
export type Disk = {
  read(paths: readonly string[]): Promise<SourceSet>;
  watch(folder: string, options: { clock: Clock; onChange: () => void }): { stop(): void };
};
const realDisk: Disk = { read: readConfigPaths, watch: watchFolder };

/** Waits between tries to read what could not be read: a volume that comes back, a mode that is corrected where no time of a file tells. */
const firstRetry: Millis = 5 * second;
const longestRetry: Millis = minute;

/** Reads and follows configuration files. */
export function openFiles(paths: readonly string[], clock: Clock, disk: Disk = realDisk): FollowedFiles {
  const name = nameOf(paths);
  let last: Offer | undefined;
  const turns = takeTurns();
  /** Of the following, where there is one: takes note of what somebody else read and handed over. */
  let note: (offer: Offer) => void = () => undefined;

  const readOnce = async (): Promise<Offer> => {
    const { files, problems, halves = {} } = await disk.read(paths);
    const facts = halfNames.map((half) => [half, { ...halves[half], ...factsInComments(files, half) }] as const);
    last = { files, problems, from: name, kind: 'files', halves: Object.fromEntries(facts) };
    return last;
  };
  const read = (): Promise<Offer> => turns.take(readOnce);

  return {
    name,
    last: () => last,
    async read() {
      const offer = await read();
      note(offer);
      return offer;
    },
    follow(onChange) {
      let told: string | undefined;
      let stopped = false;
      let retry: Millis = firstRetry;
      let cancel = (): void => undefined;
      const retryLater = ({ problems }: Offer): void => {
        cancel();
        if (problems.some(isError)) {
          cancel = clock.wakeAt(clock.now() + retry, () => void look());
          retry = Math.min(2 * retry, longestRetry);
        } else retry = firstRetry;
      };
      const look = async (): Promise<void> => {
        const offer = await read();
        if (stopped) return;
        retryLater(offer);
        const says = contentOf(offer);
        if (says === told) return;
        told = says;
        onChange(offer);
      };
      note = (offer) => {
        if (stopped) return;
        told = contentOf(offer);
        retryLater(offer);
      };
      const folders = new Set(paths.map((path) => (isFolder(path) ? path : dirname(path))));
      const watching = [...folders].map((folder) => disk.watch(folder, { clock, onChange: () => void look() }));
      // An edit between an earlier reading and now was seen by nobody.
      void look();
      return {
        stop() {
          stopped = true;
          cancel();
          for (const one of watching) one.stop();
        },
      };
    },
  };
}

/** Everything of an offer by which the next one can differ from it; a file that was only touched is the same. */
export function contentOf({ files, problems, halves }: Offer): string {
  const facts = halfNames.map((half) => [halves[half]?.bundle, halves[half]?.confirm]);
  return JSON.stringify([files, problems, facts]);
}

function nameOf(paths: readonly string[]): string {
  const [first = '', ...more] = paths;
  return more.length === 0 && isFolder(first) ? `folder ${first}` : `files ${paths.join(', ')}`;
}

/** What is not there yet counts as a folder unless its name is a file's. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? !/\.(?:md|ya?ml)$/.test(path);
}
