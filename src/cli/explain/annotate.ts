import type { LineVerdict, Problem, SourceFile, Verdict } from '../../config/revision.ts';
import { cleanText } from '../../lib/text.ts';
import type { View } from './view.ts';

/** What stands in the margin, and what it means. */
const marks: Record<Verdict, { mark: string; means: string }> = {
  understood: { mark: '+', means: 'understood: a rule' },
  context: { mark: ' ', means: 'context: read by agents, decides nothing' },
  problem: { mark: '!', means: 'problem' },
  aside: { mark: '-', means: 'aside: nobody reads it' },
};

/** The text column; longer lines push their meaning to the next line. */
const widest = 76;

/** The Markdown itself with a mark and a verdict for every line. */
export function annotate(view: View): string[] {
  const legend = Object.values(marks).map(({ mark, means }) => `"${mark}" ${means}`);
  return [view.paint.dim(legend.join('; ')), ...view.sources.flatMap((source) => ['', ...annotateFile(source, view)])];
}

function annotateFile(source: SourceFile, view: View): string[] {
  const { revision, problems, paint } = view;
  const verdicts = new Map(
    revision.lines.filter(({ file }) => file === source.file).map((verdict) => [verdict.line, verdict]),
  );
  const own = Map.groupBy(
    problems.filter(({ file }) => file === source.file),
    ({ line }) => line,
  );
  const text = source.text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
  const digits = String(text.length + source.lineOffset).length;
  let said: string | undefined;
  const lines = text.flatMap((line, index) => {
    const number = index + 1 + source.lineOffset;
    const verdict = verdicts.get(number);
    const says = verdict?.says === said ? undefined : verdict?.says;
    said = verdict?.says;
    const below = (own.get(number) ?? []).map((problem) => `${' '.repeat(digits + 5)}${sayBelow(problem, view)}`);
    return [annotateLine(line, String(number).padStart(digits), verdict, says, view), ...below];
  });
  return [paint.bold(source.name === source.file ? source.file : `${source.name} (${source.file})`), ...lines];
}

function annotateLine(
  line: string,
  number: string,
  verdict: LineVerdict | undefined,
  says: string | undefined,
  { paint }: View,
): string {
  const kind = verdict?.verdict ?? 'context';
  const colour = { understood: paint.good, context: String, problem: paint.bad, aside: paint.dim }[kind];
  const text = cleanText(line).replaceAll('\t', '  ');
  const head = `${paint.dim(number)} ${colour(marks[kind].mark)} ${kind === 'aside' ? paint.dim(text) : text}`;
  if (says === undefined) return head.trimEnd();
  const meaning = paint.dim(`<- ${says}`);
  const gap = ' '.repeat(Math.max(2, widest - text.length));
  return `${head}${gap}${meaning}`;
}

const sayBelow = ({ level, code, message, cure }: Problem, { paint }: View): string => {
  const colour = level === 'error' ? paint.bad : level === 'warning' ? paint.warning : paint.dim;
  return `${colour(`${level} ${code}`)}: ${message} ${cure}`;
};
