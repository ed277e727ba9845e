import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decideSpeaker,
  type SourceEvent,
  type SpeakingSource,
  sourceEvents,
  speakerRows,
  speakingSources,
} from './speaker.ts';

const events = Object.keys(sourceEvents).filter((name): name is SourceEvent => name in sourceEvents);

test('who speaks: every state has exactly one row for every event, with a sentence', () => {
  for (const from of speakingSources) {
    for (const on of events) {
      const rows = speakerRows.filter((row) => row.from === from && row.on === on);
      assert.equal(rows.length, 1, `${from} on ${on}`);
      assert.match(rows[0]?.because ?? '', /^[A-Z].*\.$/);
    }
  }
  assert.equal(speakerRows.length, speakingSources.length * events.length);
});

/** What happens, and who speaks in the end. */
const stories: [string, SourceEvent[], SpeakingSource][] = [
  ['a start with everything there', ['saved-found', 'api-answers', 'files-readable'], 'api'],
  ['a start without the API (F42)', ['saved-found', 'api-away', 'files-readable'], 'files'],
  ['a start with nothing but the record (F6, F35)', ['saved-found', 'api-away', 'files-unreadable'], 'saved'],
  ['the very first start with nothing', ['api-away', 'files-unreadable'], 'default'],
  ['the slower files never overrule the API', ['api-answers', 'files-unreadable', 'files-readable'], 'api'],
  ['the API goes, the files stand in (F39)', ['api-answers', 'api-away', 'files-readable'], 'files'],
  ['the API goes, and there are no files', ['api-answers', 'api-away', 'files-unreadable'], 'saved'],
  ['the API goes, then the files (F28)', ['api-answers', 'api-away', 'files-readable', 'files-unreadable'], 'saved'],
  ['the API comes back', ['api-away', 'files-readable', 'api-answers'], 'api'],
  ['files come back while the API is away', ['api-away', 'files-unreadable', 'files-readable'], 'files'],
];
for (const [what, happens, speaks] of stories) {
  test(`who speaks: ${what}`, () => {
    const start: SpeakingSource = 'default';
    const end = happens.reduce<SpeakingSource>((from, on) => decideSpeaker(from, on).to, start);
    assert.equal(end, speaks);
  });
}

test('who speaks: once something was in force, the built-in default never comes back', () => {
  assert.ok(speakerRows.every(({ from, to }) => from === 'default' || to !== 'default'));
});
