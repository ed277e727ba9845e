/** The words of a text in lower case, cut at everything that is no letter a-z: a cheap look before a search that costs more. */
export const wordsIn = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];

/** A set of the words of a line, for `someIn`. */
export const wordSet = (...lines: readonly string[]): ReadonlySet<string> => new Set(lines.join(' ').split(' '));

/** Whether any of the words stands in the set. */
export const someIn = (words: readonly string[], set: ReadonlySet<string>): boolean =>
  words.some((word) => set.has(word));
