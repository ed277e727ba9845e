import type { SourceKind } from '../../config/keep.ts';

/** Which source decides what is in force. `saved` is the last good revision, `default` the built-in one: then no source speaks. */
export type SpeakingSource = SourceKind;
export const speakingSources: readonly SpeakingSource[] = ['api', 'files', 'saved', 'default'];

/** What can change who speaks. */
export const sourceEvents = {
  'api-answers': 'both ConfigMaps were read through the API',
  'api-away': 'the API watch on them was not connected for 60 s, or the API did not give them at the start',
  'files-readable': 'both mounted directories were read, each with Markdown in it',
  'files-unreadable': 'a mounted directory vanished, was emptied, or may not be read',
  'saved-found': 'at the start: a revision that was in force before is kept in the record',
} as const;
export type SourceEvent = keyof typeof sourceEvents;

export type SpeakerRow = { from: SpeakingSource; on: SourceEvent; to: SpeakingSource; because: string };

const apiTruth = 'The API is the truth and seconds ahead of the mounted files.';
const filesStandIn =
  'The API does not give the ConfigMaps, so the mounted files speak; what the API replaced, they do not bring back.';
const keptStays = 'Neither the API nor mounted files give a configuration: the last good revision stays in force.';
const defaultStays =
  'Nothing has given a configuration yet: the built-in default keeps watch until the API or files do.';
const onlyLag = 'The API is watched, so the mounted files only tell how far they are behind.';

/** Every state with every event. `saved` is entered on the way from the API to files, too: then `files-readable` follows at once. */
export const speakerRows: readonly SpeakerRow[] = [
  { from: 'default', on: 'api-answers', to: 'api', because: apiTruth },
  { from: 'default', on: 'api-away', to: 'default', because: defaultStays },
  { from: 'default', on: 'files-readable', to: 'files', because: filesStandIn },
  { from: 'default', on: 'files-unreadable', to: 'default', because: defaultStays },
  { from: 'default', on: 'saved-found', to: 'saved', because: keptStays },

  { from: 'saved', on: 'api-answers', to: 'api', because: apiTruth },
  { from: 'saved', on: 'api-away', to: 'saved', because: keptStays },
  { from: 'saved', on: 'files-readable', to: 'files', because: filesStandIn },
  { from: 'saved', on: 'files-unreadable', to: 'saved', because: keptStays },
  { from: 'saved', on: 'saved-found', to: 'saved', because: keptStays },

  { from: 'files', on: 'api-answers', to: 'api', because: apiTruth },
  { from: 'files', on: 'api-away', to: 'files', because: filesStandIn },
  { from: 'files', on: 'files-readable', to: 'files', because: filesStandIn },
  { from: 'files', on: 'files-unreadable', to: 'saved', because: keptStays },
  { from: 'files', on: 'saved-found', to: 'files', because: filesStandIn },

  { from: 'api', on: 'api-answers', to: 'api', because: apiTruth },
  { from: 'api', on: 'api-away', to: 'saved', because: keptStays },
  { from: 'api', on: 'files-readable', to: 'api', because: onlyLag },
  { from: 'api', on: 'files-unreadable', to: 'api', because: apiTruth },
  { from: 'api', on: 'saved-found', to: 'api', because: apiTruth },
];

/** The row that says who speaks after the event, and why. */
export function decideSpeaker(from: SpeakingSource, on: SourceEvent): SpeakerRow {
  return speakerRows.find((row) => row.from === from && row.on === on) ?? { from, on, to: from, because: '' };
}

export const firstSpeaker: SpeakerRow = { from: 'default', on: 'api-away', to: 'default', because: defaultStays };
