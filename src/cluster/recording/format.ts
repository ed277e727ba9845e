import * as z from 'zod';
import { sourceNames } from '../snapshot.ts';

/** A recording is a folder: this file, and one gzipped `List` per source with one object on each line. */
export const metaFile = 'meta.json';
export const sourceFile = (source: string): string => `${source}.json.gz`;

/** Raised when a reader of before could not read what is written now. */
export const formatVersion = 1;

const source = z.enum(sourceNames);

export const metaSchema = z.object({
  format: z.literal('k8s-monitor recording'),
  version: z.number().int(),
  /** When it was taken, epoch milliseconds: its clock. */
  at: z.number(),
  cluster: z.object({ id: z.string(), name: z.string(), version: z.string().optional() }),
  coverage: z.array(
    z.object({
      source,
      state: z.enum(['complete', 'partial', 'denied', 'absent']),
      count: z.number(),
      reason: z.string().optional(),
      seenAt: z.number().optional(),
    }),
  ),
});
export type RecordedMeta = z.infer<typeof metaSchema>;

export const logSchema = z.object({
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  previous: z.boolean(),
  lines: z.array(z.string()),
});

/** A recording that cannot be read: a sentence for whoever named it. */
export class RecordingError extends Error {
  override name = 'RecordingError';
}
