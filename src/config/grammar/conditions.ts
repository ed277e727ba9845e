import { someIn, wordSet, wordsIn } from './words-in.ts';

/** Times that bound a value without being hours: "at night", "on Sundays". */
const moments =
  '(?:nights?|night-?time|day-?time|days?|mornings?|afternoons?|evenings?|midnight|noon|lunch(?:[- ]?time)?|week-?ends?|week-?days?|(?:bank |public |school )?holidays?|vacations?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:working|business|work|office) (?:days?|hours)|peak(?: hours| times?)?|sales?|maintenance|deployments?|the campaign)';

/** What bounds nothing although it names such a time, and what everybody means anyhow. */
const boundless: readonly RegExp[] = [
  /\b(?:day and night|night and day|round the clock|24\s?[/x]\s?7|(?:at )?any (?:time|hour)(?: of (?:the )?(?:day|night))?(?: or night)?|at all (?:times|hours)|every day|all day|all the time)\b/gi,
  new RegExp(
    `\\b(?:even|also|including|incl\\.?)\\s+(?:(?:at|on|in|during|over)\\s+)?(?:the\\s+)?${moments}(?:\\s*(?:,|and|or)\\s*(?:(?:at|on)\\s+)?${moments})*`,
    'gi',
  ),
  new RegExp(
    `(?:\\b(?:at|on|in|during)\\s+)?(?:the\\s+)?\\b${moments}(?:\\s*(?:,|and|or)\\s*(?:(?:at|on)\\s+)?${moments})*\\s+(?:included|too|as well|inclusive)\\b`,
    'gi',
  ),
  /\bwhen(?:ever)?\s+(?:it is |it's |they are |(?:a |the )?(?:problem|issue|incident|fault) is |first )?(?:detected|found|seen|noticed|known|recogni[sz]ed|it (?:happens|occurs))\b/gi,
  /\b(?:as soon as|if at all possible|if possible|not later than|no later than)\b/gi,
];

/** The words of `moments`: a text without one has no time that bounds it. A search for all the ways to say it costs far more. */
const momentWords = wordSet(
  'night nights nighttime daytime time times day days morning mornings afternoon afternoons evening evenings midnight noon lunch lunchtime',
  'week weekend weekends weekday weekdays holiday holidays vacation vacations hours peak sale sales maintenance deployment deployments campaign',
  'monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays sunday sundays',
);

/** The words with which the other conditions begin. */
const conditionWords = wordSet(
  'if unless except excepting excluding only when whenever while provided depending depends otherwise or until till as in but not never instead',
  'after out off for by via per',
);

/** What makes a value hold only sometimes, for somebody, or by a way that is not taken. The first that stands in the text counts. */
const conditions: readonly RegExp[] = [
  new RegExp(
    `\\b(?:at|by|in|on|during|over|after|before|from|outside|through|throughout|between)\\s+(?:of\\s+)?(?:the\\s+|all\\s+|every\\s+|each\\s+)?${moments}\\b`,
    'i',
  ),
  /\b(?:nights|night-?time|week-?ends?|week-?days?|holidays?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b/i,
  /\b(?:if|unless|except(?:ing)?|excluding|only|when(?:ever)?|while|provided|depending|depends|otherwise|or else|until|till|as long as|in case|but (?:not|never|only)|not (?:on|at|for|during|in|if|when)|never|instead)\b/i,
  /\b(?:after|out of|off)[- ]hours\b/i,
  /\bfor\s+(?:all\s+|any\s+|the\s+)?(?:P\d|SEV[ -]?\d|critical|important|customers?|production|staging|prod|dev)\b/i,
  /\b(?:by|via|per)\s+(?:phone|telephone|sms|text(?: message)?|call|e-?mail|pager)\b/i,
];

/** The first of them speak of times. */
const timeConditions = 2;

/** A time of the day or the week that has no hours: "at night", "on Sundays", "weekends". */
export function findMoment(text: string): string | undefined {
  if (!someIn(wordsIn(text), momentWords)) return undefined;
  const bare = boundless.reduce((left, words) => left.replace(words, ' '), text.slice(0, 2000));
  return /\b(?:(?:at|by|in|on|during|over)\s+(?:the\s+)?)?(?:nights?|night-?time|day-?time|mornings?|afternoons?|evenings?|midnight|week-?ends?|week-?days?|holidays?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b/i.exec(
    bare,
  )?.[0];
}

/** A time without hours behind a word such as "at" or "during", to the end of its clause: "at night", "during the campaign". */
export function findTime(text: string): string | undefined {
  if (text.length > 2000 || !someIn(wordsIn(text), momentWords)) return undefined;
  const bare = boundless.reduce((left, words) => left.replace(words, ' '), text);
  const [time] = conditions;
  return time?.exec(bare)?.[0] ?? findMoment(bare);
}

/** The first condition of a text ("at night", "only if customers notice"), to the end of its clause; undefined where it has none. */
export function findCondition(text: string): string | undefined {
  const words = text.length > 2000 ? [] : wordsIn(text);
  const hasMoment = someIn(words, momentWords);
  if (!hasMoment && !someIn(words, conditionWords)) return undefined;
  const sought = hasMoment ? conditions : conditions.slice(timeConditions);
  if (!sought.some((condition) => condition.test(text))) return undefined;
  const bare = boundless.reduce((left, words) => left.replace(words, (found) => ' '.repeat(found.length)), text);
  const starts = sought.map((condition) => condition.exec(bare)?.index ?? -1).filter((at) => at >= 0);
  if (starts.length === 0) return undefined;
  const [clause = ''] = /^[^;|)\]]*/.exec(text.slice(Math.min(...starts))) ?? [];
  return clause.trim();
}
