import type { Resources } from '../objects.ts';
import { type Fields, fields } from './read.ts';

/** Factors of Kubernetes' quantity suffixes. */
const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
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
  const [, digits, exponent, suffix] = match;
  return exponent ? Number(`${digits}e${exponent}`) : Number(digits) * (factors[suffix ?? ''] ?? 1);
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
