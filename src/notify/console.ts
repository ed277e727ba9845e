import { cleanText } from '../lib/text.ts';
import type { Sender } from './sender.ts';

/** Writes messages as a block that a person reads; `write` gets it whole, with the line end. */
export function consoleSender(write: (text: string) => void): Sender {
  return {
    route: 'console',
    async send({ title, text, kind, because }) {
      // A silent edit has nothing to say where nothing can be edited.
      if (kind === 'edit') return { ok: true };
      const rule = '-'.repeat(Math.min(100, Math.max(20, title.length)));
      const lines = text.includes(because) ? text : `${text}\nTold because: ${because}`;
      write(`${rule}\n${cleanText(title)}\n${rule}\n${cleanText(lines)}\n\n`);
      return { ok: true };
    },
  };
}
