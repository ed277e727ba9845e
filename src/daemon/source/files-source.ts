import type { Offer } from '../../config/keep.ts';
import { isError } from '../../config/problems.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ConfigSource, SourceStatus } from '../config-source.ts';
import { openFiles } from './follow-files.ts';
import { decideSpeaker, firstSpeaker, type SourceEvent } from './speaker.ts';

/** Folders, Markdown files and ConfigMap YAML files as the only source: nothing is asked of a cluster. */
export function filesSource(paths: readonly string[], clock: Clock): ConfigSource {
  const files = openFiles(paths, clock);
  let speaker = firstSpeaker;
  const happen = (event: SourceEvent): void => {
    speaker = decideSpeaker(speaker.to, event);
  };
  const faults = (offer: Offer | undefined): Offer['problems'] => (offer?.problems ?? []).filter(isError);
  const take = (offer: Offer): void =>
    happen(offer.files.length > 0 && faults(offer).length === 0 ? 'files-readable' : 'files-unreadable');
  const status = (): SourceStatus => ({
    speaking: speaker.to,
    why: speaker.to === 'files' ? `Nothing but the ${files.name} is read.` : speaker.because,
    conditions: faults(files.last())
      .slice(0, 1)
      .map(({ file, message, cure }) => `FilesUnreadable: ${files.name}, ${file}: ${message} ${cure}`),
  });
  return {
    name: files.name,
    status,
    remember(earlier) {
      if (earlier.length > 0) happen('saved-found');
    },
    async read() {
      const offer = await files.read();
      take(offer);
      return offer;
    },
    watch(onOffer, onStatus) {
      let told = '';
      return files.follow((offer) => {
        take(offer);
        const says = JSON.stringify(status());
        if (says !== told) onStatus?.(status());
        told = says;
        onOffer(offer);
      });
    },
  };
}
