import type { Connection } from '../../cluster/api/connection.ts';
import type { HalfName, Offer } from '../../config/keep.ts';
import { isError } from '../../config/problems.ts';
import { filesOfHalf, halfNames, hashOfHalf } from '../../config/source/halves.ts';
import { type Millis, minute, second } from '../../lib/clock.ts';
import type { ConfigSource, SourceStatus } from '../config-source.ts';
import { type ConfigMapNames, openApiSide } from './api-side.ts';
import { findConditions } from './conditions.ts';
import { contentOf, type Disk, type FollowedFiles, openFiles } from './follow-files.ts';
import { keepHistory } from './half-history.ts';
import { decideSpeaker, firstSpeaker, type SourceEvent } from './speaker.ts';

/** Without a watch for so long, the mounted files speak. */
const awayAfter: Millis = minute;

/**
 * The two ConfigMaps, by name, through the API; where `folder` is given, with the directories that they are mounted at: for the
 * start and for when the API does not answer. `speaker.ts` says when which of the two speaks.
 */
export function configMapSource(
  connection: Connection,
  names: ConfigMapNames,
  options: { folder?: string; disk?: Disk } = {},
): ConfigSource {
  const { clock } = connection;
  const api = openApiSide(connection, names);
  const mount: FollowedFiles | undefined =
    options.folder === undefined ? undefined : openFiles([options.folder], clock, options.disk);
  const history = { orchestrator: keepHistory('orchestrator'), agents: keepHistory('agents') };
  const had = new Set<HalfName>();
  let speaker = firstSpeaker;
  let awaySince: Millis | undefined;
  let behindSince: Millis | undefined;
  let watching = false;
  /** The content that was handed over last. */
  let told: string | undefined;

  const happen = (event: SourceEvent): void => {
    speaker = decideSpeaker(speaker.to, event);
  };
  const isReadable = (offer: Offer | undefined): boolean =>
    offer !== undefined &&
    !offer.problems.some(isError) &&
    halfNames.every((half) => filesOfHalf(offer.files, half).length > 0);

  /** What was read from the mount, or is gone from it. */
  const takeFiles = (): void => {
    const offer = mount?.last();
    if (!offer) return;
    for (const half of halfNames) if (filesOfHalf(offer.files, half).length > 0) had.add(half);
    happen(isReadable(offer) ? 'files-readable' : 'files-unreadable');
    weighLag();
  };
  /** What the API has now goes into the history, also while it does not speak. */
  const takeApi = (): void => {
    const offer = api.offer();
    for (const half of halfNames) if (offer) history[half].give(offer.files, offer.halves[half] ?? {});
    weighLag();
  };
  /** The API answered after these files were read. Of a half that it does not have it said nothing. */
  const markOlder = (files: Offer['files']): void => {
    const given = api.offer()?.files ?? [];
    for (const half of halfNames) if (filesOfHalf(given, half).length > 0) history[half].markOlder(files);
  };
  const goAway = (): void => {
    awaySince ??= clock.now();
    happen('api-away');
    takeFiles();
  };

  const olderHalves = (): HalfName[] => {
    const files = mount?.last()?.files ?? [];
    return halfNames.filter((half) => history[half].judge(files) === 'older');
  };
  /** The mounted files; a half that the API had replaced already comes from what the API gave last. */
  const filesOffer = (offer: Offer): Offer => {
    const instead = new Map(olderHalves().map((half) => [half, history[half].newest()]));
    const halves = halfNames.map((half) => [half, instead.get(half)?.facts ?? offer.halves[half] ?? {}] as const);
    return {
      ...offer,
      files: halfNames.flatMap((half) => instead.get(half)?.files ?? filesOfHalf(offer.files, half)),
      halves: Object.fromEntries(halves),
    };
  };
  /** What there is to decide now; undefined where nothing could be read and that says nothing about the content. */
  const current = (): Offer | undefined => {
    const fromApi = api.offer();
    const fromFiles = mount?.last();
    if (speaker.to === 'api') return fromApi;
    if (speaker.to === 'files' && fromFiles) return filesOffer(fromFiles);
    // Nobody speaks: whoever has most of a configuration says what is missing.
    const answers = awaySince === undefined || api.isConnected() ? fromApi : undefined;
    if (answers && answers.files.length > 0) return answers;
    if (fromFiles && (fromFiles.files.length > 0 || had.size > 0)) return filesOffer(fromFiles);
    return answers;
  };

  const isBehind = (): boolean => {
    const files = mount?.last()?.files;
    const given = api.offer()?.files;
    if (!files || !given || !api.isWhole() || !api.isConnected()) return false;
    return halfNames.some((half) => hashOfHalf(files, half) !== hashOfHalf(given, half));
  };
  const weighLag = (): void => {
    behindSince = isBehind() ? (behindSince ?? clock.now()) : undefined;
  };
  const lag = (): Millis | undefined => {
    if (!mount?.last() || !api.isConnected() || !api.isWhole()) return undefined;
    return behindSince === undefined ? 0 : clock.now() - behindSince;
  };

  const status = (): SourceStatus => {
    const lastByte = api.lastByte();
    const lagging = lag();
    return {
      speaking: speaker.to,
      why: speaker.because,
      watchConnected: api.isConnected(),
      ...(lastByte !== undefined && { watchLastByte: lastByte }),
      ...(lagging !== undefined && { fileLagSeconds: lagging / second }),
      conditions: findConditions({
        names,
        api: {
          connected: api.isConnected() || !watching,
          fault: api.fault(),
          awaySince,
          map: api.map,
          offer: api.offer(),
        },
        ...(mount && {
          files: {
            name: mount.name,
            offer: mount.last(),
            had,
            older: speaker.to === 'files' ? olderHalves() : [],
            lag: lagging,
          },
        }),
      }),
    };
  };

  return {
    name: mount ? `${api.name}, mounted at ${options.folder}` : api.name,
    status,
    remember(earlier) {
      const given = earlier.filter(({ from }) => from === api.name);
      // What was in force last replaced all the others, wherever it came from.
      for (const { files } of [...given.toReversed(), ...earlier.slice(0, 1)])
        for (const half of halfNames) history[half].give(files, {});
      if (earlier.length > 0) happen('saved-found');
    },
    async read() {
      const files = await mount?.read();
      const answer = await api.ask().catch((error: Error) => error);
      const fault = answer instanceof Error ? answer : undefined;
      takeApi();
      // They were read before the API was asked.
      if (answer === true && files) markOlder(files.files);
      const answers = watching ? api.isConnected() : !fault;
      if (answers && api.isWhole()) {
        awaySince = undefined;
        happen('api-answers');
      } else if (!watching) {
        if (fault) goAway();
        else happen('api-away');
      }
      takeFiles();
      const offer = current();
      told = offer && contentOf(offer);
      if (offer) return offer;
      const reasons = [fault?.message, ...(files?.problems ?? []).map(({ message }) => message)];
      throw new Error(`the ${api.name} could not be read: ${reasons.filter(Boolean).join('; ')}`);
    },
    watch(onOffer, onStatus) {
      let toldStatus = '';
      let cancelAway: (() => void) | undefined;
      let stopped = false;
      let comparing = false;
      let comingBack = false;
      watching = true;
      told = undefined;

      const tellStatus = (): void => {
        const { speaking, why, watchConnected, conditions } = status();
        const says = JSON.stringify([speaking, why, watchConnected, conditions]);
        if (says === toldStatus) return;
        toldStatus = says;
        onStatus?.(status());
      };
      const speak = (): void => {
        if (stopped) return;
        tellStatus();
        const offer = current();
        if (!offer || contentOf(offer) === told) return;
        told = contentOf(offer);
        onOffer(offer);
      };
      const apiChanged = (): void => {
        if (stopped) return;
        takeApi();
        if (!api.isConnected()) {
          cancelAway ??= clock.wakeAt(clock.now() + awayAfter, () => {
            goAway();
            speak();
          });
        } else {
          cancelAway?.();
          cancelAway = undefined;
          awaySince = undefined;
          if (api.isWhole() && speaker.to === 'files') {
            void comeBack();
            return;
          }
          if (api.isWhole()) happen('api-answers');
        }
        speak();
      };
      /** A watch that goes on where it broke off tells of old changes first: what the API has now is asked for before it speaks. */
      const comeBack = async (): Promise<void> => {
        if (comingBack) return;
        comingBack = true;
        await api.ask().catch(() => false);
        comingBack = false;
        if (stopped) return;
        takeApi();
        if (api.isConnected() && api.isWhole()) happen('api-answers');
        speak();
      };
      const audited = (): void => {
        tellStatus();
        void compareWithApi();
      };
      const watch = api.watch({ change: apiChanged, audited });
      let files: { stop(): void } | undefined;
      // The API first: a start with both must not begin with the slower of the two.
      void watch.ready.then(() => {
        if (stopped) return;
        files = mount?.follow(() => {
          takeFiles();
          speak();
          void compareWithApi();
        });
      });
      /** Files with a content that the API never gave: either it was replaced before the API was watched, or the watch is deaf. */
      const compareWithApi = async (): Promise<void> => {
        const read = mount?.last()?.files ?? [];
        // The question is an audit itself, and an empty mount is new to every answer.
        if (comparing || !api.isConnected() || halfNames.every((half) => history[half].judge(read) !== 'new')) return;
        comparing = true;
        const answered = await api.ask().catch(() => false);
        comparing = false;
        if (!answered || stopped) return;
        takeApi();
        markOlder(read);
        speak();
      };
      return {
        stop() {
          stopped = true;
          cancelAway?.();
          files?.stop();
          watch.stop();
        },
      };
    },
  };
}
