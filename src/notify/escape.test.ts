import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { codeSpan, escapeMarkdown, escapeSlack, slackLimits, slackMention, splitText } from './escape.ts';
import { slackMessage } from './slack-message.ts';

describe('cluster text in Slack', () => {
  const rows: [hostile: string, shown: string][] = [
    ['<!channel> all is well', '&lt;!channel&gt; all is well'],
    ['<!here|here>', '&lt;!here|here&gt;'],
    ['<@U123ABC456> look', '&lt;@U123ABC456&gt; look'],
    ['<!subteam^S123>', '&lt;!subteam^S123&gt;'],
    ['<https://evil.example|reset your password>', '&lt;https://evil.example|reset your password&gt;'],
    ['@here @channel @EVERYONE', '@\u2060here @\u2060channel @\u2060EVERYONE'],
    ['&lt;!channel&gt;', '&amp;lt;!channel&amp;gt;'],
    ['a && b > c', 'a &amp;&amp; b &gt; c'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['<\u200b!channel>', '&lt;!channel&gt;'],
    ['@\u200bhere', '@\u2060here'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['nobody@hereford.example', 'nobody@hereford.example'],
  ];
  for (const [hostile, shown] of rows) test(JSON.stringify(hostile), () => assert.equal(escapeSlack(hostile), shown));

  test('no text whatever leaves a link, a mention or a command', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '!', '@', '&', 'here', 'channel', '\u200b', '|', ' ', 'amp;') }),
        (text) => {
          const { blocks, text: plain } = slackMessage({ title: text, text });
          for (const shown of [plain, ...blocks.map((block) => block.text.text)]) {
            assert.doesNotMatch(shown, /[<>]|@(here|channel|everyone)\b/i);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a mention of the policy', () => {
  const rows: [written: string, sent: string][] = [
    ['@here', '<!here>'],
    ['<!channel>', '<!channel>'],
    ['@channel @U0123ABCD', '<!channel> <@U0123ABCD>'],
    ['<@U0123ABCD>', '<@U0123ABCD>'],
    ['S0123ABCD', '<!subteam^S0123ABCD>'],
    ['<!subteam^S0123ABCD|oncall>', '<!subteam^S0123ABCD>'],
    ['@oncall', '@oncall'],
    ['<script>', '&lt;script&gt;'],
  ];
  for (const [written, sent] of rows) test(written, () => assert.equal(slackMention(written), sent));
});

describe('Slack takes it', () => {
  test('long text is cut into sections at line ends, at most 50 blocks', () => {
    const { blocks } = slackMessage({
      title: 'T',
      text: Array.from({ length: 9000 }, (_, index) => `line ${index} <&>`).join('\n'),
    });
    assert.ok(blocks.length <= slackLimits.blocks);
    for (const block of blocks) {
      assert.ok(block.text.text.length <= slackLimits.section);
      assert.match(block.text.text, /^(\*T\*|line .*)$/s);
    }
  });
  test('a cut never goes through an escape', () => {
    for (const piece of splitText('&lt;'.repeat(2000), 3000)) assert.match(piece, /^(&lt;)+$/);
  });
  test('a title keeps its bold type', () => {
    assert.equal(slackMessage({ title: 'a *b*\nc', text: '' }).blocks[0]?.text.text, '*a ∗b∗ c*');
  });
});

describe('cluster text in Markdown', () => {
  const rows: [hostile: string, shown: string][] = [
    ['# heading', '\\# heading'],
    ['- item', '\\- item'],
    ['1. item', '\\1. item'],
    ['[x](javascript:alert(1))', '\\[x\\](javascript:alert(1))'],
    ['<img src=x onerror=y>', '\\<img src=x onerror=y>'],
    ['> quote', '\\> quote'],
    ['two\nlines', 'two lines'],
    ['```', '\\`\\`\\`'],
    ['a | b', 'a \\| b'],
    ['see https://evil.example', 'see https:\u2060//evil.example'],
    ['www.evil.example, x@evil.example', 'www\u2060.evil.example, x\u2060@evil.example'],
  ];
  for (const [hostile, shown] of rows)
    test(JSON.stringify(hostile), () => assert.equal(escapeMarkdown(hostile), shown));
  test('a code span cannot be left', () => assert.equal(codeSpan('a `b`` c'), '``` a `b`` c ```'));
});
