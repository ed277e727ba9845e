import { formatDuration } from '../../lib/duration.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { findMoment, findTime } from '../grammar/conditions.ts';
import { behindSuppression, readExceptions, readGrace, readSuppression } from '../grammar/known-issue.ts';
import { readWindows } from '../grammar/windows.ts';
import type { Bound, Window } from '../revision.ts';
import type { Head, IssueLine } from './known-issue-parts.ts';
import { checkRest, isNothing, readLength, readValue } from './values.ts';

/** A bullet without a label that begins with a day and goes on with a time of day is meant as a window. */
export const beginsLikeWindow =
  /^(?:(?:on|from|between|only|usually)\s+)*(?:every|each|daily|nightly|weekly|monthly|biweekly|fortnightly|first|last|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?|weekdays?|weekends?|\d{4}-\d{2}-\d{2})\b.*(?:\d{1,2}:\d{2}|\d\s*[ap]\.?m\b)/i;

/** What a window cannot be kept to. "during the rebuild" and "while it runs" only say what happens in it. */
const windowCondition = /\b(?:if|unless|only (?:if|when|on|in)|provided|as long as|in case|depending)\b.*/i;

const looksLikeTime = (text: string): boolean =>
  /\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:daily|weekly|monthly|nightly|weekends?|weekdays?)\b/i.test(
    text,
  );

export function boundOf(head: Head, lines: readonly IssueLine[], reader: Reader, draft: Draft): Bound {
  const zone = draft.revision.cluster.timezone;
  const windows: Window[] = [];
  let grace: { lasts: number; from: 'onset' | 'pod-start' } | undefined;
  for (const { entry, id } of lines) {
    if (id === 'grace') {
      const lasts = readLength(reader, entry, entry.label?.name ?? 'Up to', 'upper');
      if (lasts !== undefined) grace = { lasts, from: readGrace(`${head.title} up to 5 minutes`)?.from ?? 'onset' };
    } else if (id === 'window' || id === undefined) {
      const text = id === undefined ? entry.text : readValue(reader, entry).text;
      const read = readWindows(text, zone);
      if (read) {
        windows.push(...read.windows);
        const says = read.windows.map((window) => window.says).join('; ');
        const condition = windowCondition.exec(read.rest)?.[0];
        if (condition !== undefined && !/\d/.test(read.rest) && !readExceptions(read.rest).unreadable)
          reader.problem('value-half-read', entry, { word: condition, value: says });
        if (id === 'window')
          checkRest(
            reader,
            read.windows.map(({ says }) => says).join('; '),
            read.rest,
            entry.placeOf(entry.label?.start ?? 0),
          );
        if (!draft.zoneGiven && read.windows.some(({ repeats }) => repeats !== 'once'))
          reader.problem('timezone-missing', entry, { word: read.windows[0]?.says ?? text });
      } else if (id === undefined && beginsLikeWindow.test(text))
        reader.problem('issue-window-unreadable', entry, { word: text });
      else if (id === undefined) grace ??= readGrace(text);
      else if (!/\*\s+\*/.test(text) && readGrace(text)) grace = readGrace(text);
      else if (looksLikeTime(text) && !isNothing(text))
        reader.problem('issue-window-unreadable', entry.placeOf(entry.label?.start ?? 0), { word: text });
      else if (!isNothing(text)) reader.problem('guidance', entry, { word: entry.text.slice(0, 80) });
    }
  }
  if (windows.length === 0) windows.push(...(readWindows(head.title, zone)?.windows ?? []));
  checkTimes(head, lines, windows, zone, reader);
  // A window is silent to its end: what lasts longer than the grace beside it would be as well.
  if (windows.length > 0 && grace)
    for (const { entry, id } of lines)
      if (id === 'grace') reader.problem('guidance', entry, { word: entry.text.slice(0, 80) });
  if (windows.length > 0) return { type: 'windows', windows };
  // "for 5 minutes at night" would be silent at every hour.
  for (const { entry, id } of lines) {
    const moment = id === undefined || id === 'window' || id === 'grace' ? findMoment(entry.text) : undefined;
    if (
      moment !== undefined &&
      (readGrace(entry.text) || readSuppression(entry.text)) &&
      timeOf(behindSuppression(entry.text), windows) === undefined
    )
      reader.problem('issue-window-unreadable', entry, { word: moment });
  }
  grace ??= readGrace(head.title);
  return grace ? { type: 'grace', ...grace } : { type: 'none' };
}

/** What happens whenever somebody deploys something: no clock says when. */
const occasion =
  /\b(?:after|during|while|following|upon|on|before|at)\s+(?:(?:an?|the|our|each|every|any|node|rolling)\s+){0,2}(?:re-?)?(?:deploy(?:s|ing|ments?)?|rollouts?|releas(?:es?|ing)|upgrad(?:es?|ing)|updates?|updating|failovers?|migrations?|campaigns?)\b/i;
const occasionWords = /deploy|rollout|releas|upgrad|updat|failover|migration|campaign/i;
const clockTime =
  /\b(?:before|after|between|from|until|till|at)\s+(?:\d{1,2}:\d{2}|\d{1,2}\s?(?:[ap]\.?m\b|h\b|o['’]clock)|noon\b|midnight\b)/i;

/** What bounds the silence and cannot be kept to: "do not flag at night" beside a window, a grace "after deployments". */
function checkTimes(
  head: Head,
  lines: readonly IssueLine[],
  windows: readonly Window[],
  zone: string,
  reader: Reader,
): void {
  const hasTitle = lines.some(({ entry }) => entry.text.startsWith(head.title));
  const texts: [string, Place][] = [
    ...lines
      .filter(({ id }) => id !== 'why' && id !== 'owner' && id !== 'until' && id !== 'guidance')
      .map(({ entry }): [string, Place] => [entry.text, entry]),
    ...(hasTitle ? [] : [[head.title, head.place] satisfies [string, Place]]),
  ];
  for (const [text, place] of texts) {
    const word = timeOf(behindSuppression(text), windows);
    if (word !== undefined && !readWindows(text, zone)) reader.problem('issue-window-unreadable', place, { word });
  }
  for (const { entry, id } of lines) {
    if (id !== undefined && id !== 'window') continue;
    const read = readWindows(entry.text, zone);
    const grace = read || windows.length > 0 ? undefined : readGrace(entry.text);
    const text = read?.rest ?? entry.text;
    const [word] = (grace?.from === 'onset' || read) && occasionWords.test(text) ? (occasion.exec(text) ?? []) : [];
    if (word === undefined) continue;
    if (grace?.from === 'onset')
      reader.problem('value-half-read', entry, { word, value: `Up to: ${formatDuration(grace.lasts)}` });
    else if (read && /^(?:after|following|upon)\b/i.test(word))
      reader.problem('value-half-read', entry, { word, value: read.windows.map(({ says }) => says).join('; ') });
  }
}

/** The time that a silence is held to behind its phrase; where there is a window, "during maintenance" means that one. */
function timeOf(behind: string, windows: readonly Window[]): string | undefined {
  if (behind === '') return undefined;
  const time = findTime(behind.replace(/\b(?:maintenance )?windows?\b/gi, ' ')) ?? clockTime.exec(behind)?.[0];
  return windows.length > 0 && time !== undefined && /maintenance/i.test(time) ? undefined : time;
}

export function sayBound(bound: Bound): string {
  if (bound.type === 'windows') return bound.windows.map(({ says }) => says).join('; ');
  if (bound.type === 'none') return 'not silent, in the daily digest while it lasts';
  return `for ${formatDuration(bound.lasts)} ${bound.from === 'onset' ? 'from its onset' : "from the pod's start"}`;
}
