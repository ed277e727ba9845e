import type { Figure } from '../measure.ts';
import type { Bed } from './bed.ts';
import { timeEdits } from './edits.ts';
import { timeEffects } from './effects.ts';
import { timeEditsUnderLoad } from './load.ts';
import { timeMounts } from './mounts.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import { countHeld, type Held } from './reloads.ts';

export type PartOptions = { kubeconfig: string; isEmbedded: boolean; edits: number; reloads: number };

/** What a part found: lines for people, and its share of the JSON. */
export type Measured = { figures: Figure[]; json: Record<string, Percentiles | Held | number> };

type Part = {
  /** Measured for `--output json` even where it is not named. */
  json: boolean;
  run: (bed: Bed, options: PartOptions) => Promise<Measured>;
};

/** What `bench:reload` measures, in this order. */
export const parts = {
  edits: {
    json: true,
    async run(bed, { edits }) {
      const found = percentilesOf(await timeEdits(bed, edits));
      return {
        figures: [
          {
            what: 'a ConfigMap is written -> its revision is in force, median',
            value: found.p50,
            unit: 'ms',
            limit: 180,
          },
          { what: `the same, 99 of 100 of ${edits} edits`, value: found.p99, unit: 'ms', limit: 250 },
        ],
        json: { active_ms: found },
      };
    },
  },
  load: {
    json: false,
    async run(bed, { edits }) {
      const { times, pods, updates } = await timeEditsUnderLoad(bed, edits);
      const found = percentilesOf(times);
      const load = `while ${pods} pods are listed and ${Math.round(updates)} updates of pods a second arrive`;
      return {
        figures: [
          { what: `a ConfigMap is written -> its revision is in force, ${load}, median`, value: found.p50, unit: 'ms' },
          { what: `the same, 99 of 100 of ${edits} edits`, value: found.p99, unit: 'ms', limit: 400 },
        ],
        json: { loaded_ms: found },
      };
    },
  },
  effects: {
    json: true,
    async run(bed, { edits }) {
      const found = percentilesOf(await timeEffects(bed, edits));
      return {
        figures: [
          {
            what: 'a ConfigMap is written -> what it does to an incident is in the outbox, median',
            value: found.p50,
            unit: 'ms',
          },
          { what: `the same, 99 of 100 of ${edits} edits`, value: found.p99, unit: 'ms', limit: 1000 },
        ],
        json: { effect_ms: found },
      };
    },
  },
  mounts: {
    json: true,
    async run(bed, { edits }) {
      const found = percentilesOf(await timeMounts(bed, edits));
      return {
        figures: [
          { what: 'a mounted ConfigMap is swapped -> its revision is in force, median', value: found.p50, unit: 'ms' },
          { what: `the same, 99 of 100 of ${edits} edits`, value: found.p99, unit: 'ms', limit: 300 },
        ],
        json: { file_ms: found },
      };
    },
  },
  reloads: {
    json: false,
    async run(bed, { reloads }) {
      const { first, last } = await countHeld(bed, reloads);
      const after = `after ${reloads} reloads : after ${Math.ceil(reloads / 10)}`;
      return {
        figures: [
          {
            what: `heap of the daemon ${after} (${sayHeld(first, last, 'heap')} MiB)`,
            value: last.heap / first.heap,
            unit: 'x',
            limit: 1.1,
          },
          {
            what: `resident memory ${after} (${sayHeld(first, last, 'resident')} MiB)`,
            value: last.resident / first.resident,
            unit: 'x',
            limit: 1.25,
          },
          {
            what: `open files ${after} (${sayHeld(first, last, 'files')})`,
            value: last.files / first.files,
            unit: 'x',
            limit: 1,
          },
          {
            what: `timers ${after} (${sayHeld(first, last, 'timers')})`,
            value: last.timers / first.timers,
            unit: 'x',
            limit: 1,
          },
        ],
        json: { reloads, held_first: first, held_last: last },
      };
    },
  },
} satisfies Record<string, Part>;

export type PartName = keyof typeof parts;

const sayHeld = (first: Held, last: Held, what: keyof Held): string =>
  `${last[what].toFixed(0)} : ${first[what].toFixed(0)}`;
