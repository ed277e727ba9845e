import { nearestWord } from '../../lib/text.ts';
import { findCondition } from '../grammar/conditions.ts';
import { isNothing, wordsOf } from './values.ts';

/** Channels that are no Slack channel and have a name of their own. */
const otherChannels = ['pagerduty', 'opsgenie', 'webhook', 'console', 'email'];
export const channelNames = new RegExp(`#[\\p{L}\\p{N}_-]+|\\b(?:${otherChannels.join('|')})\\b`, 'giu');

/** Words that only lead to a channel or join several. */
const leading = /\b(?:in|to|via|the|and|or|only|plus|also|slack|channels?|post(?:ed)?|send|sent)\b/gi;

const withoutEdges = (text: string): string =>
  text.replace(/^[^\p{L}\p{N}@]+|[^\p{L}\p{N}]+$/gu, '').replace(/\s+/g, ' ');

/** What stands beside the channels of a text, without the words that only lead to them. */
export const besideChannels = (text: string): string =>
  withoutEdges(
    text
      .replace(/\([^)]*\)?|`/g, ' ')
      .replace(channelNames, ' ')
      .replace(leading, ' '),
  );

/**
 * What stands in brackets behind a channel and would change where a message goes: a condition ("(at night)") or a
 * channel of its own ("(fallback: #b)"). Other words in brackets are remarks.
 */
export function bracketedRule(text: string): string | undefined {
  return [...text.matchAll(/\(([^)]*)\)?/g)]
    .map(([, inside = '']) => inside.trim())
    .find(
      (inside) =>
        findCondition(inside) !== undefined ||
        (inside.match(channelNames) !== null &&
          withoutEdges(inside.replace(channelNames, ' ').replace(leading, ' ')) !== ''),
    );
}

/** `pagerdty` is no Slack channel of that name. */
export const meantChannel = (word: string): string | undefined =>
  word.length < 5 ? undefined : nearestWord(word, otherChannels, word.length < 7 ? 1 : 2);

/** `#a, #b`, `pagerduty and #a`, a bare name, or nothing. Undefined where no channel is named. */
export function readChannels(text: string): string[] | undefined {
  const plain = text.replace(/`/g, '').trim();
  if (isNothing(plain.replace(/[,;]\s*$/, '')) || isNothing(plain.replace(/\s*\(.*\)$/, '').replace(/[,;]\s*$/, '')))
    return [];
  const named = [...plain.matchAll(channelNames)].map(([name]) => (name.startsWith('#') ? name : name.toLowerCase()));
  if (named.length > 0) return [...new Set(named)];
  const words = wordsOf(plain.replace(/\s*\(.*?\)/g, ''));
  return words.length > 0 &&
    words.every(
      (word) => /^[a-z0-9][a-z0-9_-]*$/.test(word) && !/^(?:slack|the|team|channel)$/.test(word) && !meantChannel(word),
    )
    ? words.map((word) => `#${word}`)
    : undefined;
}
