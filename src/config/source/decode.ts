import type { Problem } from '../revision.ts';
import { sourceProblem } from './source-set.ts';

/**
 * Bytes as text with `\n` line ends and without a byte order mark (a warning). What is not UTF-8 or holds NUL is an
 * error at its first line; the text then has replacement characters there, so that every other line can still be judged.
 */
export function decodeText(bytes: Uint8Array, file: string): { text: string; problems: Problem[] } {
  const problems: Problem[] = [];
  const bad = firstBadLine(bytes);
  if (bad !== undefined) {
    problems.push(sourceProblem(file, 'not-utf8', 'This line is not UTF-8 text.', 'Save the file as UTF-8.', bad));
  }
  const decoded = normalText(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), file);
  return { text: decoded.text, problems: [...problems, ...decoded.problems] };
}

/** The same for text that was decoded elsewhere. */
export function normalText(raw: string, file: string): { text: string; problems: Problem[] } {
  const problems: Problem[] = [];
  let text = raw.replace(/\r\n?/g, '\n');
  if (text.startsWith('\uFEFF')) {
    text = text.slice(1);
    const message = 'The file begins with a byte order mark. It was left out.';
    const at = { file, line: 1, column: 1 };
    problems.push({
      ...at,
      level: 'warning',
      code: 'byte-order-mark',
      message,
      cure: 'Save the file as UTF-8 without BOM.',
    });
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const line = text.slice(0, nul).split('\n').length;
    const column = nul - text.lastIndexOf('\n', nul);
    const message = 'A NUL character stands here, so this is not text.';
    problems.push(sourceProblem(file, 'nul-character', message, 'Save the file as UTF-8 text again.', line, column));
    text = text.replaceAll('\0', '\uFFFD');
  }
  return { text, problems };
}

/** No character of UTF-8 reaches over a line end, so each line is valid by itself or not at all. */
function firstBadLine(bytes: Uint8Array): number | undefined {
  const fatal = new TextDecoder('utf-8', { fatal: true });
  if (isUtf8(fatal, bytes)) return undefined;
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start);
    const next = end < 0 ? bytes.length : end + 1;
    if (!isUtf8(fatal, bytes.subarray(start, next))) return line;
    start = next;
  }
  return 1;
}

function isUtf8(fatal: TextDecoder, bytes: Uint8Array): boolean {
  try {
    fatal.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
