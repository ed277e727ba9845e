import type { HealthCheck, ServiceEntry } from '../../config/revision.ts';
import { type Millis, second } from '../../lib/clock.ts';
import { atMost } from '../api/at-most.ts';
import type { ProbeResult } from '../beside.ts';
import type { Ref, Service } from '../objects.ts';
import { refOf } from '../world.ts';
import { type Answer, askHttp, askTcp } from './ask-service.ts';
import { findProbeTarget } from './find-probe-target.ts';

/** How often a row failed or succeeded in a row, kept from one round to the next. */
export type ProbeMemory = ReadonlyMap<string, ProbeState>;
type ProbeState = { failures: number; successes: number; firstFailure?: Millis; failing: boolean };

export type ProbeOptions = {
  now: Millis;
  /** Outside of a cluster a ClusterIP is somebody else's address: nothing is asked. */
  inCluster: boolean;
  /** Asked first by TCP (the API server): where it fails as well, the network is ours to blame and no row is judged. */
  control: { host: string; port: number };
  timeoutMs?: Millis;
};

/** One lost packet is no outage, one lucky answer is no recovery. */
const failuresToFire = 3;
const successesToClear = 2;
const timeout: Millis = 3 * second;
const atOnce = 10;

/**
 * One round over the rows of Health Check Patterns: asks the ClusterIP of each row's Service and nobody else. Returns a result for
 * every row and the memory for the next round. Never rejects.
 */
export async function probeServices(
  checks: readonly HealthCheck[],
  inventory: { entries: readonly ServiceEntry[]; services: readonly Service[] },
  before: ProbeMemory,
  options: ProbeOptions,
): Promise<{ results: ProbeResult[]; memory: ProbeMemory }> {
  const rows = checks.map((check) =>
    planRow(check, findProbeTarget(check, inventory.entries, inventory.services), options),
  );
  const timeoutMs = options.timeoutMs ?? timeout;
  const answers = new Map<Row, Answer>();
  const asked = rows.filter((row) => row.ask !== undefined);
  await atMost(atOnce, asked, async (row) => {
    if (row.ask) answers.set(row, await row.ask(timeoutMs));
  });
  // Asked last, and only where something failed: a network that broke in between is then seen as well.
  const failed = [...answers.values()].some(({ ok }) => !ok);
  const control = failed
    ? await askTcp(options.control.host, options.control.port, timeoutMs)
    : { ok: true, detail: '' };
  const memory = new Map<string, ProbeState>();
  const results = rows.map((row) => {
    const answer = control.ok ? answers.get(row) : undefined;
    const old = before.get(row.key);
    const state = answer ? nextState(old, answer, options.now) : old;
    if (state) memory.set(row.key, state);
    return resultOf(row, answer, state, control.ok ? undefined : control.detail, options.now);
  });
  return { results, memory };
}

type Row = { key: string; service: string; target: Ref; why?: string; ask?: (timeoutMs: Millis) => Promise<Answer> };

function planRow(check: HealthCheck, service: Service | undefined, { inCluster }: ProbeOptions): Row {
  const named = {
    service: check.service,
    key: [check.service, check.protocol, check.host ?? '', check.port ?? '', check.path ?? ''].join(' '),
  };
  if (!service) return { ...named, target: { kind: 'Service', name: check.service }, why: 'no Service of that name' };
  const row = { ...named, target: refOf(service) };
  const host = service.clusterIP;
  const port = check.port ?? (service.ports.length === 1 ? service.ports[0]?.port : undefined);
  if (!inCluster) return { ...row, why: 'not checked from here: only inside the cluster' };
  if (host === undefined || !/^[0-9a-f.:]+$/i.test(host)) return { ...row, why: 'its Service has no ClusterIP' };
  if (port === undefined) return { ...row, why: 'its Service has several ports: name one' };
  if (check.protocol === 'tcp') return { ...row, ask: (timeoutMs) => askTcp(host, port, timeoutMs) };
  const url = urlOf(check.protocol, host, port, check.path ?? '/');
  return url
    ? { ...row, ask: (timeoutMs) => askHttp(url, `${service.name}.${service.namespace}`, timeoutMs) }
    : { ...row, why: 'its path is none' };
}

/** A path is only ever a path: `//elsewhere` and `http://elsewhere` stay on the Service. */
function urlOf(protocol: 'http' | 'https', host: string, port: number, path: string): URL | undefined {
  const base = `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (!URL.canParse(base)) return undefined;
  const url = new URL(base);
  const [pathname = '', query] = path.split('?', 2);
  url.pathname = pathname;
  if (query !== undefined) url.search = query;
  return url;
}

function nextState(old: ProbeState | undefined, answer: Answer, now: Millis): ProbeState {
  if (answer.ok) {
    const successes = (old?.successes ?? 0) + 1;
    const failing = (old?.failing ?? false) && successes < successesToClear;
    return {
      failures: 0,
      successes,
      failing,
      ...(failing && old?.firstFailure !== undefined && { firstFailure: old.firstFailure }),
    };
  }
  const failures = (old?.failures ?? 0) + 1;
  return {
    failures,
    successes: 0,
    firstFailure: old?.firstFailure ?? now,
    failing: (old?.failing ?? false) || failures >= failuresToFire,
  };
}

function resultOf(
  row: Row,
  answer: Answer | undefined,
  state: ProbeState | undefined,
  blind: string | undefined,
  now: Millis,
): ProbeResult {
  const shared = { service: row.service, target: row.target, at: now };
  if (!answer) {
    const detail = row.why ?? `not checked: the control probe failed as well (${blind ?? 'not asked'})`;
    return { ...shared, result: 'not-checked', detail };
  }
  if (!state?.failing) return { ...shared, result: 'ok', detail: answer.detail };
  return {
    ...shared,
    result: 'failing',
    detail: answer.detail,
    ...(state.firstFailure !== undefined && { failingSince: state.firstFailure }),
  };
}
