import { compileFiles, hasErrors } from '../config/compile.ts';
import { defaultFiles } from '../config/default/default-files.ts';
import type { Offer } from '../config/keep.ts';
import type { Revision, SourceFile } from '../config/revision.ts';
import type { Log } from '../lib/log.ts';
import type { ConfigSource } from './config-source.ts';
import { sayRefusal, tellLoaded } from './tell-configuration.ts';

/** The configuration to begin with: the source's, or the built-in default, said loudly, where it is missing or refused. */
export async function bootRevision(
  source: ConfigSource,
  compile: (files: SourceFile[]) => Promise<Revision>,
  log: Log,
): Promise<Revision> {
  const offer = await source.read().catch((error: unknown) => {
    log.error(
      { source: source.name, error: error instanceof Error ? error.message : String(error) },
      'the configuration could not be read',
    );
    return { files: [], problems: [], from: source.name, kind: 'files', halves: {} } satisfies Offer;
  });
  const revision = offer.files.length > 0 ? await compile(offer.files) : undefined;
  const problems = [...offer.problems, ...(revision?.problems ?? [])];
  if (revision && !hasErrors({ ...revision, problems })) {
    tellLoaded(log, revision, offer.from);
    return { ...revision, problems };
  }
  const standard = compileFiles(defaultFiles());
  log.error(
    { source: source.name },
    sayRefusal({ id: revision?.id ?? '', problems, from: offer.from, at: 0 }, standard),
  );
  log.warn('the built-in default keeps watch: it knows none of your services');
  tellLoaded(log, standard, 'built-in default');
  return standard;
}
