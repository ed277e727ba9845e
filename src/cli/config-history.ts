import { formatMoment } from '../lib/duration.ts';
import { count, oneLine } from '../lib/text.ts';
import type { MonitorRecord } from '../record/open-record.ts';
import { isSentBack, loadPin, loadRevisions, loadSentBack, type SavedRevision } from '../record/revisions.ts';
import { exitCodes } from './exit-codes.ts';
import { toJson } from './json.ts';
import { type Output, paints, table } from './output.ts';
import { findInForce, zoneOf } from './saved-revisions.ts';
import { withRecord } from './with-record.ts';

export type HistoryOptions = { output: string };

/** So much of an edit is shown; `config diff` has all of it. */
const mostSentences = 5;

/** The accepted revisions, the newest first: who changed what when, and what that changed in meaning. */
export function printHistory({ output: format }: HistoryOptions, output: Output): Promise<number> {
  return withRecord((record) => {
    const rows = readHistory(record);
    const zone = zoneOf(record);
    if (format === 'json')
      output.print(toJson(rows.map(({ saved: { files, ...rest }, ...states }) => ({ ...rest, ...states }))));
    else if (rows.length === 0) output.print('No revision was accepted yet.');
    else {
      const [head = '', ...lines] = table([header, ...rows.flatMap((row) => sayRow(row, zone))]).split('\n');
      output.print([paints(output).bold(head), ...lines].join('\n'));
    }
    return exitCodes.done;
  });
}

const header = ['  revision', 'when', 'who', 'from', 'what it changed'];

type Row = { saved: SavedRevision; inForce: boolean; pinned?: string; sentBack?: string };

function readHistory(record: MonitorRecord): Row[] {
  const [inForce, pin] = [findInForce(record)?.id, loadPin(record)];
  const sentBack = loadSentBack(record);
  return loadRevisions(record).map((saved) => ({
    saved,
    inForce: saved.id === inForce,
    ...(pin?.revision === saved.id && { pinned: pin.why }),
    ...(isSentBack(saved, sentBack) && { sentBack: sentBack.find(({ id }) => id === saved.id)?.why ?? '' }),
  }));
}

/** Several lines where an edit changed several things. */
function sayRow({ saved, inForce, pinned, sentBack }: Row, zone: string): string[][] {
  const { id, at, author, from, says } = saved;
  const sentences = [
    ...(pinned === undefined ? [] : [`pinned: ${pinned}`]),
    ...(sentBack === undefined ? [] : [`sent back: ${sentBack}`]),
    ...says.slice(0, says.length > mostSentences ? mostSentences - 1 : mostSentences),
    ...(says.length > mostSentences ? [`and ${count(says.length - mostSentences + 1, 'more change')}`] : []),
  ].map((sentence) => oneLine(sentence, 200));
  const [first = 'nothing in meaning', ...rest] = sentences;
  return [
    [`${inForce ? '*' : ' '} ${id}`, formatMoment(at, zone), oneLine(author ?? '', 40), oneLine(from, 60), first],
    ...rest.map((sentence) => ['', '', '', '', sentence]),
  ];
}
