import { hash } from 'node:crypto';

/** Above this a pool is emptied and begins anew: sharing saves memory, it must not become a leak. */
const most = 20_000;

/** Returns what was made before for the same raw value, else makes it. What is shared is frozen: a change would be everybody's. */
export function makeShare<T extends object>(make: (raw: unknown) => T): (raw: unknown, key?: string) => T {
  const known = new Map<string, T>();
  return (raw, key = JSON.stringify(raw)) => {
    const name = key.length > 200 ? hash('sha1', key, 'base64') : key;
    const found = known.get(name);
    if (found) return found;
    if (known.size >= most) known.clear();
    const made = freeze(make(raw));
    known.set(name, made);
    return made;
  };
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner);
  return Object.freeze(value);
}

const words = new Map<string, string>();

/** The same text as one string in memory, for what thousands of objects repeat: reasons, images, nodes. */
export function sharedWord<T extends string | undefined>(text: T): T;
export function sharedWord(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const found = words.get(text);
  if (found !== undefined) return found;
  if (words.size >= most) words.clear();
  words.set(text, text);
  return text;
}
