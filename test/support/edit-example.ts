import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleFolder } from './config-files.ts';

export type Edit = [from: string, to: string];

/** The example with these edits, in a new folder below `folder`; a text that is not there fails the test. */
export function editExample(folder: string, edits: readonly Edit[]): string {
  const path = mkdtempSync(join(folder, 'edit-'));
  cpSync(exampleFolder, path, { recursive: true });
  const files = ['CLAUDE.md', 'agents/escalation-manager.md', 'agents/k8s-analyzer.md'].map((name) => join(path, name));
  for (const [from, to] of edits) {
    const file = files.find((one) => readFileSync(one, 'utf8').includes(from));
    assert.ok(file, from);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(from, () => to),
    );
  }
  return path;
}
