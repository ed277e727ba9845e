import { toRfc3339 } from '../lib/duration.ts';

/** The fields of incidents, findings, messages and mutes that are moments, wherever they stand. */
const moments = new Set([
  'at',
  'since',
  'until',
  'openedAt',
  'settlesAt',
  'settlingSince',
  'recoveringSince',
  'wellSince',
  'endedAt',
  'toldAt',
  'deadline',
  'expectedUntil',
  'plannedAt',
  'notBefore',
  'nextAttemptAt',
  'sentAt',
  'triedAt',
  'reopened',
]);

/** A document of the record for programs: moments are RFC 3339, as in every JSON that the commands print. */
export function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (key, held: unknown) => {
      if (!moments.has(key)) return held;
      return Array.isArray(held) ? held.map(sayMoment) : sayMoment(held);
    },
    2,
  );
}

const sayMoment = (held: unknown): unknown => (typeof held === 'number' ? toRfc3339(held) : held);
