import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { emptySnapshot } from '../src/cluster/snapshot.ts';
import type { Revision } from '../src/config/revision.ts';
import { hour, type Millis, minute, second, virtualClock } from '../src/lib/clock.ts';
import { secretOf } from '../src/lib/secret.ts';
import { consoleSender } from '../src/notify/console.ts';
import { planDeliveries } from '../src/notify/plan.ts';
import { sendDue } from '../src/notify/send.ts';
import { slackSender } from '../src/notify/slack.ts';
import { commitCycle } from '../src/record/commit-cycle.ts';
import { takeCycleRecord } from '../src/record/cycle-record.ts';
import { isFirstContact, loadPast, showIncident } from '../src/record/incidents.ts';
import { loadMemory } from '../src/record/memory.ts';
import { openRecord } from '../src/record/open-record.ts';
import type { Incident, IncidentEvent } from '../src/triage/incident.ts';
import { type SlackPost, type SlackServer, seenIn, startSlackServer } from './support/slack-server.ts';
import { eventOf, incidentWith, judgementOf, line, morning, revisionOf } from './support/told.ts';

const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-telling-'));
after(() => rmSync(folder, { recursive: true }));

/** The rooms after triage, put together as a cycle does, on one database file. */
function startTelling(path: string, slack: SlackServer, clock: ReturnType<typeof virtualClock>) {
  const record = openRecord(path, { now: clock.now() });
  const senders = [
    consoleSender(() => undefined),
    slackSender({ token: secretOf('xoxb-1'), apiUrl: `${slack.url}/api/`, clock }),
  ];
  let cycles = 0;
  return {
    record,
    /** One cycle that finds the incident so. */
    async cycle(incident: Incident, revision: Revision, events: IncidentEvent[] = []): Promise<void> {
      const now = clock.now();
      const memory = loadMemory(record, 'cluster');
      const judgement = judgementOf([incident], { events, memory: { ...memory, incidents: [incident] } });
      const cycle = `c${now}-${++cycles}`;
      const plan = planDeliveries({
        revision,
        judgement,
        past: loadPast(record, 'cluster', now),
        now,
        cycle,
        channels: { routes: ['console', 'slack'] },
        firstContact: isFirstContact(record, 'cluster', now),
      });
      const snapshot = emptySnapshot(now, { id: 'cluster', name: 'test' });
      const kept = takeCycleRecord(
        { ...judgement, ...plan, cycle, now, revision, snapshot },
        { trigger: 'schedule', took: 1, exit: 0 },
      );
      commitCycle(record, { cycle: kept, memory: judgement.memory, events, deliveries: plan.deliveries });
      await sendDue(record.db, senders, { clock, random: () => 0, fallback: 'console' });
    },
  };
}

const headline = (post: SlackPost | undefined): string => (post ? (seenIn(post).split('\n')[0] ?? '') : '');

test('one incident is one thread: begun, worse, recovering, over, through restarts and reloads', async () => {
  const slack = await startSlackServer();
  const clock = virtualClock(morning);
  const path = join(folder, 'story.db');
  const policy = (id: string): Revision =>
    revisionOf([line('SEV-1', { mention: '@here' }), line('SEV-2', { followUp: 15 * minute })], { id });
  let telling = startTelling(path, slack, clock);
  const restart = (): void => {
    telling.record.close();
    telling = startTelling(path, slack, clock);
  };
  const go = async (by: Millis): Promise<void> => clock.advance(by);

  const settling = incidentWith({ state: 'settling', told: false, settlesAt: morning + minute });
  await telling.cycle(settling, policy('r1'));
  assert.equal(slack.posts.length, 0, 'nothing is told while it settles');

  await go(minute);
  await telling.cycle(incidentWith(), policy('r1'));
  assert.deepEqual(slack.posts.map(headline), ['SEV-2 shop: container app exits with code 1 again and again']);

  // Neither a reload nor a restart repeats, resets or loses anything.
  for (const revision of ['r2', 'r3', 'r2']) {
    await go(20 * second);
    await telling.cycle(incidentWith(), policy(revision));
    restart();
    await telling.cycle(incidentWith(), policy(revision));
  }
  assert.equal(slack.posts.length, 1);

  await go(14 * minute);
  await telling.cycle(incidentWith(), policy('r2'));
  assert.match(headline(slack.posts[1]), /^SEV-2 \(still open after 28m\) shop/);

  await go(minute);
  const worse = incidentWith({ severity: 'SEV-1', because: 'P0 shop down for 3m' });
  await telling.cycle(worse, policy('r2'), [
    { type: 'worse', incident: worse.id, at: clock.now(), says: 'worse', from: 'SEV-2', to: 'SEV-1' },
  ]);
  assert.match(headline(slack.posts[2]), /^<!here> SEV-1 \(got worse\) shop/);

  await go(minute);
  await telling.cycle({ ...worse, state: 'recovering' }, policy('r2'), [eventOf('recovering', worse.id)]);
  assert.equal(slack.posts.length, 3, 'recovering is silent');
  assert.match(headline(slack.posts[0]), /^SEV-1 \(recovering\) shop/, 'the root says so');

  await go(3 * minute);
  restart();
  await telling.cycle({ ...worse, state: 'resolved', endedAt: clock.now() }, policy('r2'));
  await go(hour);
  await telling.cycle({ ...worse, state: 'resolved', endedAt: clock.now() - hour }, policy('r2'));
  assert.match(headline(slack.posts[3]), /^Resolved after 33m: shop/);
  assert.equal(slack.posts.length, 4);
  assert.match(headline(slack.posts[0]), /^SEV-1 \(resolved\) shop/);
  assert.deepEqual([...new Set(slack.posts.slice(1).map(({ thread }) => thread))], [slack.posts[0]?.ts], 'one thread');

  const story = showIncident(telling.record, worse.id);
  assert.deepEqual(
    story?.messages.map(({ kind, state }) => `${kind} ${state}`),
    ['first sent', 'reminder sent', 'worse sent', 'edit sent', 'resolved sent'],
  );
  for (const { metadata } of slack.posts) {
    assert.partialDeepStrictEqual(metadata, { event_payload: { incident: worse.id } });
    for (const field of ['revision', 'cycle', 'evidence', 'key']) assert.ok(metadata?.event_payload[field], field);
  }
  telling.record.close();
  await slack.stop();
});

test('while Slack is away everything is kept, and comes in order when it is back', async () => {
  const slack = await startSlackServer();
  const clock = virtualClock(morning);
  const telling = startTelling(join(folder, 'away.db'), slack, clock);
  const policy = revisionOf([line('SEV-1'), line('SEV-2')]);
  slack.script.push({ status: 503 });
  await telling.cycle(incidentWith(), policy);
  // The first attempt may have arrived, so it is looked for: that fails too.
  slack.script.push({ status: 503 }, { status: 503 });
  await clock.advance(minute);
  await telling.cycle(incidentWith({ severity: 'SEV-1' }), policy);
  assert.equal(slack.posts.length, 0);
  await clock.advance(2 * minute);
  await telling.cycle(incidentWith({ severity: 'SEV-1' }), policy);
  assert.deepEqual(
    slack.posts.map(({ metadata }) => metadata?.event_payload['kind']),
    ['first', 'worse'],
  );
  assert.equal(slack.posts[1]?.thread, slack.posts[0]?.ts);
  telling.record.close();
  await slack.stop();
});
