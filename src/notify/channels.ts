/** The ways out of this program. `slack` can edit and thread, `slack-hook` (an incoming webhook) can only post. */
export const routes = ['console', 'slack', 'slack-hook', 'webhook'] as const;
export type Route = (typeof routes)[number];

/** Which routes are set up, and where what cannot go elsewhere goes. The console always is. */
export type ChannelTable = {
  routes: readonly Route[];
  /** A channel as the policy would name it. Gets what names no channel and what another channel refused for good. */
  fallback?: string;
};

/** A channel to send to, with why it is another one than the policy names. */
export type Resolved = { channel: string; instead?: string };

const slackName = /(?:^|\s)([#@][\w.-]+)|\b([CDG][A-Z0-9]{8,})\b/;

/**
 * The channel that a name in the Markdown leads to: `#incidents` (also "Slack: #incidents") to Slack, `webhook` to the generic
 * webhook, `console` to the terminal. What is not set up goes to the fallback channel, else to `console`, and says so.
 */
export function resolveChannel(name: string, table: ChannelTable): Resolved {
  const direct = findChannel(name, table);
  if (direct) return { channel: direct };
  const fallback = table.fallback === undefined ? undefined : findChannel(table.fallback, table);
  return { channel: fallback ?? 'console', instead: `${name} is not set up` };
}

/** Where messages go that no policy line places: the fallback channel, else `console`. */
export function defaultChannel(table: ChannelTable): string {
  return (table.fallback === undefined ? undefined : findChannel(table.fallback, table)) ?? 'console';
}

function findChannel(name: string, { routes: known }: ChannelTable): string | undefined {
  const slack = slackName.exec(name);
  if (slack && known.includes('slack')) return slack[1] ?? slack[2];
  // An incoming webhook posts to the one channel it was made for, whatever the policy calls it.
  if (slack || /^slack$/i.test(name)) return known.includes('slack-hook') ? 'slack-hook' : undefined;
  const word = name.trim().toLowerCase();
  return word === 'console' || (word === 'webhook' && known.includes('webhook')) ? word : undefined;
}

/** The route that serves a resolved channel. */
export function routeOf(channel: string): Route {
  return routes.find((route) => route === channel && route !== 'slack') ?? 'slack';
}
