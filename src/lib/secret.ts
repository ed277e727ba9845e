import { readFileSync, statSync } from 'node:fs';

const printed = '<secret>';

/** A value that no log, error, template or JSON can print. Only `reveal()` gives it, at the place of use. */
export type Secret = {
  reveal(): string;
  /** Whether there is something to reveal now: a file that is absent or empty is a secret that nobody set (yet). */
  isThere(): boolean;
  toString(): string;
  toJSON(): string;
};

/** A secret held in memory (an environment variable). */
export function secretOf(value: string): Secret {
  return conceal(
    () => value,
    () => true,
  );
}

/** A secret read from its file at each use, so that a rotated one needs no restart. Throws what reading throws. */
export function secretInFile(path: string): Secret {
  return conceal(
    () => readFileSync(path, 'utf8').trim(),
    () => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
}

function conceal(reveal: () => string, isThere: () => boolean): Secret {
  const secret = {
    isThere,
    toString: () => printed,
    toJSON: () => printed,
    [Symbol.for('nodejs.util.inspect.custom')]: () => printed,
  };
  // Not enumerable: spreading or listing a secret must not carry its value along.
  Object.defineProperty(secret, 'reveal', { value: reveal, enumerable: false });
  return secret as typeof secret & { reveal(): string };
}
