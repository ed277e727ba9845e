import { compileFiles } from '../config/compile.ts';
import { defaultFiles } from '../config/default/default-files.ts';
import { loadSaved } from '../config/keep/go-back.ts';
import type { InForce, Pin, Saved } from '../config/keep.ts';
import type { Revision, SourceFile } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { isSentBack } from '../record/revisions.ts';

/** What the record keeps of earlier configurations. */
export type KeptRevisions = {
  /** The newest first. */
  revisions: readonly Saved[];
  pin: Pin | undefined;
  /** Contents that cycles failed under, and when they were sent back. */
  sentBack: readonly { id: string; at: Millis }[];
};

/** So many kept revisions are tried: a newer version of this program may refuse what an older one accepted. */
const mostTried = 5;

/**
 * What is in force before a source has been heard: the revision that a rollback holds, else the newest kept one, else the built-in
 * default. What was sent back after it was last accepted is passed over.
 */
export async function findInitial(
  { revisions, pin, sentBack }: KeptRevisions,
  compile: (files: SourceFile[]) => Promise<Revision>,
  now: Millis,
): Promise<InForce> {
  const pinned = revisions.filter(({ id }) => id === pin?.revision);
  const others = revisions.filter(
    (one) => one.id !== pin?.revision && one.id !== pin?.instead && !isSentBack(one, sentBack),
  );
  for (const saved of [...pinned, ...others].slice(0, mostTried)) {
    const ready = await loadSaved(saved, compile);
    if (typeof ready === 'string') continue;
    const { revision, problems } = ready;
    const { at, author } = saved;
    return { ...ready, revision: { ...revision, problems }, at, ...(author !== undefined && { author }) };
  }
  const files = defaultFiles();
  const revision = compileFiles(files);
  return { files, problems: [], from: 'built-in default', kind: 'default', halves: {}, revision, at: now };
}
