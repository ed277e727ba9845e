/** What stands where a secret stood. */
const removed = '<removed>';

/** Words that announce a secret in a name: of a flag, a variable, a header, a field. Bounded, so that no long line takes long. */
const secretName =
  '[\\w.-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential|authorization|_auth)[\\w.-]{0,40}';
/** Kubelet writes `volume "token" : secret "x" not found`: there a colon after a space announces nothing unless a quoted value follows. */
const announcement = `${secretName}["']?(?:\\s{0,5}=\\s{0,5}|:\\s{0,5}|\\s{1,5}:\\s{0,5}(?="))`;

/** Each pattern keeps what makes the text understandable (`$1`) and loses the value. */
const patterns: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // PEM blocks, also when cut off at the end.
  [/-----BEGIN [A-Z ]{1,40}-----[\s\S]*?(?:-----END [A-Z ]{1,40}-----|$)/g, removed],
  // JSON web tokens, service account tokens among them.
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, removed],
  // GitHub, GitLab, Slack, AWS, Google, Anthropic, OpenAI and Stripe keys by their published prefixes.
  [/\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{8,}|xapp-[\w-]{8,})/g, removed],
  [
    /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|sk-(?:ant|proj)-[\w-]{16,}|sk-\w{32,}|[sr]k_(?:live|test)_\w{10,})/g,
    removed,
  ],
  [/(hooks\.slack\.com\/services\/)[\w/]+/g, `$1${removed}`],
  // user:password@ in an address; a port before a path is no password.
  [/(\w[\w+.-]{0,30}:\/\/[^\s:/@]{0,200}):(?!\d{1,5}\/)[^\s@]{1,200}@/g, `$1:${removed}@`],
  [/\b((?:bearer|basic)\s{1,5})[\w+/=._~-]{6,}/gi, `$1${removed}`],
  // --password=x, DB_PASSWORD = x, "token": "x", password: x, ?access_token=x
  [new RegExp(`(${announcement})(?:"[^"]*"?|'[^']*'?|[^\\s"'&,;]+)`, 'gi'), `$1${removed}`],
];
/** Nearly all texts have none of these; the patterns would cost a recording of a large cluster minutes. */
const suspicious =
  /pass|pwd|secret|token|key|credential|auth|bearer|basic|:\/\/|BEGIN|eyJ|gh[pousr]_|glpat|xox|xapp|AKIA|ASIA|AIza|sk[-_]|rk_/i;
const announced = new RegExp(`^-{1,2}${secretName}$`, 'i');

/** Text without what looks like a secret; the words around it stay. */
export function redactText(text: string): string {
  if (!suspicious.test(text)) return text;
  let clean = text;
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}

/** A command line: the word after `--password` is a secret, too. */
export function redactCommand(words: readonly unknown[]): unknown[] {
  return words.map((word, index) => {
    const before = words[index - 1];
    if (typeof before === 'string' && announced.test(before)) return removed;
    return typeof word === 'string' ? redactText(word) : word;
  });
}
