/**
 * The same function, which remembers its last results by the text they were made of: a text that comes again is not read again.
 * For pure functions whose results nobody changes. `most` bounds what is kept.
 */
export function remember<Result>(read: (text: string) => Result, most: number): (text: string) => Result {
  const known = new Map<string, { result: Result }>();
  return (text) => {
    const last = known.get(text);
    const kept = last ?? { result: read(text) };
    known.delete(text);
    known.set(text, kept);
    const oldest = known.keys().next();
    if (known.size > most && !oldest.done) known.delete(oldest.value);
    return kept.result;
  };
}
