import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Api, openApi } from '../../scripts/bench/reload/api.ts';
import { fields, list, text } from '../../src/cluster/project/read.ts';
import { describeChange } from '../../src/config/meaning/describe-change.ts';
import { findHarm } from '../../src/config/meaning/find-harm.ts';
import { sayChange } from '../../src/config/meaning/say-change.ts';
import type { Problem, Revision } from '../../src/config/revision.ts';
import { listIncidents, showIncident } from '../../src/record/incidents.ts';
import { type MonitorRecord, openRecord, recordFile } from '../../src/record/open-record.ts';
import type { Incident } from '../../src/triage/incident.ts';
import { kubectl, removeNamespaces, until } from '../support/cluster.ts';
import {
  becomeOperator,
  findHostForPods,
  freeVolumes,
  isBesideNode,
  type Operator,
  provideBusyboxAs,
  provideImage,
} from '../support/deployment.ts';
import { noised } from '../support/mutations/byte-noise.ts';
import { type Choose, type Comes, planted, slipped, slips } from '../support/mutations/slips.ts';
import { compileTexts, fieldsOf, mapNames, readManifests, type Texts } from '../support/mutations/written.ts';
import {
  type Configz,
  deployMonitor,
  folderOfVolume,
  followLog,
  namespace,
  needs,
  type Pod,
  restartsOf,
} from '../support/pod.ts';
import { type SlackServer, seenIn, startSlackServer } from '../support/slack-server.ts';

const count = Number(process.env['MUTATIONS'] ?? 500);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const limit = 60_000;

type Mutation = { what: string; texts: Texts; comes: Comes };
/** What became of one of them, and the problems or the change that were said. */
type Outcome = Mutation & { is: 'refused' | 'accepted' | 'same'; id: string; says: string };

describe(`${count} mutations of the shipped ConfigMaps on the running pod, seed ${seed}`, {
  skip: !isBesideNode && needs,
}, () => {
  const shipped = readManifests();
  let operator: Operator;
  let slack: SlackServer;
  let pod: Pod;
  let api: Api;
  let record: MonitorRecord;
  let log: ReturnType<typeof followLog>;
  /** Moments at which nobody was told of the P0 that crashes, and no answer said so. */
  const gaps: string[] = [];
  const outcomes: Outcome[] = [];

  before(async () => {
    const image = await provideImage();
    await provideBusyboxAs('mysql:8.4');
    slack = await startSlackServer(await findHostForPods());
    operator = await becomeOperator(image, { SLACK_API_URL: `${slack.url}/api/` });
    const manifest = join(operator.folder, 'crashing.yaml');
    const healthy = 'mkdir -p /tmp/w && echo ok > /tmp/w/health && httpd -f -p 8000 -h /tmp/w';
    const workloads = await readFile(join(import.meta.dirname, 'deploy.yaml'), 'utf8');
    assert.ok(workloads.includes(healthy));
    await writeFile(manifest, workloads.replace(healthy, 'exit 1'));
    await kubectl('apply', '-f', manifest);
    pod = await deployMonitor(operator);
    api = await openApi(process.env['KUBECONFIG'] ?? '');
    record = openRecord(join(await folderOfVolume(), recordFile), { now: Date.now() });
    log = followLog();
  });

  after(async () => {
    log.stop();
    record.close();
    await api.close();
    await kubectl('delete', '--ignore-not-found', '-k', join(operator.folder, 'test'));
    await removeNamespaces('chores-tracker');
    await freeVolumes();
    await operator.remove();
    await slack.stop();
  });

  const incidentOf = (): Incident | undefined =>
    listIncidents(record, { all: true }).find(({ subject }) => subject.name === planted);
  const told = (...words: RegExp[]): boolean =>
    slack.posts.some((post) => words.every((word) => word.test(seenIn(post))));

  test('the planted P0 is told', async () => {
    await until('a message in Slack', limit, async () => told(/SEV-1/, new RegExp(planted)));
    await until('it is in the record', limit, async () => incidentOf()?.state === 'open');
  });

  test('each is refused with a line, or in force with its change of meaning said, or no change', async (t) => {
    t.after(watchTold(() => outcomes.at(-1)?.what ?? 'nothing yet').stop);
    const pick = pickBy(seed);
    const mutations = Array.from({ length: count }, (_, number) => mutationOf(number, shipped, pick));
    const startedAt = await pod.metric('k8s_monitor_process_start_time_seconds');
    const base = (await compileTexts(shipped)).revision;
    let written = shipped;
    let active = { texts: shipped, revision: base };
    const began = Date.now();
    for (const [number, mutation] of mutations.entries()) {
      const where = `mutation ${number} (${mutation.what}), seed ${seed}`;
      const before = await pod.configz();
      const { revision, problems } = await compileTexts(mutation.texts);
      await write(written, mutation.texts);
      written = mutation.texts;
      const after = await until(`a decision on ${where}`, limit, async () => {
        const now = await pod.configz();
        return isDecided(now, before, revision.id) && now;
      });
      const errors = [...problems, ...findHarm(active.revision, revision)].filter(isError);
      const own = [...problems, ...findHarm(base, revision)].filter(isError);
      assert.ok(isAsItComes(mutation.comes, { revision, base, errors: own }), `${where}: ${sayAll(own)}`);
      if (after.refused) {
        const wrong = after.refused.problems.filter(({ level }) => level === 'error');
        assert.ok(errors.length > 0 || wrong.every(({ message }) => /would match anything/.test(message)), where);
        for (const one of wrong) assert.ok(hasPlace(one), `${where}: ${one.file}:${one.line}:${one.column}`);
        outcomes.push({ ...mutation, is: 'refused', id: revision.id, says: placeOf(wrong[0]) });
        active = await findInForce(after.active.revision, active, mutation.texts);
      } else {
        assert.deepEqual(errors, [], where);
        assert.equal(after.active.revision, revision.id, where);
        const is = revision.id === active.revision.id ? 'same' : 'accepted';
        const says = sayChange(describeChange(active.revision, revision));
        outcomes.push({ ...mutation, is, id: revision.id, says });
        active = { texts: mutation.texts, revision };
        if (is === 'accepted') await answeredAbout(revision.id, where);
      }
    }
    const took = Date.now() - began;
    const of = (is: Outcome['is']): number => outcomes.filter((one) => one.is === is).length;
    t.diagnostic(
      `${count} mutations in ${Math.round(took / 1000)} s: ${of('accepted')} in force, ${of('refused')} refused, ${of('same')} no change`,
    );
    assert.ok(of('accepted') >= count / 10 && of('refused') >= count / 10, 'both happen often');
    assert.equal(await pod.metric('k8s_monitor_process_start_time_seconds'), startedAt, 'the same process');
    assert.equal(await restartsOf(), 0);
    assert.equal((await fetch(`${pod.url}/healthz`)).status, 200);
  });

  test('the log and an Event say of each what it came to', async () => {
    const events = await until('an Event for each', limit, async () => {
      const found = await eventsOnConfigMaps();
      const missing = outcomes.filter((one) => !isAnswered(one, found));
      if (missing.length > 0) throw new Error(`none for ${missing.map(({ what, id }) => `${what} ${id}`).slice(0, 5)}`);
      return found;
    });
    assert.ok(events.length >= outcomes.filter(({ is }) => is === 'accepted').length);
    const lines = log.text();
    for (const { is, id, says, what } of outcomes) {
      const said = JSON.stringify(says).slice(1, -1);
      if (is === 'accepted')
        assert.ok(
          lines
            .split('\n')
            .some((line) => line.includes(`config_generation_committed: revision ${id}`) && line.includes(said)),
          `${what}: ${id}: ${says}`,
        );
      if (is === 'refused')
        assert.ok(lines.includes(`error: ${said}`) || lines.includes(`errors: ${said}`), `${what}: ${says}`);
    }
  });

  test('the planted P0 stayed told at every moment of it, or the answer said that it is not', async (t) => {
    assert.deepEqual(gaps, []);
    const incident = incidentOf();
    assert.ok(incident);
    const story = showIncident(record, incident.id);
    const events = story?.events.map(({ type }) => type) ?? [];
    t.diagnostic(`its story: ${events.join(', ')}`);
    assert.ok(events.includes('not-watched') && events.includes('reopened'), 'some of them do take it away');
    assert.ok(!events.includes('resolved'), 'it never was well');
    const ids = listIncidents(record, { all: true }).filter(({ subject }) => subject.name === planted);
    assert.equal(ids.length, 1, 'it is one incident all the while');
    await write(mutated(), shipped);
    await until('it is told as ever', limit, async () => incidentOf()?.state === 'open' && !incidentOf()?.silenced);
  });

  const mutated = (): Texts => outcomes.at(-1)?.texts ?? shipped;

  const write = async (from: Texts, to: Texts): Promise<void> => {
    for (const name of mapNames) {
      const [old, next] = [fieldsOf(from[name]), fieldsOf(to[name])];
      if (JSON.stringify(old) === JSON.stringify(next)) continue;
      const path = `/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=kubectl-edit`;
      await api.send('PATCH', path, {
        data: without(old.data, next.data),
        binaryData: without(old.binaryData, next.binaryData),
      });
    }
  };

  /** A cycle has judged under it, and where that took the P0 out of sight its thread says so. */
  const answeredAbout = async (id: string, where: string): Promise<void> => {
    const incident = await until(`a cycle under ${id} after ${where}`, limit, async () => {
      const found = incidentOf();
      return (found?.revision === id || found?.silenced) && found;
    });
    const { silenced } = incident;
    if (silenced?.revision !== id) return;
    assert.equal(silenced.by, 'kubectl-edit', where);
    await until(`the thread hears of ${id}, ${where}`, limit, async () => told(/[Nn]o longer watched/, new RegExp(id)));
  };

  /** Looks every 20 ms whether the P0 is told, or was said to be no longer watched. */
  const watchTold = (during: () => string): { stop(): void } => {
    const timer = setInterval(() => {
      const incident = incidentOf();
      const isTold = incident?.told === true && (incident.state === 'open' || incident.state === 'recovering');
      if (!isTold && incident?.silenced === undefined)
        gaps.push(
          `after ${during()}: ${JSON.stringify({ state: incident?.state, told: incident?.told, because: incident?.because })}`,
        );
    }, 20);
    return { stop: () => clearInterval(timer) };
  };
});

/** Numbers that the seed decides (mulberry32). */
function pickBy(start: number): Choose {
  let state = start;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return (items) => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
}

/** Noise and slips in turn; each slip has its turn. */
function mutationOf(number: number, shipped: Texts, pick: Choose): Mutation {
  const slip = slips[(number >> 1) % slips.length];
  if (number % 2 === 0 || !slip) return { what: 'bytes', texts: noised(shipped, pick), comes: 'any' };
  return { what: slip.what, texts: slipped(shipped, slip, pick), comes: slip.comes };
}

const isError = ({ level }: Pick<Problem, 'level'>): boolean => level === 'error';

function isAsItComes(comes: Comes, is: { revision: Revision; base: Revision; errors: Problem[] }): boolean {
  if (comes === 'any') return true;
  if (comes === 'refused') return is.errors.length > 0;
  if (is.errors.length > 0) return false;
  return comes === 'same' ? is.revision.id === is.base.id : comes.test(describeChange(is.base, is.revision).join('; '));
}

const sayAll = (problems: readonly Problem[]): string => problems.map(({ message }) => message).join(' | ');

/** Nothing waits, and what was written is what is in force, what is refused, or what changed no meaning. */
function isDecided(now: Configz, before: Configz, id: string): boolean {
  const versions = ({ active: { halves } }: Configz): string =>
    `${halves.orchestrator?.version} ${halves.agents?.version}`;
  if (now.candidate) return false;
  return now.refused ? now.refused.revision === id : now.active.revision === id && versions(now) !== versions(before);
}

type InForce = { texts: Texts; revision: Revision };

/** What is in force beside a refusal: what was before, or the half without errors with the other one as it was. */
async function findInForce(id: string, before: InForce, written: Texts): Promise<InForce> {
  if (id === before.revision.id) return before;
  for (const name of mapNames) {
    const texts = { ...before.texts, [name]: written[name] };
    const { revision } = await compileTexts(texts);
    if (revision.id === id) return { texts, revision };
  }
  throw new Error(`nobody wrote revision ${id}`);
}

const hasPlace = ({ file, line, column }: { file: string; line: number; column: number }): boolean =>
  /^(CLAUDE\.md|agents(\/[\w-]+\.md)?)$/.test(file) && line >= 1 && column >= 1;
const placeOf = (one: { file: string; line: number; column: number } | undefined): string =>
  one ? `${one.file}:${one.line}:${one.column}` : 'no place';

/** The keys as they shall be, and null for those that go. */
const without = (old: Record<string, string>, next: Record<string, string>): Record<string, string | null> => ({
  ...Object.fromEntries(Object.keys(old).map((key) => [key, null])),
  ...next,
});

async function eventsOnConfigMaps(): Promise<{ reason: string; says: string }[]> {
  const { items } = JSON.parse(await kubectl('-n', namespace, 'get', 'events', '-o', 'json')) as { items: unknown[] };
  return list(items).map((item) => ({
    reason: text(fields(item)['reason']) ?? '',
    says: text(fields(item)['message']) ?? '',
  }));
}

function isAnswered({ is, id, says }: Outcome, events: readonly { reason: string; says: string }[]): boolean {
  if (is === 'same') return true;
  return events.some((event) =>
    is === 'accepted'
      ? event.reason === 'ConfigAccepted' && event.says.includes(`revision ${id} `)
      : event.reason === 'ConfigRejected' && event.says.includes(says),
  );
}
