import { isError } from '../config/problems.ts';
import { systemClock } from '../lib/clock.ts';
import { formatDuration, formatMoment } from '../lib/duration.ts';
import { cleanText, count, oneLine } from '../lib/text.ts';
import type { MonitorRecord } from '../record/open-record.ts';
import { loadPin } from '../record/revisions.ts';
import { type Configz, daemonUrl, readConfigz } from './ask-daemon.ts';
import { sayProblem } from './config-problems.ts';
import { exitCodes } from './exit-codes.ts';
import { toJson } from './json.ts';
import { type Output, paints, table } from './output.ts';
import { findInForce, zoneOf } from './saved-revisions.ts';
import { hasRecord, withRecord } from './with-record.ts';

export type StatusOptions = { output: string };

/** A screenful; all of it is in the JSON. */
const mostErrors = 20;

/** What is in force, and what is refused and why. Exit 0 in order, 1 where something is refused or degraded, or no daemon answers. */
export async function printStatus({ output: format }: StatusOptions, output: Output): Promise<number> {
  const configz = await readConfigz();
  if (!configz) return printRecorded(format, output);
  const faults = findFaults(configz);
  if (format === 'json') output.print(toJson({ daemon: daemonUrl(), ok: faults.length === 0, faults, ...configz }));
  else {
    output.print(table(rowsOf(configz).map(([what, says]) => [paints(output).bold(what), cleanText(says)])));
    for (const problem of errorsOf(configz).slice(0, mostErrors)) output.print(`  ${sayProblem(problem, output)}`);
    const more = errorsOf(configz).length - mostErrors;
    if (more > 0) output.print(`  and ${count(more, 'more error')}: \`k8s-monitor config status --output json\``);
    output.print('');
    output.print(faults.length === 0 ? paints(output).good('In order.') : faults.map(paints(output).bad).join('\n'));
  }
  return faults.length === 0 ? exitCodes.done : exitCodes.failed;
}

const errorsOf = ({ refused }: Configz) => (refused?.problems ?? []).filter(isError);

/** What keeps the answer from being "in order": each a sentence. A rollback that an operator asked for is none. */
function findFaults({ source, refused, pinned, candidate }: Configz): string[] {
  const { speaking = '', conditions, why = '' } = source;
  return [
    ...(refused ? ['The newest content is refused; the revision in force stays.'] : []),
    ...(speaking === 'saved' ? [`No source has a configuration: the saved copy is in force (${why}).`] : []),
    ...(speaking === 'default' ? [`The built-in default keeps watch: it knows none of your services (${why}).`] : []),
    ...(pinned?.by === 'probation' ? ['Cycles failed under the newest content: the one before it is in force.'] : []),
    ...(candidate?.state === 'held' ? ['The content changes too often: it is held until it stands still.'] : []),
    ...conditions.map((condition) => `Condition: ${condition}`),
  ].map((sentence) => oneLine(sentence, 300));
}

type Row = [what: string, says: string];

function rowsOf({ source, active, previous, candidate, refused, pinned, pair }: Configz): Row[] {
  const speaks = [source.name, source.speaking, source.why]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
  return [
    ['in force', `${active.revision}${since(active.since)}${of(' from', active.from)}${of(' by', active.author)}`],
    ['source', speaks],
    ...row(
      'watch',
      source.watchConnected === undefined ? undefined : source.watchConnected ? 'connected' : 'not connected',
    ),
    ...row('files lag', source.fileLagSeconds === undefined ? undefined : formatDuration(source.fileLagSeconds * 1000)),
    ...row('before', previous?.revision),
    ...row(
      'waiting',
      candidate && `${candidate.revision ?? 'new content'}: ${candidate.state}${since(candidate.since)}`,
    ),
    ...row('pair', pair && sayPair(pair)),
    ...row(
      'pinned',
      pinned &&
        `${pinned.revision}${of(':', pinned.why)} (by ${pinned.by ?? 'operator'})${of(' until the content is another than', pinned.instead)}`,
    ),
    ...row(
      'refused',
      refused &&
        `${refused.revision}${since(refused.since)}: ${count(refused.problems.filter(isError).length, 'error')}`,
    ),
  ];
}

const sayPair = ({ state, orchestrator, agents }: NonNullable<Configz['pair']>): string =>
  orchestrator === undefined || agents === undefined
    ? state
    : `WaitingForPair: the orchestrator is of bundle ${oneLine(orchestrator, 60)}, the agents are of ${oneLine(agents, 60)}`;

const row = (what: string, says: string | null | undefined): Row[] => (says ? [[what, says]] : []);
const of = (word: string, says: string | undefined): string => (says ? `${word} ${oneLine(says, 100)}` : '');

function since(moment: string | undefined): string {
  const at = Date.parse(moment ?? '');
  return Number.isNaN(at) ? '' : ` since ${moment} (${formatDuration(systemClock.now() - at)})`;
}

/** What the record knows, where no daemon answers. */
async function printRecorded(format: string, output: Output): Promise<number> {
  const says = `No daemon answers at ${daemonUrl()}.`;
  const known = hasRecord() ? await withRecord(readKnown).catch(sayUnreadable) : undefined;
  if (format === 'json') output.print(toJson({ daemon: null, ok: false, ...known?.document }));
  else
    output.print(
      [says, ...(known?.sentences ?? ['There is no record here either: set K8S_MONITOR_DATA_DIR.'])].join('\n'),
    );
  return exitCodes.failed;
}

const sayUnreadable = (error: Error): { document: object; sentences: string[] } => ({
  document: { record: error.message },
  sentences: [error.message],
});

function readKnown(record: MonitorRecord): { document: object; sentences: string[] } {
  const [last, pin] = [findInForce(record), loadPin(record)];
  if (!last) return { document: {}, sentences: ['The record keeps no revision yet.'] };
  const { id: revision, at, from, author } = last;
  const who = author === undefined ? '' : ` by ${oneLine(author, 40)}`;
  return {
    document: {
      lastInForce: { revision, at, from, ...(author !== undefined && { author }) },
      ...(pin && { pinned: pin }),
    },
    sentences: [
      `Last in force: ${revision}, accepted ${formatMoment(at, zoneOf(record))} from ${oneLine(from, 100)}${who}.`,
      ...(pin ? [`Pinned until the content is another than ${pin.instead}: ${oneLine(pin.why, 200)}`] : []),
    ],
  };
}
