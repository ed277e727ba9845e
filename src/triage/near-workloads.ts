import type { Ref } from '../cluster/objects.ts';
import type { ServiceEntry } from '../config/revision.ts';
import { nearestWord } from '../lib/text.ts';

/** More candidates than this are no help. */
const most = 3;

/** Slips are costly to count: of so many that begin or end alike, in the order of the cluster. */
const mostCounted = 500;

/**
 * What an entry that matched nothing may have meant, the nearest first, at most three: its name in another namespace, its
 * name as namespace and name in one ("shop-api" for shop/api), a name within a few slips, a name of which it is a part.
 */
export function findNearWorkloads(service: ServiceEntry, candidates: readonly Ref[]): Ref[] {
  const wanted = [service.workload?.name ?? service.name, ...service.aliases].map((name) => name.toLowerCase());
  let counted = 0;
  const count = (name: string, other: string): boolean =>
    ++counted <= mostCounted && nearestWord(name, [other]) !== undefined;
  const rated = candidates.flatMap((ref) => {
    const far = Math.min(...wanted.map((name) => distance(name, ref, count)));
    return Number.isFinite(far) ? [{ ref, far: far + (isElsewhere(service, ref) ? 0.5 : 0) }] : [];
  });
  return rated
    .sort((a, b) => a.far - b.far || (sortKey(a.ref) < sortKey(b.ref) ? -1 : 1))
    .slice(0, most)
    .map(({ ref }) => ref);
}

const isElsewhere = ({ namespace }: ServiceEntry, ref: Ref): boolean =>
  namespace !== undefined && ref.namespace !== namespace;

const sortKey = ({ namespace = '', name }: Ref): string => `${namespace}/${name}`;

/** 0 the same name, 2.5 hardly alike; infinite where nothing speaks for it. */
function distance(wanted: string, ref: Ref, hasFewSlips: (name: string, other: string) => boolean): number {
  const name = ref.name.toLowerCase();
  const namespace = (ref.namespace ?? '').toLowerCase();
  if (name === wanted) return 0;
  if (`${namespace}-${name}` === wanted || `${name}-${namespace}` === wanted || `${namespace}/${name}` === wanted)
    return 0.5;
  // Of short names any two are within two slips: they must at least begin alike, longer ones begin or end so.
  const isClose = wanted[0] === name[0] || (wanted.length > 4 && wanted.at(-1) === name.at(-1));
  const mostSlips = Math.max(2, Math.floor(wanted.length / 3));
  if (isClose && Math.abs(wanted.length - name.length) <= mostSlips && hasFewSlips(wanted, name)) return 1.5;
  const [parts, words] = [name.split(/[-_.]/), wanted.split(/[-_.\s]/)];
  const isPart = (few: readonly string[], many: readonly string[]): boolean =>
    few.join('').length > 2 && few.every((word) => many.includes(word));
  return isPart(words, parts) || isPart(parts, words) ? 2.5 : Number.POSITIVE_INFINITY;
}
