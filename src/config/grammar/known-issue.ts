import type { Millis } from '../../lib/clock.ts';
import type { CheckId } from '../checks.ts';
import { findDurations } from './duration.ts';
import { readKinds } from './kinds.ts';

export { isNegated, readKinds } from './kinds.ts';

/** Longer texts are prose and are not searched: a bullet of configuration is shorter. */
const longest = 4000;

const refrain = "do(?:es)?\\s{1,4}not|don['’]?t|never|should\\s{1,4}not|shouldn['’]?t|must\\s{1,4}not";
const tell = 'flag|alert|page|notify|escalate';

/** What silences. Nothing else does: "expected" alone is context. */
const suppressionPhrases: readonly RegExp[] = [
  new RegExp(`\\b(?:${refrain})\\s{1,4}(?:ever\\s{1,4}|be\\s{1,4})?(?:${tell})(?:ed|ged|d|s)?\\b`, 'i'),
  /\bexpected(?:\s{1,4}behaviou?r)?\s{0,4},?\s{0,4}(?:and|but|-|–|—|,)?\s{0,4}(?:is\s{1,4})?not\s{1,4}(?:a\s{1,4}|an\s{1,4})?(?:problem|bug|incident|issue)\b/i,
];

/** Without one of these parts of words there is no phrase; most lines have none. */
function isPerhapsSilencing(text: string): boolean {
  const lower = text.toLowerCase();
  return ['flag', 'alert', 'page', 'notif', 'escalat', 'expected'].some((part) => lower.includes(part));
}

/** Whether a text holds one of the phrases that silence ("do not flag", "never page", "expected and not a problem"). */
export function readSuppression(text: string): boolean {
  const plain = text
    .slice(0, longest)
    .replace(/[*_`]+/g, '')
    .replace(/\s+/g, ' ');
  return isPerhapsSilencing(plain) && suppressionPhrases.some((phrase) => phrase.test(plain));
}

/** What stands behind the first phrase that silences, to the end of its clause: "do not flag at night". */
export function behindSuppression(text: string): string {
  const plain = text
    .slice(0, longest)
    .replace(/[*_`]+/g, '')
    .replace(/\s+/g, ' ');
  const phrases = isPerhapsSilencing(plain) ? suppressionPhrases : [];
  const found = phrases.map((phrase) => phrase.exec(plain)).find((match) => match !== null);
  return found
    ? (/^(?:[^.;(,]|,(?!\s{0,4}(?:it|they|this|that|because|since|as|the|we|which)\b))*/i.exec(
        plain.slice(found.index + found[0].length),
      )?.[0] ?? '')
    : '';
}

/** What bounds the silence in a way that cannot be kept: "do not alert twice", "alert, do not page", "do not escalate to SEV-1". */
const boundedSilence: readonly RegExp[] = [
  new RegExp(
    `\\b(?:${refrain})\\s{1,4}(?:ever\\s{1,4}|be\\s{1,4})?(?:${tell})(?:ed|ged|d|s)?\\s{1,4}(?:(?:it|this|on this|about it|us|anybody|anyone)\\s{1,4})?((?:more than once|twice|again|enough|immediately|instantly|right away|at once|too (?:early|soon|often|much)|(?:as|to|above|over|beyond)\\s{1,4}(?:an?\\s{1,4})?SEV[ -]?\\d)\\b.{0,80})`,
    'i',
  ),
  new RegExp(
    `^(?:[^:]{1,40}:\\s{0,4})?((?:please\\s{1,4})?(?:alert|notify|flag|report|tell|post|warn|message)\\b[^.;]{0,60}\\b(?:${refrain})\\s{1,4}(?:${tell})\\b.{0,80})`,
    'i',
  ),
  new RegExp(
    `\\b(?:${refrain})\\s{1,4}(?:${tell})(?:ed|ged|d|s)?\\b[^.;]{0,40}\\b((?:if|when|as long as)\\s{1,4}[^.;]{0,40}(?:\\bonly\\b|\\b(?:below|above|under|over|fewer|less|more|at least|at most)\\b[^.;]{0,20}\\d).{0,60})`,
    'i',
  ),
];

const attention = 'monitor|watch|alert|flag|page|notify|check|report|escalate|look|tell|warn|still|do|keep';

/** What a known issue covers where it names no kinds: never crash loops, memory kills, image pulls, storage, nodes. */
export const expectedKinds: ReadonlySet<CheckId> = new Set([
  'not-ready',
  'no-replicas',
  'no-endpoints',
  'health-check-failed',
]);

/** What begins a tail that names what pages all the same. */
const exceptionLeader = new RegExp(
  `(?:\\b(?:but|however|yet)\\s{1,4}(?:please\\s{1,4})?(?=(?:${attention}|not)\\b)(?:(?:${attention}|not|for|on|if|when|us|about|to|out)\\s{1,4}){1,6}|\\bstill\\s{1,4}(?:${attention})\\s{1,4}(?:(?:for|on|if|when|about)\\s{1,4}){0,2}|\\b(?:except|unless|apart\\s{1,4}from|other\\s{1,4}than)\\b\\s{0,4}(?:(?:for|on|if|when|it|the)\\s{1,4}){0,3})([^).;\\n]{0,300})`,
  'gi',
);

/** Words of a tail that name no check and change nothing ("unless it lasts longer than ..."). */
const timeWords =
  /^(?:it|they|lasts?|takes?|longer|more|than|over|stays?|persists?|continues?|after|for|is|are|down|still|not|ready|exceeds?|exceeding|beyond|\s)*$/i;

/**
 * The checks that page all the same ("but monitor for crashes", "except OOM kills"). A tail that could not be read
 * whole comes back as `unreadable`; a tail that only bounds the time ("unless longer than 10 minutes") is none.
 */
export function readExceptions(text: string): { exceptions: CheckId[]; unreadable?: string } {
  const exceptions = new Set<CheckId>();
  const plain = text.slice(0, longest).replace(/[*_`]+/g, '');
  // A length of time ("if it lasts less than 10 minutes") is the issue's grace.
  let unreadable = (isPerhapsSilencing(plain) ? boundedSilence : [])
    .map((bound) => bound.exec(plain)?.[1])
    .find((found) => found !== undefined && findDurations(found).length === 0);
  for (const match of plain.matchAll(exceptionLeader)) {
    const tail = (match[1] ?? '').trim();
    const withoutTime = findDurations(tail).reduceRight(
      (left, { start, end }) => left.slice(0, start) + left.slice(end),
      tail,
    );
    if (withoutTime !== tail && timeWords.test(withoutTime.trim())) continue;
    const read = readKinds(withoutTime);
    // "but alert if not ready for 10 minutes" is the issue's grace: before that, not ready is what it expects.
    const bounded = withoutTime !== tail;
    for (const kind of read.kinds) if (!bounded || !expectedKinds.has(kind)) exceptions.add(kind);
    if (read.unknown.length > 0 || read.kinds.length === 0) unreadable ??= tail || match[0].trim();
  }
  return { exceptions: [...exceptions], ...(unreadable !== undefined && { unreadable }) };
}

const startup =
  /\b(?:start[- ]?up|starts?|starting|boots?|booting|warm[- ]?up|warms?|initiali[sz]\w{0,6}|(?:to|until|before|become|becomes)\s{1,4}(?:become\s{1,4}|be\s{1,4})?ready)\b/i;

/** What stands before a duration that is a grace. */
const graceBefore =
  /(?:\b(?:for|to|within|takes?|taking|lasts?|lasting|max(?:imum)?|than|need|needs|require|requires|grace|tolerance|last|ignore)\s{0,4}(?:period|time|of|is|up|about|around)?\s{0,4}|[:(]\s{0,4}|^\s{0,4})$/i;
/** What stands before one that is not: a frequency or an age. */
const notGraceBefore = /\b(?:every|each|per|in\s{1,4}the\s{1,4}last|the\s{1,4}last|past)\s{0,4}$/i;
const notGraceAfter = /^\s{0,4}(?:ago|old|before|later|timeout|interval)\b/i;
const graceAfter =
  /^\s{0,4}(?:to\s{1,4}(?:start|become|be|get|boot|warm)|(?:un)?til|of\s{1,4}(?:downtime|startup)|start|grace|is\s{1,4}(?:expected|normal|ok)|\))/i;

/**
 * For how long a known issue is expected ("up to 5 minutes", "5-6 minutes to ready", "(> 5 minutes)"), the longer end
 * of a range. `pod-start` for slow startups, else from the onset. A frequency ("every 5 minutes") is none.
 */
export function readGrace(text: string): { lasts: Millis; from: 'onset' | 'pod-start' } | undefined {
  const plain = text.slice(0, longest).replace(/[*_`]+/g, '');
  for (const { start, end, upper } of findDurations(plain)) {
    const before = plain.slice(Math.max(0, start - 60), start);
    const after = plain.slice(end, end + 60);
    if (notGraceBefore.test(before) || notGraceAfter.test(after)) continue;
    const comparator =
      /^(?:[<>≥≤~]|up|at|more|less|longer|within|under|over|about|around|approx|between|no|exceed)/i.test(
        plain.slice(start, end),
      );
    if (comparator || graceBefore.test(before) || graceAfter.test(after)) {
      return { lasts: upper, from: startup.test(plain) ? 'pod-start' : 'onset' };
    }
  }
  return undefined;
}
