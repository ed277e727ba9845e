import { formatDuration } from '../../lib/duration.ts';
import type { Entry, Section } from '../document.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { findDurations, readDuration } from '../grammar/duration.ts';
import { readLabelName } from '../labels.ts';
import { priorities, severities } from '../revision.ts';
import type { Group } from './add-service.ts';
import { readDefaultPriority } from './cluster-information.ts';
import { looksLikeRule } from './judged.ts';
import { downtimeIn, readDowntime, warnOfDowntime } from './service-downtime.ts';
import { severitiesIn } from './severity-words.ts';
import { checkCondition, denied, given, readValue, suggestLabel } from './values.ts';

const priorityWord = /\bP(\d+)\b/gi;

/** `Priority 0` is P0. `Tier 1` may be the first or the second: it is no priority. */
const spelled = /\b(?:priority|prio)[ -]?(\d)\b/gi;

const tier = /\btier[ -]?\d\b/i;

/** What a text with a priority in it says about its group; undefined where it names none that exists. */
export function groupOf(words: string, place: Place, reader: Reader): Group | undefined {
  const title = words.replace(spelled, 'P$1');
  const [other] = /\bP\d/i.test(title) ? [] : (tier.exec(title) ?? []);
  if (other !== undefined) reader.problem('priority-unknown', place, { word: other });
  const written = [...title.matchAll(priorityWord)].map((match) => match[0].toUpperCase());
  const wrong = written.find((word) => !priorities.some((priority) => priority === word));
  if (wrong !== undefined) reader.problem('priority-unknown', place, { word: wrong });
  const named = priorities.filter((priority) => written.includes(priority));
  const [first] = named;
  if (!first) return undefined;
  const isRange = named.length > 1 && /P\d\s*(?:-|–|—|to|through|\.\.)\s*P?\d/i.test(title);
  const range = isRange
    ? priorities.slice(priorities.indexOf(first), priorities.indexOf(named.at(-1) ?? first) + 1)
    : named;
  const isDenied = denied.test(/\bdowntime\s*:?\s*(.*)/i.exec(title)?.[1] ?? '');
  const downtime =
    /\b(?:max(?:imum|\.)?|down(?:time)?|within)\b/i.test(title) && !isDenied
      ? readDuration(title.replace(priorityWord, ''), 'lower')
      : undefined;
  if (
    /\bmax(?:imum|\.)?\b.*\d|\bmax(?:imum|\.)?\s+downtime\s*:/i.test(title.replace(priorityWord, '')) &&
    !(downtime && 'length' in downtime)
  )
    reader.problem('duration-unreadable', place, { label: 'Max downtime', word: title });
  return {
    priority: first,
    range,
    ...given('maxDowntime', downtime && 'length' in downtime ? downtime.length : undefined),
  };
}

export const priorityPlace = (section: Section): Place => section.placeOf(Math.max(0, section.title.search(/\bP\d/i)));

/** A group has the priority that its heading names, always and for all of it. */
const priorityBound =
  /\b(?:not|non|below|under|above|over|except|without|almost|nearly|lower than|higher than|at (?:least|most))\s+P\d\b|\bP\d\s?\+|\bP\d\s*(?:&|and|or)\s+(?:below|above|lower|higher|up|beyond|under)\b|\bP\d\b[^:–—]{0,20}\b(?:at night|nights|on (?:week|mon|tues|wednes|thurs|fri|satur|sun)\w*|during|if|unless|except|otherwise|when|only (?:at|on|if|when|during|for))\b[^)]*/i;

/** What bounds the priority or the downtime of a heading with services below it: "(P1 at night)", "(not P1)", "max 10 minutes on weekdays". */
export function checkHeading(title: string, group: Group, place: Place, reader: Reader): void {
  const bound = priorityBound.exec(title)?.[0];
  if (bound !== undefined) reader.problem('value-half-read', place, { word: bound, value: group.priority });
  const [first] = group.maxDowntime === undefined ? [] : findDurations(title);
  const behind = first ? (/^[^)\]]*/.exec(title.slice(first.end))?.[0] ?? '') : '';
  const value = `max downtime ${formatDuration(group.maxDowntime ?? 0)}`;
  if (findDurations(behind).length > 0) reader.problem('value-half-read', place, { word: behind.trim(), value });
  else if (bound === undefined) checkCondition(reader, value, behind, place);
}

/** `## Tools (P3) -> log only, SEV-4` caps as a line of its own does; a severity without an arrow caps nothing. */
export function readHeadingCap(section: Section, group: Group, reader: Reader): void {
  const at = section.title.search(/\bSEV[ -]?\d/i);
  if (at < 0) return;
  const [severity] = severitiesIn(section.title.slice(at), section.placeOf(at), reader);
  if (severity && /(?:→|⇒|➜|-{1,2}>|=>|\blog only\b)/.test(section.title.slice(0, at))) {
    const [beside] = capBound.exec(section.title.slice(at).replace(/\bSEV[ -]?\d/i, ' ')) ?? [];
    if (beside !== undefined)
      reader.problem('value-half-read', section.placeOf(at), { word: beside, value: `-> log only, ${severity}` });
    group.cap = severity;
  } else if (severity) reader.problem('guidance', section.placeOf(at), { word: section.title.slice(at) });
}

const capBound =
  /\b(?:SEV[ -]?\d|P\d|(?:at|on|by)(?=\s+(?!most\b|worst\b|default\b|the most\b)[\p{L}\d])|for(?!\s+(?:all|these|this|them|the|any|every)\b)|from|during|outside|unless|except|if|when|while|until|after|before|but|nights?|week(?:end|day)s?)\b.*/iu;

/** `**Max downtime**: 5 minutes` and `-> log only, SEV-4` between heading and list. */
export function readGroupLine(entry: Entry, group: Group, reader: Reader, draft: Draft): void {
  if (entry.label && readLabelName(entry.label.name, ['defaultPriority'])) {
    readDefaultPriority(readValue(reader, entry), entry, reader, draft);
    return;
  }
  if (entry.arrow) {
    const cap = severities.find((severity) =>
      entry.text
        .toUpperCase()
        .replace(/SEV[ -]?(?=\d)/g, 'SEV-')
        .includes(severity),
    );
    if (!cap && !/\b(?:sev|alert|page|log|notify|digest)/i.test(entry.text)) return;
    if (!cap && looksLikeRule(entry.text, draft)) reader.problem('cap-unreadable', entry, { word: entry.text });
    else if (!cap) reader.problem('guidance', entry, { word: entry.text });
    if (!cap) return;
    // A cap holds always: what bounds it or names a second one would decide nothing.
    const [beside] = capBound.exec(entry.text.replace(/\bSEV[ -]?\d/i, ' ')) ?? [];
    if (beside !== undefined) reader.problem('value-half-read', entry, { word: beside, value: `-> log only, ${cap}` });
    group.cap = cap;
    reader.understood(entry, `no incident of these services is more severe than ${cap}`);
    return;
  }
  const down = downtimeIn(entry.text);
  if (down === undefined) {
    if (!suggestLabel(entry, ['maxDowntime'], reader)) warnOfDowntime(entry, reader);
    return;
  }
  const length = readDowntime(down.value, entry.placeOf(down.start), undefined, reader, draft);
  if (length === undefined) return;
  group.maxDowntime = length;
  reader.understood(entry, `these services may be down for at most ${formatDuration(length)}`);
}
