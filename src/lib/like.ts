/** Without regard to case; `*` stands for any characters, and nothing else is special. */
export function like(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern.toLowerCase() === text.toLowerCase();
  const parts = pattern.toLowerCase().split('*');
  const last = parts.length - 1;
  let rest = text.toLowerCase();
  for (const [index, part] of parts.entries()) {
    const at = index === last ? rest.length - part.length : rest.indexOf(part);
    if (at < 0 || (index === 0 && at !== 0) || !rest.startsWith(part, at)) return false;
    rest = rest.slice(at + part.length);
  }
  return true;
}
