import { remember } from '../../lib/remember.ts';
import { type Token, word } from './window-days.ts';

/** Zones by the abbreviations that name one; anything else is an IANA name with a slash. */
export const zoneNames = new Map([
  ['utc', 'UTC'],
  ['gmt', 'UTC'],
  ['z', 'UTC'],
  ['cet', 'Europe/Berlin'],
  ['cest', 'Europe/Berlin'],
  ['bst', 'Europe/London'],
  ['est', 'America/New_York'],
  ['edt', 'America/New_York'],
  ['et', 'America/New_York'],
  ['cst', 'America/Chicago'],
  ['cdt', 'America/Chicago'],
  ['mst', 'America/Denver'],
  ['mdt', 'America/Denver'],
  ['pst', 'America/Los_Angeles'],
  ['pdt', 'America/Los_Angeles'],
  ['pt', 'America/Los_Angeles'],
]);

/** Abbreviations that are read as no zone, some of them because several countries have them. */
const otherZones =
  /\b(?:IST|JST|KST|SGT|HKT|PHT|PKT|ICT|WIB|GST|MSK|EES?T|WES?T|SAST|CAT|EAT|WAT|BRT|ART|CLT|HST|AK[SD]T|A[CEW][SD]T|NZ[SD]T)\b|\b(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc|US)\/[A-Z]/;

/** Whether a text names a zone that could not be read ("IST", "America/NewYork"). */
export const namesOtherZone = (text: string): boolean => otherZones.test(text);

/** Abbreviations that stand behind hours and are about something else. */
const noZones = /^(?:AND|NOT|BUT|OOM|CPU|RAM|API|ETL|SQL|DNS|SLA|CDN|ERP|CRM|SAP|JVM|VPN|TLS|SSL|HPA|SEV|TBD|ONLY)$/;

/** Whether three to five capitals behind hours, before the end or a sign, are a zone that nobody knows ("2-3 AM XYZ"). */
export function isStrangeZone(token: Token | undefined, after: Token | undefined, text: string): boolean {
  if (!token || (after && !/^[),.;:]$/.test(after.text)) || text === text.toUpperCase()) return false;
  const written = text.slice(token.start, token.end);
  return /^[A-Z]{3,5}$/.test(written) && !noZones.test(written) && !zoneNames.has(token.text);
}

/** `UTC`, `(Europe/Berlin)`, `CET`; "local time" and "server time" are the cluster's. */
export function readZone(
  tokens: readonly Token[],
  start: number,
  text: string,
): { name?: string; next: number } | undefined {
  const open = word(tokens, start, '(');
  const at = start + (open ? 1 : 0);
  const close = (next: number): number => next + (open && word(tokens, next, ')') ? 1 : 0);
  if (word(tokens, at, 'local', 'cluster', 'server') && word(tokens, at + 1, 'time')) return { next: close(at + 2) };
  const token = tokens[at];
  const named = zoneNames.get(token?.text ?? '');
  if (named) return { name: named, next: close(at + 1) };
  if (!token?.text.includes('/')) return undefined;
  const written = text.slice(token.start, token.end);
  return isZone(written) ? { name: written, next: close(at + 1) } : undefined;
}

/** Whether a name is a time zone of the IANA database. */
export const isZone: (name: string) => boolean = remember((name) => {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}, 64);
