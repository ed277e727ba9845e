import type { Millis } from '../lib/clock.ts';

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A copy of recorded objects with every moment in them moved, so that a recording of last month happens now. */
export function shiftTimes(value: unknown, by: Millis): unknown {
  if (typeof value === 'string') return moment.test(value) ? moved(value, by) : value;
  if (Array.isArray(value)) return value.map((item) => shiftTimes(item, by));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shiftTimes(item, by)]));
  return value;
}

/** The newest moment in recorded objects: when they were recorded. 0 where there is none. */
export function newestTime(value: unknown): Millis {
  if (typeof value === 'string') return moment.test(value) ? Date.parse(value) : 0;
  if (value === null || typeof value !== 'object') return 0;
  let newest = 0;
  for (const item of Object.values(value)) newest = Math.max(newest, newestTime(item));
  return newest;
}

function moved(text: string, by: Millis): string {
  const at = new Date(Date.parse(text) + by).toISOString();
  // MicroTime fields keep their six digits, all others have none.
  return text.includes('.') ? at.replace('Z', '000Z') : at.replace(/\.\d+Z$/, 'Z');
}
