import type { Resources } from '../objects.ts';
import { type Fields, fields } from './read.ts';

/** Decimal suffixes as powers of ten: `700m` multiplied out would be 0.7000000000000001. */
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** `250m` is 0.25 (cores), `1Gi` 1073741824 (bytes), `1e3` 1000; absent where it is no quantity. */
export function quantity(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(value);
  if (!match) return undefined;
  const [, digits, exponent, suffix = ''] = match;
  return Number(`${digits}e${exponent ?? decimal[suffix] ?? 0}`) * (binary[suffix] ?? 1);
}

/** cpu in cores, memory and ephemeral storage in bytes, of a `requests`, `limits`, `capacity` or `usage`. */
export function resources(value: unknown): Resources {
  const from: Fields = fields(value);
  const to: Resources = {};
  const cpu = quantity(from['cpu']);
  const memory = quantity(from['memory']);
  const ephemeral = quantity(from['ephemeral-storage']);
  if (cpu !== undefined) to.cpu = cpu;
  if (memory !== undefined) to.memory = memory;
  if (ephemeral !== undefined) to.ephemeral = ephemeral;
  return to;
}
