import type { Clock } from '../lib/clock.ts';
import type { ChannelTable } from '../notify/channels.ts';
import { consoleSender } from '../notify/console.ts';
import type { Sender } from '../notify/sender.ts';
import { slackSender } from '../notify/slack.ts';
import { slackHookSender } from '../notify/slack-hook.ts';
import { webhookSender } from '../notify/webhook.ts';
import type { Settings } from '../settings.ts';

/** The ways out that the settings open; the console always is one. */
export function makeSenders(
  settings: Settings,
  clock: Clock,
  write: (text: string) => void,
): { senders: Sender[]; channels: ChannelTable } {
  const {
    SLACK_BOT_TOKEN: token,
    SLACK_WEBHOOK_URL: hook,
    WEBHOOK_URL: url,
    WEBHOOK_SECRET: secret,
  } = settings.secrets;
  const senders = [
    consoleSender(write),
    ...(token ? [slackSender({ token, clock, apiUrl: settings.SLACK_API_URL })] : []),
    ...(hook ? [slackHookSender({ url: hook, clock })] : []),
    ...(url ? [webhookSender({ url, clock, ...(secret && { secret }) })] : []),
  ];
  const fallback = settings.SLACK_FALLBACK_CHANNEL;
  return { senders, channels: { routes: senders.map(({ route }) => route), ...(fallback && { fallback }) } };
}
