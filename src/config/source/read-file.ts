import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import type { Problem } from '../revision.ts';
import { decodeText } from './decode.ts';
import { mostBytes, sourceProblem } from './source-set.ts';

/** What to do about the errors of the file system; the last row is for all others. */
const faults: readonly (readonly [string, string, string, string])[] = [
  [
    'EACCES',
    'file-denied',
    'The file may not be read by this user.',
    'Set `defaultMode: 0444`, or `fsGroup` to a group of the pod.',
  ],
  [
    'EPERM',
    'file-denied',
    'The file may not be read by this user.',
    'Set `defaultMode: 0444`, or `fsGroup` to a group of the pod.',
  ],
  ['ENOENT', 'file-missing', 'The file is not there.', 'Write it again, or correct the path.'],
  ['ELOOP', 'file-link', 'The file is a link that leads nowhere.', 'Put the file itself there.'],
  ['ENOTDIR', 'file-missing', 'The file is not there.', 'Correct the path.'],
];

/**
 * Reads a file of configuration. Links are followed only where they stay below `inside`; what is no regular file, is too large or
 * may not be read is a problem, never an exception.
 */
export async function readTextFile(
  path: string,
  name: string,
  inside?: string,
): Promise<{ text?: string; problems: Problem[] }> {
  const refuse = (code: string, message: string, cure: string) => ({
    problems: [sourceProblem(name, code, message, cure)],
  });
  try {
    const real = await realpath(path);
    if (inside !== undefined && !real.startsWith(inside.endsWith(sep) ? inside : inside + sep)) {
      return refuse('file-outside', 'The file is a link that leaves its folder.', 'Put the file itself there.');
    }
    // Not blocking: opening a pipe would wait for its writer for ever. The real path has no link left to follow.
    const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (!found.isFile()) return refuse('file-not-regular', 'This is no regular file.', 'Put a text file there.');
      if (found.size > mostBytes) return refuse('file-too-large', 'The file is far too large.', 'The most is 256 KiB.');
      // Read one byte more than allowed: a file may grow after it was measured.
      const buffer = Buffer.alloc(Math.min(found.size + 65_536, mostBytes + 1));
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) break;
      }
      if (length > mostBytes) return refuse('file-too-large', 'The file is far too large.', 'The most is 256 KiB.');
      return decodeText(buffer.subarray(0, length), name);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { problems: [faultOf(error, name)] };
  }
}

/** An error of the file system as a problem with its cure. */
export function faultOf(error: unknown, name: string): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const row = faults.find(([known]) => known === code);
  if (row) return sourceProblem(name, row[1], row[2], row[3]);
  return sourceProblem(
    name,
    'file-unreadable',
    `The file cannot be read (${code || 'unknown reason'}).`,
    'Look at the volume or the disk.',
  );
}
