import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

/** kubeconfig writes `null` for what it has not: as good as absent. */
const maybe = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);
const listOf = <T extends z.ZodType>(type: T) =>
  z
    .array(type)
    .nullish()
    .transform((value) => value ?? []);

const clusterShape = z.object({
  server: z.string({ error: 'server is missing' }),
  'certificate-authority': maybe(z.string()),
  'certificate-authority-data': maybe(z.string()),
  'insecure-skip-tls-verify': maybe(z.boolean()),
  'tls-server-name': maybe(z.string()),
  'proxy-url': maybe(z.string()),
});

const execShape = z.object({
  apiVersion: z.string(),
  command: z.string(),
  args: listOf(z.string()),
  env: listOf(z.object({ name: z.string(), value: z.string() })),
  installHint: maybe(z.string()),
  provideClusterInfo: maybe(z.boolean()),
  interactiveMode: maybe(z.string()),
});

const userShape = z.object({
  'client-certificate': maybe(z.string()),
  'client-certificate-data': maybe(z.string()),
  'client-key': maybe(z.string()),
  'client-key-data': maybe(z.string()),
  token: maybe(z.string()),
  tokenFile: maybe(z.string()),
  username: maybe(z.string()),
  password: maybe(z.string()),
  as: maybe(z.string()),
  'as-uid': maybe(z.string()),
  'as-groups': maybe(z.array(z.string())),
  exec: maybe(execShape),
  'auth-provider': maybe(z.object({ name: z.string() })),
});

const contextShape = z.object({ cluster: z.string(), user: maybe(z.string()), namespace: maybe(z.string()) });

const fileShape = z.object({
  'current-context': maybe(z.string()),
  clusters: listOf(z.object({ name: z.string(), cluster: maybe(z.unknown()) })),
  users: listOf(z.object({ name: z.string(), user: maybe(z.unknown()) })),
  contexts: listOf(z.object({ name: z.string(), context: maybe(z.unknown()) })),
});

export type KubeCluster = z.infer<typeof clusterShape>;
export type KubeUser = z.infer<typeof userShape>;
export type ExecPlugin = z.infer<typeof execShape>;

/** One context of a kubeconfig with what it names; paths in it are absolute. */
export type KubeContext = { name: string; namespace: string; cluster: KubeCluster; user: KubeUser };

/** The keys whose values are paths, relative to the file they stand in. */
const clusterPaths = ['certificate-authority'] as const;
const userPaths = ['client-certificate', 'client-key', 'tokenFile'] as const;

type Entry = { file: string; value: unknown };

/**
 * The wanted context, or the current one, of several kubeconfig files: as with kubectl the first file that says something wins,
 * and files that do not exist are passed over. Throws an Error that names the file and the entry that is wrong.
 */
export function loadKubeconfig(files: readonly string[], wanted?: string): KubeContext {
  const clusters = new Map<string, Entry>();
  const users = new Map<string, Entry>();
  const contexts = new Map<string, Entry>();
  let current: string | undefined;
  let found = 0;
  for (const file of files) {
    const text = readIfThere(file);
    if (text === undefined) continue;
    found++;
    const config = check(fileShape, parseYaml(text, file), `${file}`);
    current ||= config['current-context'];
    for (const { name, cluster } of config.clusters) keepFirst(clusters, name, { file, value: cluster });
    for (const { name, user } of config.users) keepFirst(users, name, { file, value: user });
    for (const { name, context } of config.contexts) keepFirst(contexts, name, { file, value: context });
  }
  if (found === 0) throw new Error(`there is no kubeconfig at ${files.join(', ')}`);

  const name = wanted ?? current;
  if (!name) throw new Error(`${files.join(', ')}: no current-context is set; contexts are ${namesOf(contexts)}`);
  const context = find(contexts, 'context', name, contextShape, files.join(', '));
  const cluster = find(clusters, 'cluster', context.value.cluster, clusterShape, context.file);
  const user = context.value.user
    ? find(users, 'user', context.value.user, userShape, context.file)
    : { file: context.file, value: userShape.parse({}) };
  for (const key of clusterPaths) cluster.value[key] = absolute(cluster.file, cluster.value[key]);
  for (const key of userPaths) user.value[key] = absolute(user.file, user.value[key]);
  const { exec } = user.value;
  // A bare command is looked up on PATH; one with a separator belongs to the file's folder.
  if (exec && /[\\/]/.test(exec.command)) exec.command = resolve(dirname(user.file), exec.command);
  return { name, namespace: context.value.namespace ?? 'default', cluster: cluster.value, user: user.value };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`${file} cannot be read (${code})`);
  }
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (error) {
    // Only the first line: the rest quotes the file, and the file holds secrets.
    const said = error instanceof Error ? (error.message.split('\n')[0] ?? '').replace(/:$/, '') : '';
    throw new Error(`${file} is no valid YAML: ${said}`);
  }
}

function keepFirst(entries: Map<string, Entry>, name: string, entry: Entry): void {
  if (!entries.has(name)) entries.set(name, entry);
}

function find<T extends z.ZodType>(
  entries: Map<string, Entry>,
  what: string,
  name: string,
  shape: T,
  from: string,
): { file: string; value: z.infer<T> } {
  const entry = entries.get(name);
  if (!entry) throw new Error(`${from}: there is no ${what} "${name}"; there are ${namesOf(entries)}`);
  return { file: entry.file, value: check(shape, entry.value ?? {}, `${entry.file}: ${what} "${name}"`) };
}

function check<T extends z.ZodType>(shape: T, value: unknown, where: string): z.infer<T> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${where}: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is wrong'}`);
}

function namesOf(entries: Map<string, Entry>): string {
  return [...entries.keys()].join(', ') || 'none';
}

function absolute(file: string, path: string | undefined): string | undefined {
  return path ? resolve(dirname(file), path) : undefined;
}
