import type { Clock } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import type { ChannelTable } from '../notify/channels.ts';
import { consoleSender } from '../notify/console.ts';
import type { Sender } from '../notify/sender.ts';
import { slackSender } from '../notify/slack.ts';
import { slackHookSender } from '../notify/slack-hook.ts';
import { webhookSender } from '../notify/webhook.ts';
import type { Settings } from '../settings.ts';

/**
 * The ways out that the settings open; the console always is one. A way whose secret is a file is open while that file is there, so
 * that a Secret which comes later needs no restart: `routes` is looked up whenever it is read.
 */
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
  const ways: { sender: Sender; needs?: Secret }[] = [
    { sender: consoleSender(write) },
    ...(token ? [{ sender: slackSender({ token, clock, apiUrl: settings.SLACK_API_URL }), needs: token }] : []),
    ...(hook ? [{ sender: slackHookSender({ url: hook, clock }), needs: hook }] : []),
    ...(url ? [{ sender: webhookSender({ url, clock, ...(secret && { secret }) }), needs: url }] : []),
  ];
  const fallback = settings.SLACK_FALLBACK_CHANNEL;
  const channels = {
    get routes() {
      return ways.filter(({ needs }) => needs?.isThere() ?? true).map(({ sender }) => sender.route);
    },
    ...(fallback && { fallback }),
  };
  return { senders: ways.map(({ sender }) => sender), channels };
}
