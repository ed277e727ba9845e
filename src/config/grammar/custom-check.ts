import { nearestWord } from '../../lib/text.ts';
import { findJqFault } from './jq-syntax.ts';
import { type ShellFault, type ShellPipeline, type ShellWord, splitShell } from './shell-words.ts';

/** What a custom check reads, and the jq filter that prints what is wrong. */
export type CheckCommand = {
  kinds: string[];
  namespace?: string;
  allNamespaces: boolean;
  selector?: string;
  filter: string;
};

const form = "kubectl get KINDS [-A | -n NAMESPACE] [-l SELECTOR] -o json | jq 'FILTER'";

/** A fence is a few lines; this is far more. */
const longest = 16_384;

/** Reading commands whose result the monitor has of its own accord. */
const listingVerbs = new Set(
  'top describe events logs version cluster-info api-resources api-versions explain rollout auth'.split(' '),
);
/** What people pipe a listing through to read it. */
const pagers = new Set('tail head grep egrep sort wc awk sed less more cat column cut uniq jq tr'.split(' '));

/** Options of `kubectl get` and what they set. */
const options: readonly { names: readonly string[]; sets: 'all' | 'namespace' | 'selector' | 'output' }[] = [
  { names: ['-A', '--all-namespaces'], sets: 'all' },
  { names: ['-n', '--namespace'], sets: 'namespace' },
  { names: ['-l', '--selector'], sets: 'selector' },
  { names: ['-o', '--output'], sets: 'output' },
];
const jqFlags = new Set(['-r', '-c', '-rc', '-cr', '--raw-output', '--compact-output']);

type Reading = { check?: CheckCommand; builtIn?: string; error?: ShellFault };

/**
 * Reads the `bash` fence of a custom check. `check`: what to list and the filter. `builtIn`: a plain listing, named,
 * which needs no check. `error`: what cannot be run here, with what to write instead; lines count from the fence's first.
 */
export function readCustomCheck(bashText: string): Reading {
  if (bashText.length > longest) return refuse('The command is too long.', `Write at most ${longest} characters.`, 1);
  const { pipelines, fault } = splitShell(bashText);
  if (fault) return { error: fault };
  if (pipelines.length === 0) return refuse('There is no command in it.', `Write \`${form}\`.`, 1);
  let result: Reading = {};
  for (const pipeline of pipelines) {
    const read = readPipeline(pipeline);
    if (read.error) return read;
    if (read.check && result.check) {
      return refuse('There are two checks under one heading.', 'Give each its own heading.', lineOf(pipeline[0]));
    }
    result = { ...result, ...read };
  }
  return result;
}

function readPipeline([first = [], ...others]: ShellPipeline): Reading {
  const line = lineOf(first);
  const command = first[0]?.text ?? '';
  if (command !== 'kubectl' && command !== 'k')
    return refuse(`"${command}" is not available here.`, `Write \`${form}\`.`, line);
  const read = readKubectl(first.slice(1), line);
  if ('error' in read) return read;
  if (read.verb !== 'get' || read.output !== 'json') return readListing(read, others, line);
  const jq = others[0];
  if (!jq) return { builtIn: `kubectl get ${read.kinds.join(',')}` };
  if (others.length > 1) {
    return refuse(
      `"| ${others[1]?.[0]?.text ?? ''}" after jq is not available.`,
      'Do it inside the jq filter.',
      lineOf(others[1]),
    );
  }
  if (read.unknown) return read.unknown;
  return readJq(jq, read);
}

type Kubectl = {
  verb: string;
  kinds: string[];
  output?: string;
  namespace?: string;
  all: boolean;
  selector?: string;
  /** What only a check must not have: a listing may. */
  unknown?: Reading;
};

function readKubectl(words: readonly ShellWord[], line: number): Kubectl | { error: ShellFault } {
  const read: Kubectl = { verb: '', kinds: [], all: false };
  const names: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word) break;
    if (!word.text.startsWith('-')) {
      names.push(word.text);
      continue;
    }
    const option = splitOption(word.text);
    const known = options.find((each) => each.names.includes(option.name));
    if (!known) {
      const near = nearestWord(
        option.name,
        options.flatMap((each) => each.names.filter((name) => name.length > 2)),
      );
      const cure = near && near !== option.name ? `Did you mean ${near}?` : 'Filter in jq instead.';
      read.unknown ??= refuse(`kubectl's option ${option.name} is not available in a check.`, cure, word.line);
      continue;
    }
    if (known.sets === 'all') {
      read.all = option.value !== 'false';
      continue;
    }
    const value = option.value ?? words[++at]?.text;
    if (!value) return fail(`${option.name} needs a value.`, `Write \`${form}\`.`, word.line);
    read[known.sets] = value;
  }
  const [verb = '', kinds = '', ...more] = names;
  read.verb = verb;
  read.kinds = kinds.split(',').filter(Boolean);
  const secret = [kinds, ...more].join(',').split(',').find(isSecret);
  if (secret !== undefined)
    return fail(`"${secret}" is never read.`, 'Check what uses it instead, for example pods.', line);
  if (verb !== 'get') return read;
  if (read.kinds.length === 0) return fail('`kubectl get` names nothing to list.', `Write \`${form}\`.`, line);
  const odd = read.kinds.find(
    (kind) => !/^[a-z][a-z0-9-]{0,62}(?:\.[a-z0-9.-]{1,200})?$/i.test(kind) || kind === 'all',
  );
  if (odd !== undefined)
    read.unknown ??= refuse(`"${odd}" is not a kind.`, 'Write resource names such as pods or deployments.apps.', line);
  if (more.length > 0)
    read.unknown ??= refuse(
      `A check lists a kind, not "${more.join(' ')}".`,
      'Select by `.metadata.name` in jq.',
      line,
    );
  return read;
}

function splitOption(text: string): { name: string; value?: string } {
  const equals = text.indexOf('=');
  if (text.startsWith('--'))
    return equals < 0 ? { name: text } : { name: text.slice(0, equals), value: text.slice(equals + 1) };
  const value = text.slice(2).replace(/^=/, '');
  return value && /^-[nlo]/.test(text) ? { name: text.slice(0, 2), value } : { name: text };
}

function isSecret(kind: string): boolean {
  return /^secrets?(?:$|[./])/i.test(kind);
}

function readListing(read: Kubectl, others: ShellPipeline, line: number): Reading {
  if (read.verb !== 'get' && !listingVerbs.has(read.verb)) {
    return refuse(`"kubectl ${read.verb}" is not a reading command.`, `Write \`${form}\`.`, line);
  }
  for (const stage of others) {
    const command = stage[0]?.text ?? '';
    if (command === 'jq') return refuse('jq needs JSON.', 'Add `-o json` to `kubectl get`.', lineOf(stage));
    if (!pagers.has(command)) return refuse(`"${command}" is not available here.`, `Write \`${form}\`.`, lineOf(stage));
  }
  return { builtIn: `kubectl ${read.verb}${read.kinds.length > 0 ? ` ${read.kinds.join(',')}` : ''}` };
}

function readJq([command, ...words]: readonly ShellWord[], read: Kubectl): Reading {
  const line = command?.line ?? 1;
  if (command?.text !== 'jq') {
    return pagers.has(command?.text ?? '')
      ? { builtIn: `kubectl get ${read.kinds.join(',')}` }
      : refuse(`"${command?.text}" is not available here.`, `Write \`${form}\`.`, line);
  }
  const filters: ShellWord[] = [];
  for (const word of words) {
    if (!word.quoted && word.text.startsWith('-')) {
      if (!jqFlags.has(word.text))
        return refuse(`jq's option ${word.text} is not available.`, 'Only -r and -c are.', word.line);
    } else filters.push(word);
  }
  const [filter, second] = filters;
  if (!filter?.text.trim())
    return refuse('jq has no filter.', "Write it in single quotes: jq '.items[] | select(...)'.", line);
  if (second)
    return refuse('jq has more than one filter.', 'Put the whole filter in one pair of single quotes.', second.line);
  if (/(?:^|[\s;|])(?:import|include)\s/.test(filter.text))
    return refuse('jq modules are not available.', 'Write the function into the filter.', filter.line);
  const fault = findJqFault(filter.text);
  if (fault) return refuse(fault.message, fault.cure, filter.line + fault.line - 1);
  const { kinds, namespace, all, selector } = read;
  return {
    check: {
      kinds: kinds.map((kind) => kind.toLowerCase()),
      allNamespaces: all,
      ...(namespace !== undefined && !all && { namespace }),
      ...(selector !== undefined && { selector }),
      filter: filter.text.trim(),
    },
  };
}

function lineOf(stage: readonly ShellWord[] | undefined): number {
  return stage?.[0]?.line ?? 1;
}

function refuse(message: string, cure: string, line: number): Reading {
  return { error: { message, cure, line } };
}

function fail(message: string, cure: string, line: number): { error: ShellFault } {
  return { error: { message, cure, line } };
}
