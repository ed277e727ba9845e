import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command of a guide as it is printed, or an edit of a file that it shows; `line` is the guide's. */
export type GuideStep =
  | { type: 'command'; section: string; line: number; command: string; endless: boolean }
  | { type: 'edit'; section: string; line: number; file: string; before: string; after: string };

const repository = join(import.meta.dirname, '..');
/** Follows for ever: whoever runs it ends it. */
const endless = /\bkubectl logs\b.* -f\b|\bport-forward\b/;

/** What a guide tells people to do, in order: the commands of its `bash` fences and the edits of its `diff FILE` fences. */
export function readGuideSteps(path = 'docs/HOT-RELOAD.md'): GuideStep[] {
  const steps: GuideStep[] = [];
  let section = '';
  let fence: { mark: string; info: string; line: number; body: string[] } | undefined;
  for (const [index, text] of readFileSync(join(repository, path), 'utf8').split('\n').entries()) {
    const [, mark = '', info = ''] = /^\s*(`{3,})(.*)$/.exec(text) ?? [];
    if (fence && mark.length >= fence.mark.length && info === '') {
      steps.push(...stepsOf(fence, section));
      fence = undefined;
    } else if (fence) fence.body.push(text);
    else if (mark !== '') fence = { mark, info, line: index + 2, body: [] };
    else section = /^#{2,4} (.*)$/.exec(text)?.[1] ?? section;
  }
  return steps;
}

function stepsOf({ info, line, body }: { info: string; line: number; body: string[] }, section: string): GuideStep[] {
  const [kind, file] = info.split(' ');
  if (kind === 'diff' && file !== undefined) {
    const side = (other: string): string =>
      body.flatMap((text) => (text.startsWith(other) ? [] : [text.slice(1)])).join('\n');
    return [{ type: 'edit', section, line, file, before: side('+'), after: side('-') }];
  }
  if (kind !== 'bash') return [];
  const steps: GuideStep[] = [];
  let begun = '';
  for (const [index, text] of body.entries()) {
    begun += `${begun === '' ? '' : '\n'}${text.replace(/(^|\s)#\s.*$/, '').trimEnd()}`;
    if (begun.endsWith('\\')) continue;
    const command = begun.trim();
    if (command !== '')
      steps.push({
        type: 'command',
        section,
        line: line + index - (begun.split('\n').length - 1),
        command,
        endless: endless.test(command),
      });
    begun = '';
  }
  return steps;
}

/** A text after an edit. Throws where what it replaces is not there, or there twice. */
export function applyGuideEdit(text: string, { before, after, file, line }: GuideStep & { type: 'edit' }): string {
  const [head, tail, ...more] = `\n${text}`.split(`\n${before}\n`);
  if (head === undefined || tail === undefined || more.length > 0)
    throw new Error(`the edit in line ${line} of the guide does not fit ${file}`);
  return `${head}\n${after}\n${tail}`.slice(1);
}
