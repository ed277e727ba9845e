import { type Millis, minute } from '../../lib/clock.ts';

/** More commits than this within that time, to and fro between so few contents, are writers that fight. Ever new contents are somebody at work. */
export const mostCommits = 6;
export const within: Millis = 5 * minute;
export const fewContents = 3;
/** How long the last settled content is then held before it is decided. */
export const holdDown: Millis = minute;

export type Commit = { at: Millis; content: string; author?: string };

/** Remembers commits and says until when the next one is held: `holdDown` after the last of a fight. */
export function watchFlapping(): {
  note(commit: Commit): void;
  /** When the next commit may come, where that is later than `now`; `isNew` the first time since it was calm. */
  held(now: Millis): { until: Millis; isNew: boolean; authors: string[] } | undefined;
} {
  let commits: Commit[] = [];
  let isTold = false;
  const recent = (now: Millis): Commit[] => commits.filter(({ at }) => now - at < within);
  const stands = (now: Millis): boolean => {
    const last = recent(now).slice(-mostCommits - 1);
    return last.length > mostCommits && new Set(last.map(({ content }) => content)).size <= fewContents;
  };
  return {
    note(commit) {
      commits = [...recent(commit.at), commit];
    },
    held(now) {
      const last = commits.at(-1);
      if (!last || !stands(now)) {
        isTold = false;
        return undefined;
      }
      const until = last.at + holdDown;
      if (until <= now) return undefined;
      const isNew = !isTold;
      isTold = true;
      return { until, isNew, authors: [...new Set(recent(now).flatMap(({ author }) => author ?? []))] };
    },
  };
}
