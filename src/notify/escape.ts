import { cleanText } from '../lib/text.ts';

/** Slack cuts a section's text beyond this and refuses a message beyond the others. */
export const slackLimits = { section: 3000, header: 150, text: 40_000, blocks: 50 } as const;

/** Word joiner: no width, and no break. */
const joiner = '\u2060';

/**
 * Text for Slack's mrkdwn in which nothing is a link, a mention or a command: `& < >` are escaped, as Slack asks, and the
 * plain words that some clients expand (`@here`) are broken by a joiner that is not seen.
 */
export function escapeSlack(text: string): string {
  return cleanText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=here\b|channel\b|everyone\b|group\b)/gi, `@${joiner}`);
}

/**
 * A mention as the Escalation Policy writes it, for Slack: `@here`, `@channel`, `@everyone`, a user (`U…`, `W…`), a user group
 * (`S…`), or any of these already as `<@U…>`. What is none of these is shown as the text it is and calls nobody.
 */
export function slackMention(mention: string): string {
  return mention
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((word) => {
      const bare = word
        .replace(/^<|>$/g, '')
        .replace(/\|.*$/, '')
        .replace(/^[@!]+/, '');
      if (/^(here|channel|everyone)$/i.test(bare)) return `<!${bare.toLowerCase()}>`;
      if (/^[UW][A-Z0-9]{6,}$/.test(bare)) return `<@${bare}>`;
      const group = /^(?:subteam\^)?(S[A-Z0-9]{6,})$/.exec(bare)?.[1];
      return group ? `<!subteam^${group}>` : escapeSlack(word);
    })
    .join(' ');
}

/** Cluster text inside Markdown: no markup, no links, no HTML, no headings; one line stays one line. */
export function escapeMarkdown(text: string): string {
  return (
    cleanText(text)
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/[\\`*_[\]<|~&]/g, '\\$&')
      .replace(/^([-+>#]|\d+(?=\.))/, '\\$1')
      // A bare address would become a link, whatever is escaped in it: a joiner that is not seen breaks it.
      .replace(/(?<=:)(?=\/\/)|(?<=\bwww)(?=\.)|(?<=\w)(?=@\w)/gi, joiner)
  );
}

/** Text as a code span that cannot be left, whatever backticks are in it. */
export function codeSpan(text: string): string {
  const flat = cleanText(text).replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${flat} ${fence}` : `${fence}${flat}${fence}`;
}

/** Text in pieces of at most `limit` characters, cut at line ends where there are any. */
export function splitText(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const end = rest.lastIndexOf('\n', limit);
    let cut = end > 0 ? end : limit;
    // Not through an escape, or half of `&lt;` would be shown.
    const entity = rest.lastIndexOf('&', cut - 1);
    if (end <= 0 && entity > cut - 6 && /^&(amp|lt|gt);/.test(rest.slice(entity))) cut = entity;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(end > 0 ? cut + 1 : cut);
  }
  return rest === '' ? pieces : [...pieces, rest];
}
