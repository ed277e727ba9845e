/** Lines as the text of a file. */
export const linesOf = (...lines: readonly string[]): string => `${lines.join('\n').trimEnd()}\n`;
