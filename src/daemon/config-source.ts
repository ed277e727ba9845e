import type { Offer } from '../config/keep.ts';
import type { SourceFile } from '../config/revision.ts';
import type { Clock, Millis } from '../lib/clock.ts';
import { filesSource } from './source/files-source.ts';
import type { SpeakingSource } from './source/speaker.ts';

export type { ConfigMapNames } from './source/api-side.ts';
export { configMapSource } from './source/config-map-source.ts';

/** How a source is doing; what stands in `conditions` is over when it is not there any more. */
export type SourceStatus = {
  speaking: SpeakingSource;
  /** Why it is that one, as a sentence. */
  why: string;
  /** Of the API watch on both ConfigMaps; absent where there is none. */
  watchConnected?: boolean;
  /** When the API watch last brought a byte. */
  watchLastByte?: Millis;
  /** For how long the mounted files have been behind what the API gave; absent without both. */
  fileLagSeconds?: number;
  /** `Forbidden: what that means and what to do`, the name first; `[]` when all is well. */
  conditions: string[];
};

/** Where the configuration comes from; every kind hands over the same thing. */
export type ConfigSource = {
  /** For people: `folder config`, `ConfigMaps k8s-monitor/...`. */
  name: string;
  /** What the source has now. */
  read(): Promise<Offer>;
  /** Hands over what the source has whenever it may have changed, and its status when who speaks or a condition changed, until stopped. */
  watch(offer: (offer: Offer) => void, onStatus?: (status: SourceStatus) => void): { stop(): void };
  status(): SourceStatus;
  /**
   * Tells, before the first `read`, which contents were in force earlier, newest first: mounted files that still hold an older one
   * do not bring it back.
   */
  remember?(earlier: readonly EarlierContent[]): void;
};

/** A content that was in force before a restart, and the name of the source it came from. */
export type EarlierContent = { from: string; files: readonly SourceFile[] };

/** A folder with CLAUDE.md and agents/*.md. */
export const folderSource = (path: string, clock: Clock): ConfigSource => filesSource([path], clock);
