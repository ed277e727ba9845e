import { formatDuration } from '../../lib/duration.ts';
import { nearestWord, oneLine } from '../../lib/text.ts';
import { readClause } from './criteria-clause.ts';
import type { CriteriaToken } from './criteria-tokens.ts';
import { fillers, nearStates, quantifierWords, statePhrases, subjectPhrases, wholeStates } from './criteria-words.ts';
import type { CriteriaNote } from './note.ts';

const stateWords = new Set(
  statePhrases
    .flatMap(([, phrases]) => phrases.flatMap((phrase) => phrase.split(' ')))
    .filter((word) => word.length > 3),
);
/** Words that begin or end states without being one. */
for (const word of ['their', 'than', 'longer', 'over', 'past', 'beyond', 'performance', 'available', 'running'])
  stateWords.delete(word);

/** Words that change nothing and were left out. */
export function droppedNote(text: string, column: number): CriteriaNote {
  return {
    level: 'info',
    code: 'criteria-tail-dropped',
    message: `"${oneLine(text, 80)}" decides nothing here and is dropped.`,
    cure: 'Nothing to do.',
    column,
  };
}

/** A clause that cannot be read: an error where it looks like a rule, else guidance. */
export function refusedNote(
  tokens: readonly CriteriaToken[],
  written: string,
  column: number,
  services: readonly string[],
  partOfAnd: boolean,
  forSure: boolean,
): CriteriaNote {
  const said = `"${oneLine(written, 100)}"`;
  const wrong = tokens.find(({ text }) => /^p\d+$/.test(text) && !/^p[0-3]$/.test(text));
  if (wrong) {
    return {
      level: 'error',
      code: 'priority-unknown',
      message: `"${wrong.text.toUpperCase()}" is not a priority.`,
      cure: 'Use P0, P1, P2 or P3.',
      column: wrong.start,
    };
  }
  const stranger = unlistedService(tokens);
  if (stranger) {
    const near = nearestWord(stranger.text, services);
    return {
      level: 'error',
      code: 'criteria-unknown-service',
      message: `"${oneLine(stranger.text, 80)}" is not a listed service.`,
      cure: near
        ? `Did you mean "${near}"?`
        : 'List it under a heading with its priority, or write for example "Any P0 service down".',
      column: stranger.start,
    };
  }
  const listed = new Set(services.map((name) => name.toLowerCase()));
  const signs =
    forSure ||
    tokens.some(
      ({ kind, text }) =>
        kind === 'number' || kind === 'duration' || /\d/.test(text) || listed.has(text) || stateWords.has(text),
    );
  if (!signs && !partOfAnd) {
    return {
      level: 'warning',
      code: 'criteria-guidance',
      message: `${said} is guidance: rules will not act on it.`,
      cure: `Write it as "${nearestForm(tokens, services)}", or begin it with "Guidance:".`,
      column,
    };
  }
  const half = !signs ? ' and stands in an AND, which would otherwise fire without it' : '';
  return {
    level: 'error',
    code: 'criteria-unreadable',
    message: `${said} cannot be read as a rule${half}.`,
    cure: `Write "${nearestForm(tokens, services)}", or begin the line with "Guidance:" if it is meant for a model only.`,
    column,
  };
}

/** Words that stand before a subject and are no service. */
const joinWords = new Set('of at least more than or no none not some other these those'.split(' '));

/** The word that would have to be a service for the clause to be readable. */
function unlistedService(tokens: readonly CriteriaToken[]): CriteriaToken | undefined {
  const word = tokens
    .slice(0, 5)
    .find(
      ({ kind, text }) => kind === 'word' && !fillers.has(text) && !quantifierWords.has(text) && !joinWords.has(text),
    );
  if (!word || /^p\d/.test(word.text) || tokens.some(({ text }) => text === 'no')) return undefined;
  const read = readClause(tokens, 0, new Map([[word.text, word.text]]));
  return read?.parts.subject.of === 'named' && read.next >= tokens.length && !wholeStates.has(read.parts.state)
    ? word
    : undefined;
}

/** The readable clause that is nearest to what was written, for the cure. */
function nearestForm(tokens: readonly CriteriaToken[], services: readonly string[]): string {
  // A clause is short: what comes later is not its subject.
  const words = tokens
    .filter(({ kind }) => kind === 'word')
    .map(({ text }) => text)
    .slice(0, 8);
  const priority = words.find((word) => /^p[0-3](?:-p[0-3])?$/.test(word))?.toUpperCase();
  const near = (choices: readonly string[]): string | undefined => {
    for (const word of words) {
      const found = word.length > 3 ? nearestWord(word, choices) : choices.find((choice) => choice === word);
      // Three slips in a short word are another word.
      if (found && Math.abs(found.length - word.length) < 3 && (word.length > 5 || found[0] === word[0])) return found;
    }
    return undefined;
  };
  const named = priority ? `Any ${priority} service` : (near(services) ?? near(subjectWords) ?? 'Any P0 service');
  const state = words.map((word) => nearStates.get(word)).find((found) => found) ?? near(simpleStates) ?? 'down';
  if (state === 'warnings' || state === 'healthy' || state.startsWith('expected')) return state;
  const length = tokens.find(({ kind }) => kind === 'duration')?.length;
  return `${named} ${state}${length === undefined ? '' : ` for ${formatDuration(length)}`}`;
}

const subjectWords = subjectPhrases.flatMap(([subject, phrases]) => (subject.of === 'any' ? [] : phrases.slice(0, 1)));
const simpleStates = statePhrases
  .filter(([state]) => state !== 'outage' && state !== 'max-downtime-exceeded')
  .flatMap(([, phrases]) => phrases.slice(0, 2));
