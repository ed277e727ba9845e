import type { Delivery } from './delivery.ts';
import { escapeSlack, slackLimits, slackMention, splitText } from './escape.ts';

/** A Slack block of the kinds used here. */
export type SlackBlock = { type: 'section'; text: { type: 'mrkdwn'; text: string; verbatim: boolean } };

/** A message for Slack: blocks, and the text that notifications and old clients show. */
export type SlackMessage = { text: string; blocks: SlackBlock[] };

/**
 * Escapes and cuts a message to Slack's limits: the title in bold, the text in sections. `mention` comes from the policy and
 * is the only thing in it that calls anybody; `verbatim` keeps Slack from finding more.
 */
export function slackMessage({ title, text, mention }: Pick<Delivery, 'title' | 'text' | 'mention'>): SlackMessage {
  const called = mention ? `${slackMention(mention)} ` : '';
  // A star in the title would end the bold type.
  const head = `${called}*${escapeSlack(title).replaceAll('*', '∗').replace(/\s+/g, ' ')}*`;
  const pieces = splitText(escapeSlack(text), slackLimits.section).slice(0, slackLimits.blocks - 2);
  const blocks = [head, ...pieces].filter((piece) => piece.trim() !== '').map(section);
  return { text: cutText(`${called}${escapeSlack(title)}`, slackLimits.section), blocks };
}

/** The same without blocks, for an answer that they are invalid. */
export function slackPlain({ title, text, mention }: Pick<Delivery, 'title' | 'text' | 'mention'>): { text: string } {
  const called = mention ? `${slackMention(mention)} ` : '';
  return { text: cutText(`${called}${escapeSlack(title)}\n${escapeSlack(text)}`, slackLimits.text) };
}

const cutText = (text: string, limit: number): string => splitText(text, limit)[0] ?? '';

function section(text: string): SlackBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: cutText(text, slackLimits.section), verbatim: true } };
}
