/** Exit codes of every command; where several hold, 1 before 3 before 2. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** With `--fail-on`: an open incident is that bad. */
  bad: 2,
  /** Not everything that something enabled needs could be seen. */
  unseen: 3,
} as const;
