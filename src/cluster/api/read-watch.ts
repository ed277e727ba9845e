import { fields, isFields } from '../project/read.ts';
import { type ApiAnswer, parseJson } from './connection.ts';
import { ApiFailure, failureOfStatus } from './failure.ts';
import { yieldLongTurn } from './yield-turn.ts';

export type WatchEvent = {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: Readonly<Record<string, unknown>>;
  resourceVersion: string;
  /** A bookmark that ends the initial events of a WatchList. */
  endsInitial: boolean;
};

const types: readonly string[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'];
/** etcd takes no object above 1.5 MiB; its JSON is never ten times that. */
const longestLine = 16 * 1024 * 1024;
const lineEnd = 10;

/** The events of a watch as they come, one object a line. Throws ApiFailure for an ERROR event, a line that is no event, or a cut in the middle of one. */
export async function* readWatch(answer: ApiAnswer): AsyncGenerator<WatchEvent, void, undefined> {
  let begun: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineEnd); end >= 0; end = chunk.indexOf(lineEnd, from)) {
      begun.push(chunk.subarray(from, end));
      from = end + 1;
      const line = (begun.length === 1 ? (begun[0] ?? chunk) : Buffer.concat(begun)).toString('utf8');
      begun = [];
      size = 0;
      if (line.trim()) yield readEvent(line);
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > longestLine) throw new ApiFailure('broken', 'a watch event is larger than 16 MiB');
    // A WatchList begins with every object there is.
    await yieldLongTurn();
  }
  if (size > 0) throw new ApiFailure('broken', 'the watch was cut in the middle of an event');
}

function readEvent(line: string): WatchEvent {
  const event = fields(parseJson(line));
  const type = event['type'];
  const object = event['object'];
  if (type === 'ERROR') throw failureOfEvent(object);
  if (!isFields(object) || !isType(type)) throw new ApiFailure('broken', 'the watch sent something that is no event');
  const metadata = fields(object['metadata']);
  const version = metadata['resourceVersion'];
  return {
    type,
    object,
    resourceVersion: typeof version === 'string' ? version : '',
    endsInitial: type === 'BOOKMARK' && fields(metadata['annotations'])['k8s.io/initial-events-end'] === 'true',
  };
}

function isType(type: unknown): type is WatchEvent['type'] {
  return typeof type === 'string' && types.includes(type);
}

/** The second form of a failure: a Status inside an answer of 200. */
function failureOfEvent(status: unknown): ApiFailure {
  const { code, message } = fields(status);
  return failureOfStatus(typeof code === 'number' ? code : 500, typeof message === 'string' ? message : '');
}
