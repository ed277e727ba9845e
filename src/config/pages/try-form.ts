import type { LineVerdict, Problem, ProblemLevel } from '../revision.ts';
import type { Form, Piece } from './forms.ts';
import { tryExample } from './try-example.ts';

/** What the compiler says of a piece: the verdicts of its own lines, and every problem of the file it stands in. */
export function tryForm(form: Piece): { lines: LineVerdict[]; problems: Problem[] } {
  const { lines, problems } = tryExample(form, `${form.above}${form.write}`);
  const first = form.above.split('\n').length;
  const last = first + form.write.split('\n').length - 1;
  const own = lines.filter(({ file, line }) => file.endsWith(form.file) && line >= first && line <= last);
  return { lines: own, problems };
}

/** What a piece means, in the words of `config explain`, its headings left out; empty where it was not understood. */
export function meaningOf(form: Piece): string {
  const own = form.write.split('\n');
  const said = tryForm(form).lines.flatMap(({ says }, index) => ({
    says,
    heading: own[index]?.startsWith('#') ?? false,
  }));
  const bodies = said.filter(({ says, heading }) => says !== undefined && !heading);
  const shown = bodies.length > 0 ? bodies : said;
  return [...new Set(shown.flatMap(({ says }) => says ?? []))].join('; ');
}

/** The near-miss of a form, where the form stands. */
export const nearOf = ({ near, ...place }: Form): Piece => ({ ...place, write: near });

/** Why a piece is not read as somebody may think: the worst problem of its lines (else of the file), what it means instead, or that it is context. */
export type Answer = { by: ProblemLevel | 'meaning' | 'context'; says: string };

export function answerTo(piece: Piece): Answer {
  const { problems } = tryForm(piece);
  const first = piece.above.split('\n').length;
  for (const level of ['error', 'warning', 'info'] as const) {
    const all = problems.filter((problem) => problem.level === level);
    const worst = all.find(({ file, line }) => file.endsWith(piece.file) && line >= first) ?? all[0];
    if (worst) return { by: level, says: `${level}: ${worst.message} ${worst.cure}` };
  }
  const means = meaningOf(piece);
  if (means !== '') return { by: 'meaning', says: `it means: ${means}` };
  return { by: 'context', says: 'context: agents read it, it decides nothing' };
}
