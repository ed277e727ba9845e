import { day, hour, type Millis, minute, second } from './clock.ts';

const parts: [Millis, string][] = [
  [day, 'd'],
  [hour, 'h'],
  [minute, 'm'],
  [second, 's'],
];

/** A length of time as people say it, at most two units: `45s`, `12m`, `2h 5m`, `3d 4h`. */
export function formatDuration(length: Millis): string {
  let rest = Math.max(0, length);
  const said: string[] = [];
  for (const [unit, letter] of parts) {
    const count = Math.floor(rest / unit);
    if (count > 0) said.push(`${count}${letter}`);
    rest -= count * unit;
    if (said.length > 0 && (said.length === 2 || count === 0)) break;
  }
  return said.length > 0 ? said.join(' ') : '0s';
}

/** ISO 8601 for JSON: `PT5M`, `PT1H30M`, `P7D`, `PT0S`. Days are 24 hours. */
export function toIsoDuration(length: Millis): string {
  const days = Math.floor(length / day);
  const hours = Math.floor((length % day) / hour);
  const minutes = Math.floor((length % hour) / minute);
  const seconds = (length % minute) / second;
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`;
  if (!days && !time) return 'PT0S';
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
}

/** A moment as RFC 3339 in UTC without useless milliseconds: `2026-11-24T09:30:00Z`. */
export function toRfc3339(at: Millis): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** A moment in a zone, with the zone's name, as people read it: `2026-11-24 10:30 Europe/Berlin`. */
export function formatMoment(at: Millis, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${local.year}-${two(local.month)}-${two(local.day)} ${two(local.hour)}:${two(local.minute)} ${zone}`;
}
