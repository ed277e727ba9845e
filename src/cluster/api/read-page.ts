import { type ApiAnswer, parseJson } from './connection.ts';
import { ApiFailure } from './failure.ts';

/** What a list says before its items. */
export type PageHead = {
  resourceVersion: string;
  /** Asks for the next page. */
  next?: string;
  /** How many items the server left out of this and the pages before. */
  remaining: number;
};

export type Page = { head: PageHead; kind: string; apiVersion: string; items: unknown[] };

/** Looking further for the head costs more than it gains. */
const longestHead = 65_536;

/**
 * Reads one page of a list. `onHead` is called once, as soon as the metadata is in: the server prints it before the items, so that
 * the next page can be asked for while this one is still coming. Throws ApiFailure for an answer that is no whole list.
 */
export async function readPage(answer: ApiAnswer, onHead: (head: PageHead) => void): Promise<Page> {
  const chunks: Buffer[] = [];
  let size = 0;
  let told = false;
  for await (const chunk of answer.chunks) {
    chunks.push(chunk);
    size += chunk.length;
    if (told || size > longestHead + chunk.length) continue;
    const head = findHead(Buffer.concat(chunks).toString('utf8'));
    if (!head) continue;
    told = true;
    onHead(head);
  }
  const page = readList(parseJson(Buffer.concat(chunks).toString('utf8')));
  if (!told) onHead(page.head);
  return page;
}

/** The metadata of a list of which only the beginning is there; undefined where it is not in yet, or comes after the items. */
export function findHead(text: string): PageHead | undefined {
  const at = text.indexOf('"items":');
  if (at < 0) return undefined;
  try {
    const begun: unknown = JSON.parse(`${text.slice(0, at)}"items":[]}`);
    return isObject(begun) && isObject(begun['metadata']) ? headOf(begun['metadata']) : undefined;
  } catch {
    return undefined;
  }
}

function readList(json: unknown): Page {
  const list = isObject(json) ? json : {};
  const kind = list['kind'];
  // Go prints an empty slice as null.
  const items = list['items'] === null ? [] : list['items'];
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) {
    throw new ApiFailure('broken', 'the answer is no list of the Kubernetes API');
  }
  const metadata = isObject(list['metadata']) ? list['metadata'] : {};
  const apiVersion = typeof list['apiVersion'] === 'string' ? list['apiVersion'] : '';
  return { head: headOf(metadata), kind: kind.slice(0, -'List'.length), apiVersion, items };
}

function headOf(metadata: Readonly<Record<string, unknown>>): PageHead {
  const next = metadata['continue'];
  const version = metadata['resourceVersion'];
  const remaining = metadata['remainingItemCount'];
  return {
    resourceVersion: typeof version === 'string' ? version : '',
    remaining: typeof remaining === 'number' ? remaining : 0,
    ...(typeof next === 'string' && next && { next }),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
