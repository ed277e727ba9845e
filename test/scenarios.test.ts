import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { emptyMemory } from '../src/triage/incident.ts';
import { assertCase, readScenario, runCase } from './support/scenario.ts';

const folder = join(import.meta.dirname, 'scenarios');

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  describe(file, () => {
    let memory = emptyMemory;
    for (const one of readScenario(readFileSync(join(folder, file), 'utf8'))) {
      test(one.title, async () => {
        const result = await runCase(one, one.continues ? memory : emptyMemory);
        memory = result.memory;
        assertCase(one, result);
      });
    }
  });
}
