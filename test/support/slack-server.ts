import { type Received, type StandIn, startStandIn } from './http-stand-in.ts';

/** A message as Slack holds it, the newest edit in `text` and `blocks`. */
export type SlackPost = {
  channel: string;
  ts: string;
  thread?: string;
  broadcast: boolean;
  text: string;
  blocks: { type: string; text?: { text: string } }[];
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
  edits: number;
};

export type SlackServer = StandIn & {
  posts: SlackPost[];
  /** `https://hooks.slack.com/...` of this workspace. */
  hookUrl: string;
  /** Scopes the token lacks: their methods answer `missing_scope`. */
  missingScopes: Set<'history'>;
};

/** Slack on loopback, or where `host` says: chat.postMessage, chat.update, conversations.history and replies, and an incoming webhook under `/hook`. */
export async function startSlackServer(host?: string): Promise<SlackServer> {
  const posts: SlackPost[] = [];
  const missingScopes = new Set<'history'>();
  const ids = new Map<string, string>();
  let clock = 1_700_000_000;
  const channelId = (name: string): string => {
    if (/^[CDG][A-Z0-9]+$/.test(name)) return name;
    const id = ids.get(name) ?? `C0000000${ids.size + 1}`;
    ids.set(name, id);
    return id;
  };
  const ok = (body: object): { status: number; headers: Record<string, string>; body: string } => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

  const methods: Record<string, (values: URLSearchParams) => object> = {
    'chat.postMessage': (values) => {
      const metadata = values.get('metadata');
      const thread = values.get('thread_ts');
      const post: SlackPost = {
        channel: channelId(values.get('channel') ?? ''),
        ts: `${++clock}.000100`,
        ...(thread ? { thread } : {}),
        broadcast: values.get('reply_broadcast') === 'true',
        text: values.get('text') ?? '',
        blocks: readBlocks(values),
        ...(metadata ? { metadata: JSON.parse(metadata) as NonNullable<SlackPost['metadata']> } : {}),
        edits: 0,
      };
      posts.push(post);
      return { ok: true, channel: post.channel, ts: post.ts };
    },
    'chat.update': (values) => {
      const post = posts.find(({ ts, channel }) => ts === values.get('ts') && channel === values.get('channel'));
      if (!post) return { ok: false, error: 'message_not_found' };
      post.text = values.get('text') ?? '';
      post.blocks = readBlocks(values);
      post.edits++;
      return { ok: true, channel: post.channel, ts: post.ts };
    },
    'conversations.history': (values) => {
      if (missingScopes.has('history')) return { ok: false, error: 'missing_scope' };
      const channel = channelId(values.get('channel') ?? '');
      return { ok: true, messages: posts.filter((post) => post.channel === channel && !post.thread).reverse() };
    },
    'conversations.replies': (values) => {
      if (missingScopes.has('history')) return { ok: false, error: 'missing_scope' };
      const ts = values.get('ts');
      return { ok: true, messages: posts.filter((post) => post.thread === ts || post.ts === ts) };
    },
  };

  const standIn = await startStandIn(({ path, body, headers }: Received) => {
    if (path === '/hook') {
      const { text, blocks } = JSON.parse(body) as { text: string; blocks: SlackPost['blocks'] };
      posts.push({ channel: 'hook', ts: `${++clock}.000100`, broadcast: false, text, blocks, edits: 0 });
      return { status: 200, body: 'ok' };
    }
    if (!headers.authorization?.startsWith('Bearer xoxb-')) return ok({ ok: false, error: 'not_authed' });
    const method = methods[path.replace('/api/', '')];
    return ok(method ? method(new URLSearchParams(body)) : { ok: false, error: 'unknown_method' });
  }, host);
  return Object.assign(standIn, { posts, missingScopes, hookUrl: `${standIn.url}/hook` });
}

function readBlocks(values: URLSearchParams): SlackPost['blocks'] {
  return JSON.parse(values.get('blocks') ?? '[]') as SlackPost['blocks'];
}

/** All that people see of a message. */
export function seenIn({ text, blocks }: SlackPost): string {
  return [text, ...blocks.map((block) => block.text?.text ?? '')].join('\n');
}
