/** A word of a command as a shell would hand it over; `quoted` when any of it stood in quotes. */
export type ShellWord = { text: string; quoted: boolean; line: number };

/** Commands, each a list of the stages that pipes connect. */
export type ShellPipeline = ShellWord[][];

export type ShellFault = { message: string; cure: string; line: number };

/** Signs that make a shell do more than run one pipeline, with what to write instead. */
const signs: readonly (readonly [string, string, string])[] = [
  ['$(', 'A command inside a command', 'Write one `kubectl get ... -o json | jq ...`.'],
  ['||', '`||` between commands', 'Write one pipeline for each heading.'],
  ['&&', '`&&` between commands', 'Write one pipeline for each heading.'],
  [';', '`;` between commands', 'Write one pipeline for each heading.'],
  ['&', '`&`', 'Checks run by themselves; remove it.'],
  ['`', 'A command inside a command', 'Write one `kubectl get ... -o json | jq ...`.'],
  ['>', 'Writing to a file', 'Remove it: what the filter prints is the result.'],
  ['<', 'Reading from a file', 'Remove it: the input is what `kubectl get` lists.'],
  ['$', 'A shell variable', 'Write the value itself.'],
];

/**
 * Splits text into pipelines as a shell would: quotes, `#` comments, `\` before a line end. Nothing is expanded; what
 * would need a shell (variables, redirections, several commands) is a fault at its line. Lines start at 1.
 */
export function splitShell(text: string): { pipelines: ShellPipeline[]; fault?: ShellFault } {
  const pipelines: ShellPipeline[] = [];
  let stages: ShellPipeline = [];
  let words: ShellWord[] = [];
  let current: ShellWord | undefined;
  let line = 1;
  const endWord = (): void => {
    if (current) words.push(current);
    current = undefined;
  };
  const endStage = (): void => {
    endWord();
    if (words.length > 0) stages.push(words);
    words = [];
  };
  const endPipeline = (): void => {
    endStage();
    if (stages.length > 0) pipelines.push(stages);
    stages = [];
  };
  const fault = (message: string, cure: string, at = line) => ({ pipelines, fault: { message, cure, line: at } });
  const take = (piece: string, quoted: boolean): void => {
    current ??= { text: '', quoted: false, line };
    current.text += piece;
    current.quoted ||= quoted;
  };

  for (let at = 0; at < text.length; at++) {
    const here = text[at] ?? '';
    if (here === '\\' && text[at + 1] === '\n') {
      endWord();
      at++;
      line++;
    } else if (here === '\n') {
      // A pipe at the end of a line goes on in the next one.
      endWord();
      if (words.length > 0) endPipeline();
      line++;
    } else if (here === ' ' || here === '\t' || here === '\r') {
      endWord();
    } else if (here === '#' && !current) {
      const end = text.indexOf('\n', at);
      at = (end < 0 ? text.length : end) - 1;
    } else if (here === "'" || here === '"') {
      const start = line;
      const read = readQuoted(text, at);
      if (read === undefined) return fault(`A quote (${here}) is opened and never closed.`, 'Close it.', start);
      if (read.variable)
        return fault('A shell variable in double quotes.', "Put the filter in single quotes: jq '...'.");
      take(read.text, true);
      line += read.lines;
      at = read.end;
    } else if (here === '\\') {
      at++;
      take(text[at] ?? '', true);
    } else if (here === '|' && text[at + 1] !== '|') {
      endWord();
      if (words.length === 0) return fault('A pipe with nothing before it.', 'Begin with `kubectl get`.');
      endStage();
    } else {
      // A lone `$` at the start of a line is a prompt that was copied along.
      const prompt = here === '$' && !current && words.length === 0 && /\s/.test(text[at + 1] ?? '');
      const sign = prompt ? undefined : signs.find(([mark]) => text.startsWith(mark, at));
      if (sign) return fault(`${sign[1]} is not available here: there is no shell.`, sign[2]);
      if (!prompt) take(here, false);
    }
  }
  endPipeline();
  return { pipelines };
}

function readQuoted(
  text: string,
  start: number,
): { text: string; end: number; lines: number; variable: boolean } | undefined {
  const quote = text[start];
  let read = '';
  let lines = 0;
  let variable = false;
  for (let at = start + 1; at < text.length; at++) {
    const here = text[at] ?? '';
    if (here === quote) return { text: read, end: at, lines, variable };
    if (here === '\n') lines++;
    if (quote === '"' && here === '\\' && '"\\$`\n'.includes(text[at + 1] ?? ' ')) {
      at++;
      if (text[at] === '\n') lines++;
      else read += text[at] ?? '';
      continue;
    }
    if (quote === '"' && (here === '`' || (here === '$' && /[\w({]/.test(text[at + 1] ?? '')))) variable = true;
    read += here;
  }
  return undefined;
}
