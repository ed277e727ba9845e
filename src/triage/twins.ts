import type { ScoredChange } from '../changes/change.ts';
import type { Pod, PodSpec, Ref, Workload } from '../cluster/objects.ts';
import { makeRefIndex, type RefIndex } from '../cluster/ref-index.ts';
import { refKey, refName, type World } from '../cluster/world.ts';
import { count, listWords } from '../lib/text.ts';
import { isReady } from './readiness.ts';

/** Compares what fails with what is like it and does not: in evidence, and in the weight of the changes before it. */
export type Twins = (root: Ref, changes: readonly ScoredChange[]) => { says: string[]; changes: ScoredChange[] };

/** So much of a change's score is left where the revision before it fails as well. */
const doubt = 0.3;
const mostSays = 3;

/** Lookups over the twins of one cycle; the index is made when it is first asked for. */
export function makeTwins(world: World): Twins {
  let wellUsers: Users | undefined;
  return (root, changes) => {
    const workload = world.workload(root);
    if (!workload) return { says: [], changes: [...changes] };
    const pods = world.podsOf(root).filter(({ deleting, phase }) => deleting === undefined && phase !== 'Succeeded');
    const weighed = changes.map((change) => weigh(change, root, pods));
    wellUsers ??= indexWellUsers(world);
    const says = [...sayRevisions(changes, root, pods), ...sayNodes(pods), ...sayShared(workload, wellUsers)];
    return { says: says.slice(0, mostSays), changes: weighed.sort((a, b) => b.score - a.score) };
  };
}

/** Pods of the revision that a rollout replaced. */
function podsBefore({ kind, subject, from }: ScoredChange, root: Ref, pods: readonly Pod[]): Pod[] {
  if (kind !== 'rollout' || from === undefined || refKey(subject) !== refKey(root)) return [];
  return pods.filter(({ owners, labels }) => {
    const hash = labels['controller-revision-hash'];
    return owners[0]?.name === from || hash === from || `${subject.name}-${hash}` === from;
  });
}

/** A change does not stand alone as the cause where what ran before it fails too. */
function weigh(change: ScoredChange, root: Ref, pods: readonly Pod[]): ScoredChange {
  const before = podsBefore(change, root, pods);
  if (before.length === 0) return change;
  const well = before.filter(isReady).length;
  if (well > 0) return { ...change, because: `${change.because}; the revision before it is well` };
  const score = Math.round(change.score * doubt * 100) / 100;
  return { ...change, score, because: `${change.because}; but pods of the revision before it fail too` };
}

function sayRevisions(changes: readonly ScoredChange[], root: Ref, pods: readonly Pod[]): string[] {
  return changes.flatMap((change) => {
    const before = podsBefore(change, root, pods);
    if (before.length === 0) return [];
    const well = before.filter(isReady).length;
    return `compared with the revision before: ${well > 0 ? `${well} of ${count(before.length, 'pod')} ready` : 'its pods fail too'}`;
  });
}

/** Whether it fails on one node only, or beside a twin that is well. */
function sayNodes(pods: readonly Pod[]): string[] {
  const failing = pods.filter((pod) => !isReady(pod) && pod.node !== undefined);
  const nodes = new Set(failing.map(({ node }) => node));
  const well = pods.filter(isReady);
  if (failing.length === 0 || well.length === 0) return [];
  const beside = well.filter(({ node }) => nodes.has(node));
  if (beside.length > 0) return [`compared on its node: ${sayPods(beside.length)} there`];
  const [only] = nodes;
  return nodes.size === 1
    ? [`compared with other nodes: ${sayPods(well.length)} there, only those on ${only} fail`]
    : [];
}

/** Whoever runs the same image or reads the same configuration and is well. */
function sayShared(workload: Workload, { byImage, byConfiguration }: Users): string[] {
  const { namespace, template } = workload;
  const shared: [part: string, users: readonly Ref[] | undefined][] = [
    ...imagesOf(template).map((image): [string, Ref[] | undefined] => [`image ${image}`, byImage.get(image)]),
    ...configurationOf(template).map(({ kind, name }): [string, Ref[] | undefined] => [
      `${kind} ${namespace}/${name}`,
      byConfiguration.get(kind, namespace, name),
    ]),
  ];
  return [...new Map(shared)].flatMap(([part, users = []]) => {
    const others = users.filter((ref) => ref !== workload).map(refName);
    return others.length > 0
      ? `compared by ${part}: ${listWords(others, 2)} with the same ${others.length === 1 ? 'is' : 'are'} well`
      : [];
  });
}

/** Workloads that are well, by what they may have in common with others. */
type Users = { byImage: Map<string, Ref[]>; byConfiguration: RefIndex<Ref[]> };

function indexWellUsers({ snapshot }: World): Users {
  const users: Users = { byImage: new Map(), byConfiguration: makeRefIndex() };
  for (const workload of snapshot.workloads) {
    if (workload.owners.length > 0 || workload.wanted === 0 || workload.ready < workload.wanted) continue;
    const { namespace, template } = workload;
    for (const image of imagesOf(template)) users.byImage.set(image, withUser(users.byImage.get(image), workload));
    for (const { kind, name } of configurationOf(template)) {
      const known = users.byConfiguration.get(kind, namespace, name);
      users.byConfiguration.set(kind, namespace, name, withUser(known, workload));
    }
  }
  return users;
}

/** Once, however often a workload has the same part: it comes at a stretch. */
function withUser(users: Ref[] | undefined, workload: Workload): Ref[] {
  if (!users) return [workload];
  if (users.at(-1) !== workload) users.push(workload);
  return users;
}

const imagesOf = ({ containers }: PodSpec): string[] => containers.flatMap(({ init, image }) => (init ? [] : image));

function configurationOf({ containers, volumes }: PodSpec): { kind: string; name: string }[] {
  const mounted = volumes.flatMap(({ configMap, secret }) => [
    ...(configMap ? [{ kind: 'ConfigMap', name: configMap.name }] : []),
    ...(secret ? [{ kind: 'Secret', name: secret.name }] : []),
  ]);
  const read = containers.flatMap(({ env, envFrom }) => [
    ...envFrom,
    ...env.flatMap(({ from }) => (from?.name && from.kind !== 'Field' ? [{ kind: from.kind, name: from.name }] : [])),
  ]);
  return [...read, ...mounted];
}

const sayPods = (number: number): string => `${count(number, 'pod')} ${number === 1 ? 'is' : 'are'} ready`;
