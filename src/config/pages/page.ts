import type { ProblemLevel } from '../revision.ts';

/** A piece of a configuration that has the problem, and the same piece as it should be. */
export type Example = {
  /** `CLAUDE.md` or an agent's file name; `yaml` for the ConfigMap file itself. */
  file: string;
  wrong: string;
  right: string;
  /** The piece is the whole file; otherwise a zone and two services stand above it, or an agent's frontmatter. */
  whole?: true;
};

/** What is to be said about a code beyond its message: why it is told, and how it comes about. */
export type ProblemPage = { means: string } & (
  | { example: Example }
  /** Where no Markdown can show it: how it comes about, and what to do. */
  | { arises: string; instead: string; level?: ProblemLevel }
);

export const shown = (
  file: string,
  means: string,
  wrong: string,
  right: string,
  more: { whole?: true } = {},
): ProblemPage => ({ means, example: { file, wrong, right, ...more } });

export const told = (means: string, arises: string, instead: string): ProblemPage => ({ means, arises, instead });
