import { request } from 'undici';
import type { Clock } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import { answerOf, readAnswer } from './http-answer.ts';
import type { Sender } from './sender.ts';
import { slackMessage } from './slack-message.ts';
import { refusal } from './webhook.ts';

/** Posts to a Slack incoming webhook: one channel, no edits, no threads, so each message names its incident. */
export function slackHookSender({ url, clock }: { url: Secret; clock: Clock }): Sender {
  return {
    route: 'slack-hook',
    async send(delivery, { signal }) {
      if (delivery.kind === 'edit') return { ok: true };
      const body = JSON.stringify({ ...slackMessage(delivery), unfurl_links: false, unfurl_media: false });
      return answerOf(async () => {
        const headers = { 'content-type': 'application/json' };
        const response = await request(url.reveal(), { method: 'POST', headers, body, signal });
        const { status, text, after } = await readAnswer(response, clock.now());
        if (status === 200 && text.trim() === 'ok') return { ok: true };
        if (status === 200)
          return { ok: false, retry: true, error: `Slack answered ${text.slice(0, 80)}`, ambiguous: true };
        const failed = refusal(status, after);
        // `no_service`, `invalid_payload`, `channel_is_archived`: Slack's own word for the refusal.
        return failed.ok || text === '' ? failed : { ...failed, error: `${failed.error}: ${text.slice(0, 80)}` };
      }, url);
    },
  };
}
