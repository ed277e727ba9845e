import { oneLine } from '../../lib/text.ts';

/** An Event's note holds 1 kB; something is said before the changes. */
const most = 800;
/** No single sentence takes the room of all others. */
const mostOfOne = 240;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** Changes as one line of at most `limit` bytes: "P0 `shop` removed; SEV-1 after 2 -> 200 minutes (and 5 more)". */
export function sayChange(changes: readonly string[], limit = most): string {
  if (changes.length === 0) return 'nothing changes in meaning';
  const more = (shown: number): string =>
    changes.length > shown ? ` (and ${changes.length - shown} more)`.slice(shown === 0 ? 1 : 0) : '';
  let says = '';
  let shown = 0;
  for (const change of changes) {
    const next = `${says}${says === '' ? '' : '; '}${oneLine(change, mostOfOne)}`;
    if (bytes(next) + bytes(more(shown + 1)) > limit) break;
    says = next;
    shown++;
  }
  return `${says}${more(shown)}`;
}
