import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration } from '../../lib/duration.ts';
import { readExceptions, readGrace, readKinds, readSuppression } from './known-issue.ts';

const suppresses: [string, boolean][] = [
  ['Solution: This is expected - DO NOT FLAG', true],
  ["Don't alert", true],
  ['Don’t ever page', true],
  ['**Never** notify about it', true],
  ['must not be escalated', true],
  ['does not page', true],
  ['expected and not a problem', true],
  ['Expected behavior, not a bug', true],
  ['expected', false],
  ['This is expected behavior', false],
  ['do not hesitate to page', false],
  ['Never mind. Alert us.', false],
  ['not a problem', false],
  ['flag it', false],
];
for (const [text, silent] of suppresses) {
  test(`known issue: "${text}" ${silent ? 'suppresses' : 'does not suppress'}`, () => {
    assert.equal(readSuppression(text), silent);
  });
}

const exceptions: [string, string[], string?][] = [
  ['do not flag', []],
  ['do not flag (but monitor for crashes)', ['crash-loop']],
  ['never alert, but alert on OOM kills and image pull errors', ['oom-killed', 'image-pull']],
  ['do not page except crash loops', ['crash-loop']],
  ['But not for crashes', ['crash-loop']],
  ['do not flag unless it lasts longer than 10 minutes', []],
  ['expected, do not flag (but alert if unavailable > 10 minutes)', []],
  ['do not flag, but alert on crashes within 5 minutes', ['crash-loop']],
  ['Do not flag; still alert if the pod is OOMKilled', ['oom-killed']],
  ['slow, but recovers', []],
  ['do not flag except for unicorns', [], 'unicorns'],
  ['do not flag, but watch for crashes and unicorns', ['crash-loop'], 'crashes and unicorns'],
];
for (const [text, checks, unreadable] of exceptions) {
  test(`known issue: "${text}" still tells ${checks.join(', ') || 'nothing'}${unreadable ? ', and cannot read the rest' : ''}`, () => {
    assert.deepEqual(readExceptions(text), { exceptions: checks, ...(unreadable && { unreadable }) });
  });
}

const graces: [string, string | undefined][] = [
  ['Up to: 5 minutes', '5m onset'],
  ['for 5 minutes', '5m onset'],
  ['5 minutes', '5m onset'],
  ['(> 5 minutes)', '5m onset'],
  ['unless it lasts longer than 10 minutes', '10m onset'],
  ['5-6 minutes to ready', '6m pod-start'],
  ['takes 5-6 minutes to become ready', '6m pod-start'],
  ['Slow startup (> 5 minutes)', '5m pod-start'],
  ['Up to 10 min during startup', '10m pod-start'],
  ['restarts every 5 minutes', undefined],
  ['deployed 5 minutes ago', undefined],
  ['hours to days', undefined],
  ['no length at all', undefined],
];
for (const [text, grace] of graces) {
  test(`known issue: "${text}" is a grace of ${grace ?? 'nothing'}`, () => {
    const read = readGrace(text);
    assert.equal(read && `${formatDuration(read.lasts)} ${read.from}`, grace);
  });
}

const kinds: [string, string[], string[]][] = [
  ['crashes', ['crash-loop'], []],
  ['crash-loop, oom-killed', ['crash-loop', 'oom-killed'], []],
  ['not ready and no endpoints', ['not-ready', 'no-endpoints'], []],
  ['image pull errors', ['image-pull'], []],
  ['ImagePullBackOff', ['image-pull'], []],
  ['out of memory', ['oom-killed'], []],
  ['memory pressure on nodes', ['node-pressure'], ['nodes']],
  ['unicorns, not-ready and dragons', ['not-ready'], ['unicorns', 'dragons']],
  ['', [], []],
];
for (const [text, ids, unknown] of kinds) {
  test(`kinds: "${text}" is ${ids.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(readKinds(text), { kinds: ids, unknown });
  });
}
