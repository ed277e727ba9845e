import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '../../src/cluster/api/connection.ts';
import { follow } from '../../src/cluster/api/follow.ts';
import { fields, list, text } from '../../src/cluster/project/read.ts';
import { listFindings } from '../../src/record/findings.ts';
import { openRecord, recordFile } from '../../src/record/open-record.ts';
import { kubectl, removeNamespaces, startDaemonProcess, until } from '../support/cluster.ts';
import { exampleFolder } from '../support/config-files.ts';
import { readRecord } from '../support/read-record.ts';

const limit = 3 * 60_000;
const promised = 2000;

/** The state by which anybody who watches pods sees each fail; `was` it ready before. */
const failures: Record<string, { check: string; shows: (pod: unknown, was: boolean) => boolean }> = {
  // The first crash is no loop: the second is.
  crasher: { check: 'crash-loop', shows: (pod) => crashes(pod) > 1 },
  unready: { check: 'not-ready', shows: (pod, was) => was && condition(pod, 'Ready') === 'False' },
  unpullable: { check: 'image-pull', shows: (pod) => waits(pod, 'ErrImagePull') },
  unconfigured: { check: 'config-error', shows: (pod) => waits(pod, 'CreateContainerConfigError') },
  unschedulable: { check: 'unschedulable', shows: (pod) => condition(pod, 'PodScheduled') === 'False' },
};

test('a failure is in the record at most 2 s after the API shows it (A12)', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'k8s-monitor-latency-'));
  const daemon = await startDaemonProcess(folder, exampleFolder);
  const connection = await connect({ kubeconfig: process.env['KUBECONFIG'] ?? '', home: '.' });
  const shown = new Map<string, number>();
  const ready = new Set<string>();
  const look = (pod: unknown): void => {
    const name = text(fields(fields(fields(pod)['metadata'])['labels'])['app']) ?? '';
    if (condition(pod, 'Ready') === 'True') ready.add(name);
    if (!shown.has(name) && failures[name]?.shows(pod, ready.has(name))) shown.set(name, Date.now());
  };
  const nothing = (): void => undefined;
  const watch = follow(connection, {
    path: '/api/v1/namespaces/latency/pods',
    mayBeAbsent: false,
    sink: {
      begin: nothing,
      add: look,
      forget: nothing,
      complete: nothing,
      change: (_type, pod) => look(pod),
      state: nothing,
    },
  });
  t.after(async () => {
    await watch.stop();
    await connection.close();
    await daemon.stop();
    await removeNamespaces('latency');
    await rm(folder, { recursive: true });
  });
  await watch.settled;
  await until('the first cycle', limit, async () => readRecord(folder, ({ cycles }) => cycles().length > 0));

  await kubectl('apply', '-f', join(import.meta.dirname, 'latency.yaml'));
  const record = openRecord(join(folder, recordFile), { now: Date.now() });
  t.after(() => record.close());
  const recorded = new Map<string, number>();
  await until('every failure is shown and recorded', limit, async () => {
    for (let times = 0; times < 20; times++) {
      const found = listFindings(record).filter(({ subject }) => subject.namespace === 'latency');
      for (const [name, { check }] of Object.entries(failures)) {
        const isThere = found.some((one) => one.subject.name === name && one.check === check);
        // What was found while it started is another finding.
        if (!isThere) recorded.delete(name);
        else if (!recorded.has(name)) recorded.set(name, Date.now());
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const missing = Object.keys(failures).filter((name) => !shown.has(name) || !recorded.has(name));
    if (missing.length > 0) throw new Error(`not yet: ${missing.join(', ')}`);
    return true;
  });

  const took = Object.keys(failures).map((name) => ({
    name,
    took: (recorded.get(name) ?? Number.POSITIVE_INFINITY) - (shown.get(name) ?? 0),
  }));
  for (const one of took) t.diagnostic(`${one.name}: recorded ${one.took} ms after the API showed it`);
  assert.deepEqual(
    took.filter((one) => one.took > promised),
    [],
  );
});

function waits(pod: unknown, reason: string): boolean {
  return list(fields(fields(pod)['status'])['containerStatuses']).some(
    (status) => fields(fields(fields(status)['state'])['waiting'])['reason'] === reason,
  );
}

/** How often its container has ended with a fault. */
function crashes(pod: unknown): number {
  const [status] = list(fields(fields(pod)['status'])['containerStatuses']);
  const ended = fields(fields(fields(status)['state'])['terminated'])['exitCode'];
  return Number(fields(status)['restartCount'] ?? 0) + (ended === undefined || ended === 0 ? 0 : 1);
}

function condition(pod: unknown, type: string): string | undefined {
  const found = list(fields(fields(pod)['status'])['conditions']).find((one) => fields(one)['type'] === type);
  return text(fields(found)['status']);
}
