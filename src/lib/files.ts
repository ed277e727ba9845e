import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file so that a reader, or a crash, finds the old text or the new one and nothing between. Makes its folder. Throws what
 * writing throws. Without `flush` the same holds for a crash of the program, and not for a loss of power.
 */
export function writeFileAtomic(path: string, text: string, { flush = true } = {}): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `.${basename(path)}.${process.pid}.draft`);
  try {
    const file = openSync(draft, 'w', 0o640);
    try {
      writeSync(file, text);
      if (flush) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
