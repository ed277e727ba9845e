import type { Problem } from './revision.ts';

/** `CLAUDE.md:42:3: error: "P5" is not a priority. Use P0, P1, P2 or P3. [priority-unknown]`, as editors read it. */
export const sayProblem = ({ file, line, column, level, code, message, cure }: Problem): string =>
  `${file}:${line}:${column}: ${level}: ${message} ${cure} [${code}]`;
