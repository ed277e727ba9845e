import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertCase, readScenario, runCase } from './support/scenario.ts';

const folder = join(import.meta.dirname, 'scenarios');

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  for (const one of readScenario(readFileSync(join(folder, file), 'utf8'))) {
    test(`${file}: ${one.title}`, async () => assertCase(one, await runCase(one)));
  }
}
