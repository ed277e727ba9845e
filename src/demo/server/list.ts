import { type Refusal, refusal } from './api-object.ts';
import { expired } from './faults.ts';
import { apiVersionOf, type Resource } from './resources.ts';
import type { Matcher } from './selectors.ts';
import type { Entry, Store } from './store.ts';

/** One page of a list. */
export type Page = { version: number; entries: readonly Entry[]; continue?: string; remaining?: number };

/** Lists that were begun: later pages show the cluster as it was when the first one did. */
export type Lists = {
  page(resource: Resource, namespace: string | undefined, query: URLSearchParams, wanted: Matcher): Page | Refusal;
};

/** So many unfinished lists are kept; the oldest gives way, its token has then expired. */
const kept = 100;

export function makeLists(store: Store): Lists {
  const begun = new Map<string, { version: number; rest: readonly Entry[] }>();
  let count = 0;

  return {
    page(resource, namespace, query, wanted) {
      const limit = Number(query.get('limit') ?? 0) || Number.POSITIVE_INFINITY;
      const token = query.get('continue');
      const rest = token
        ? begun.get(token)
        : { version: store.version(), rest: matching(store, resource, namespace, wanted) };
      if (token) begun.delete(token);
      if (!rest || rest.version < store.floor()) return token ? expired() : refusal(500, 'InternalError', 'no list');
      const entries = rest.rest.slice(0, limit);
      const left = rest.rest.slice(entries.length);
      if (left.length === 0) return { version: rest.version, entries };
      count += 1;
      const next = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: rest.version, start: count })).toString(
        'base64url',
      );
      begun.set(next, { version: rest.version, rest: left });
      if (begun.size > kept) for (const oldest of [...begun.keys()].slice(0, 1)) begun.delete(oldest);
      return { version: rest.version, entries, continue: next, remaining: left.length };
    },
  };
}

const matching = (store: Store, resource: Resource, namespace: string | undefined, wanted: Matcher): readonly Entry[] =>
  store.entries(resource, namespace).filter(({ object }) => wanted(object));

/** The page as the real server prints it: `metadata` with the token before the items. In pieces, so that no answer is one huge text. */
export function* printPage(resource: Resource, page: Page): Generator<string> {
  const metadata = {
    resourceVersion: String(page.version),
    ...(page.continue !== undefined && { continue: page.continue, remainingItemCount: page.remaining }),
  };
  yield `{"kind":"${resource.kind}List","apiVersion":"${apiVersionOf(resource)}","metadata":${JSON.stringify(metadata)},"items":[`;
  for (let start = 0; start < page.entries.length; start += 100) {
    const items = page.entries.slice(start, start + 100).map((entry) => entry.itemJson());
    yield (start > 0 ? ',' : '') + items.join(',');
  }
  yield ']}\n';
}
