import { request } from 'undici';

/** One edit of a ConfigMap as an operator would make it: some lines out, some in. */
export type Edit = { map: string; key: string; find: string; replace: string };

/** The lines that change, as `diff` marks them. */
export function sayDiff({ find, replace }: Edit): string[] {
  const [before, after] = [find.split('\n'), replace.split('\n')];
  const kept = new Set(before.filter((line) => after.includes(line)));
  return [
    ...before.map((line) => (kept.has(line) ? `    ${line}` : `  - ${line}`)),
    ...after.filter((line) => !kept.has(line)).map((line) => `  + ${line}`),
  ];
}

/** Applies an edit through the API, as `kubectl apply` does: a merge patch of one key. Rejects where the text to replace is not there. */
export async function applyEdit(url: string, namespace: string, { map, key, find, replace }: Edit): Promise<void> {
  const address = `${url}/api/v1/namespaces/${namespace}/configmaps/${map}`;
  const answer = await request(address);
  const { data }: { data: Record<string, string> } = JSON.parse(await answer.body.text());
  const text = data[key] ?? '';
  if (!text.includes(find)) throw new Error(`${map}/${key} has no such text:\n${find}`);
  const patched = await request(`${address}?fieldManager=kubectl-edit`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    // A function: `$` in Markdown is no pattern.
    body: JSON.stringify({ data: { [key]: text.replace(find, () => replace) } }),
  });
  if (patched.statusCode >= 300) throw new Error(`${map}: the API answered ${patched.statusCode}`);
  await patched.body.dump();
}
