import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Revision } from '../src/config/revision.ts';
import type { OutboxEntry } from '../src/notify/delivery.ts';
import { emptyMemory, type Memory } from '../src/triage/incident.ts';
import { assertCase, readScenario, runCase } from './support/scenario.ts';
import { sentEntry } from './support/told.ts';

const folder = join(import.meta.dirname, 'scenarios');

/** What one case leaves for the next. */
type Left = { memory: Memory; before?: Revision; past: OutboxEntry[] };
const nothing: Left = { memory: emptyMemory, past: [] };

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  describe(file, () => {
    let left = nothing;
    for (const one of readScenario(readFileSync(join(folder, file), 'utf8'))) {
      test(one.title, async () => {
        const { memory, ...story } = one.continues ? left : nothing;
        const result = await runCase(one, memory, story);
        left = {
          memory: result.memory,
          before: result.revision,
          past: [...story.past, ...result.deliveries.map(sentEntry)],
        };
        assertCase(one, result);
      });
    }
  });
}
