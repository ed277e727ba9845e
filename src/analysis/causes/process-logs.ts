import { oneLine } from '../../lib/text.ts';
import { type CauseRow, findRow } from './cause.ts';

/** What programs print before they give up, in the words of shells, runtimes and servers. The order decides within a line. */
const rows = [
  {
    cause: 'disk-full',
    pattern:
      /no space left on device|\bENOSPC\b|disk quota exceeded|There is not enough space on the disk|No usable temporary directory|database or disk is full/i,
  },
  {
    cause: 'port-conflict',
    pattern:
      /address (?:is )?already in use|\bEADDRINUSE\b|bind: address in use|Address in use|port \d+ (?:is |was )?already (?:in use|allocated|taken)|Only one usage of each socket address|could not bind to.*already/i,
  },
  {
    cause: 'memory-limit',
    pattern:
      /java\.lang\.OutOfMemoryError|JavaScript heap out of memory|fatal error: runtime: out of memory|^MemoryError\b|std::bad_alloc|cannot allocate memory|\bENOMEM\b/i,
  },
  {
    cause: 'missing-setting',
    pattern: new RegExp(
      [
        /env(?:ironment)?[ _-]?var(?:iable)?s?\b.{0,80}(?:not (?:set|defined|found|provided|present|specified)|missing|required|must be|unset|undefined|empty)/,
        /(?:missing|undefined|unset|empty|no)\b.{0,20}\b(?:required )?(?:env(?:ironment)?(?: var(?:iable)?s?)?|setting|config(?:uration)? (?:key|value|option|property)|command[- ]line argument)\b/,
        /required (?:key|setting|option|flag|property|argument|config(?:uration)?)\b.{0,60}(?:missing|not (?:set|found|provided|specified))/,
        /required (?:setting|configuration|option|property)s? .{0,60}(?:is|are) missing/,
        /parameter (?:null or )?not set|unbound variable/,
        /Could not resolve placeholder '/,
        /You need to specify one of the following as an environment variable|superuser password is not specified/,
        /(?:config(?:uration)?|settings|properties|\.ya?ml|\.toml|\.json|\.conf|\.ini|\.env)\b.{0,60}(?:no such file or directory|file not found|does not exist|FileNotFoundException)/,
        /open \S+\.(?:ya?ml|toml|json|conf|ini|env|properties): no such file/,
      ]
        .map(({ source }) => source)
        .join('|'),
      'i',
    ),
  },
  // These are told by their capitals: DB_HOST is a setting, db_host may be a column.
  {
    cause: 'missing-setting',
    pattern:
      /KeyError: '[A-Z][A-Z0-9_]+'|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b['"`]? (?:(?:is |was )?(?:not (?:set|defined|provided|specified)|undefined|unset|required|missing|empty)|must be (?:set|defined|provided|specified))/,
  },
  {
    cause: 'bad-command',
    pattern:
      /exec format error|executable file not found|(?:^|: )(?:line )?(?:\d+: )?\S+: (?:command )?not found\s*$|Cannot find module '|can't open (?:file )?'[^']+': (?:\[Errno 2\] )?No such file|Could not find or load main class|Unable to access jarfile|ModuleNotFoundError|unknown (?:command|flag|option|shorthand flag)\b|flag provided but not defined|unrecognized (?:option|arguments?)|invalid option --/i,
  },
  {
    cause: 'volume-permission',
    pattern:
      /(?:\/\S+.{0,60}(?:permission denied|Operation not permitted|Read-only file system|\bEACCES\b|\bEROFS\b)|(?:permission denied|EACCES|EROFS|PermissionError|AccessDeniedException|Operation not permitted|Read-only file system).{0,60}['" ]\/\S+)/i,
  },
] as const satisfies readonly CauseRow[];

/** Looks like a refused file and is none: database rights, ports below 1024, sockets, the API. */
const notAFile =
  /permission denied (?:for|to) |bind\(?\)?.{0,40}permission denied|listen .{0,60}permission denied|https?:\/\/|docker\.sock|status(?: code)?[ :=]*40[13]/i;

export type ProcessCause = { cause: (typeof rows)[number]['cause']; line: string };

/** A program says at the end why it ends. */
const looksAt = 60;

/** The cause that the last telling line of a log shows. Undefined where none is telling. */
export function findProcessCause(lines: readonly string[]): ProcessCause | undefined {
  for (const line of lines.slice(-looksAt).reverse()) {
    const short = line.slice(0, 1000);
    const found = findRow(rows, short);
    if (!found || (found.row.cause === 'volume-permission' && notAFile.test(short))) continue;
    return { cause: found.row.cause, line: oneLine(line, 200) };
  }
  return undefined;
}
