/**
 * The lines (from 1) where git left two sides that nobody chose between, wherever they stand: the first mark of each
 * conflict. `=======` alone is a heading's underline.
 */
export function findConflicts(lines: readonly string[]): number[] {
  const found: number[] = [];
  let open = false;
  for (const [index, line] of lines.entries()) {
    const [, mark] = /^(<{7}|>{7})(?![<>])/.exec(line) ?? [];
    if (mark === undefined) continue;
    const closes = mark === '>>>>>>>' && open;
    open = mark === '<<<<<<<';
    if (!closes) found.push(index + 1);
  }
  return found;
}
