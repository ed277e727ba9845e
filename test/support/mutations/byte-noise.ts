import type { Choose } from './slips.ts';
import type { MapName, Texts } from './written.ts';

/** What a broken editor, pipe or disk does to bytes. */
const noises: readonly ((bytes: Buffer, at: number, pick: Choose) => Buffer)[] = [
  (bytes, at, pick) => put(bytes, at, 1, Buffer.from([(bytes[at] ?? 0) ^ (1 << pick([0, 1, 2, 3, 4, 5, 6, 7]))])),
  (bytes, at, pick) => put(bytes, at, 1, Buffer.from([pick(upTo(256))])),
  (bytes, at, pick) => put(bytes, at, 0, Buffer.from(upTo(pick([1, 4, 30])).map(() => pick(upTo(128))))),
  (bytes, at, pick) => put(bytes, at, pick([1, 3, 20, 200]), Buffer.of()),
  (bytes, at, pick) => put(bytes, at, 0, bytes.subarray(at, at + pick([2, 40, 400]))),
  (bytes, at, pick) =>
    put(bytes, at, 0, Buffer.from(pick(['\0', '\uFEFF', '\u202E', '\u2028', '🦀', '\r', '\n', '\t', '\x1B[2J']))),
  (bytes, at, pick) =>
    put(bytes, at, 0, Buffer.from(pick(['```\n', '<!--', '-->', '---\n', '| ', '> ', '{{', '{%', '**', '#', '\n# ']))),
  (bytes, at) => bytes.subarray(0, at),
];

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const put = (bytes: Buffer, at: number, instead: number, inserted: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + instead)]);

/** Both ConfigMaps after noise in one of their files, at one to three places. */
export function noised(texts: Texts, pick: Choose): Texts {
  const map: MapName = pick(['k8s-monitor-orchestrator', 'k8s-monitor-agents']);
  const key = pick(Object.keys(texts[map]));
  let bytes = Buffer.from(texts[map][key] ?? '');
  for (const _ of upTo(pick([1, 1, 2, 3])))
    bytes = Buffer.from(pick(noises)(bytes, pick(upTo(bytes.length + 1)), pick));
  return { ...texts, [map]: { ...texts[map], [key]: textOf(bytes) } };
}

/** As kubectl does with a file: text where it is UTF-8, else bytes. */
function textOf(bytes: Buffer): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}
