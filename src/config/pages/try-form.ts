import type { LineVerdict, Problem } from '../revision.ts';
import type { Form } from './forms.ts';
import { tryExample } from './try-example.ts';

/** What the compiler says of a form: the verdicts of its own lines, and every problem of the file it stands in. */
export function tryForm(form: Form): { lines: LineVerdict[]; problems: Problem[] } {
  const { lines, problems } = tryExample(form, `${form.above}${form.write}`);
  const first = form.above.split('\n').length;
  const last = first + form.write.split('\n').length - 1;
  const own = lines.filter(({ file, line }) => file.endsWith(form.file) && line >= first && line <= last);
  return { lines: own, problems };
}

/** What a form means, in the words of `config explain`, its headings left out; empty where it was not understood. */
export function meaningOf(form: Form): string {
  const own = form.write.split('\n');
  const said = tryForm(form).lines.flatMap(({ says }, index) => ({
    says,
    heading: own[index]?.startsWith('#') ?? false,
  }));
  const bodies = said.filter(({ says, heading }) => says !== undefined && !heading);
  const shown = bodies.length > 0 ? bodies : said;
  return [...new Set(shown.flatMap(({ says }) => says ?? []))].join('; ');
}
