import { fields, list, text } from '../project/read.ts';
import { type ApiAnswer, parseJson } from './connection.ts';
import { ApiFailure } from './failure.ts';
import { splitItems } from './split-items.ts';
import { yieldLongTurn } from './yield-turn.ts';

/** What a list says of itself. */
export type PageHead = {
  /** What its items are: they do not say so themselves. */
  kind: string;
  apiVersion: string;
  resourceVersion: string;
  /** Asks for the next page. */
  next?: string;
  /** How many items the server left out of this and the pages before. */
  remaining: number;
};

/**
 * Reads one page of a list, handing on each item as it comes. `onHead` is called as soon as the metadata is in: the server prints it
 * before the items, so that the next page can be asked for while this one is still coming. Throws ApiFailure for an answer that is
 * no whole list.
 */
export async function readPage(
  answer: ApiAnswer,
  onItem: (raw: unknown) => void,
  onHead: (head: PageHead) => void,
): Promise<PageHead> {
  const items = splitItems(
    (json) => {
      for (const item of list(parseJson(json))) onItem(item);
    },
    () => {
      const head = headBefore(items.rest());
      if (head) onHead(head);
    },
  );
  for await (const chunk of answer.chunks) {
    items.push(chunk);
    await yieldLongTurn();
  }
  const whole = fields(parseJson(items.rest()));
  // Go prints an empty slice as null.
  if (!text(whole['kind'])?.endsWith('List') || (whole['items'] !== null && !Array.isArray(whole['items']))) {
    throw new ApiFailure('broken', 'the answer is no list of the Kubernetes API');
  }
  return headOf(whole);
}

/** The metadata of a list of which only what stands before the items is there; undefined where it comes after them. */
function headBefore(begun: string): PageHead | undefined {
  try {
    const whole = fields(JSON.parse(`${begun}]}`));
    return whole['metadata'] === undefined ? undefined : headOf(whole);
  } catch {
    return undefined;
  }
}

function headOf(whole: Readonly<Record<string, unknown>>): PageHead {
  const metadata = fields(whole['metadata']);
  const remaining = metadata['remainingItemCount'];
  // As they are: a token that was cleaned or cut would be another one.
  const next = metadata['continue'];
  const version = metadata['resourceVersion'];
  return {
    kind: text(whole['kind'])?.replace(/List$/, '') ?? '',
    apiVersion: text(whole['apiVersion']) ?? '',
    resourceVersion: typeof version === 'string' ? version : '',
    remaining: typeof remaining === 'number' ? remaining : 0,
    ...(typeof next === 'string' && next && { next }),
  };
}
