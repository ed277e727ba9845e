import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { CycleDocument } from '../../src/cli/cycle-document.ts';
import { cycle, kubectl, monitor, onTestbed, readFaults, removeNamespaces, until } from '../support/cluster.ts';
import { exampleFolder } from '../support/config-files.ts';

const limit = 5 * 60_000;
/** Of every kind of cause one: what logs, events, missing objects and selectors show must be in the recording too. */
const chosen = [
  'crash-missing-env',
  'image-not-found',
  'missing-configmap',
  'service-selector',
  'unschedulable-cpu',
  'quota',
];

/** What an incident says, without its id and without what counts on by the second. */
const story = ({ incidents }: CycleDocument): object[] =>
  incidents
    .map(({ severity, subject, family, cause, services, findings, victims, next }) => ({
      ...{ severity, subject, family, cause, services, victims, next },
      findings: findings.toSorted(),
    }))
    .toSorted((a, b) => JSON.stringify(a.subject).localeCompare(JSON.stringify(b.subject)));

test('a recording of a real cluster tells what the cluster tells, and no secret', async (t) => {
  const faults = readFaults().filter(({ namespace }) => chosen.includes(namespace));
  const folder = await mkdtemp(join(tmpdir(), 'k8s-monitor-recording-'));
  t.after(async () => {
    await removeNamespaces('recording', ...faults.map(({ namespace }) => namespace));
    await rm(folder, { recursive: true });
  });
  await kubectl('apply', '-f', join(import.meta.dirname, 'recording.yaml'));
  await onTestbed('fault', ...faults.map(({ file }) => file));
  const live = (): Promise<CycleDocument> => cycle('--config', exampleFolder);
  await until('an incident for every fault', limit, async () => {
    const namespaces = new Set((await live()).incidents.map(({ subject }) => subject.namespace));
    const missing = ['recording', ...chosen].filter((namespace) => !namespaces.has(namespace));
    if (missing.length > 0) throw new Error(`none for ${missing.join(', ')}`);
    return true;
  });

  // The cluster goes on while it is recorded: what is compared is the same before and after.
  let tries = 0;
  const { dir, before } = await until('a cluster that stands still for a recording', limit, async () => {
    const dir = join(folder, `recording-${tries++}`);
    const before = await live();
    await monitor('record', dir);
    const after = await live();
    return JSON.stringify(story(before)) === JSON.stringify(story(after)) && { dir, before };
  });
  const recorded = await cycle('--config', exampleFolder, '--recording', dir);
  assert.deepEqual(story(recorded), story(before));
  assert.ok(before.incidents.length > chosen.length);
  t.diagnostic(`${before.incidents.length} incidents are the same, at try ${tries}`);

  const files = readdirSync(dir).map((file) => {
    const content = readFileSync(join(dir, file));
    return { file, text: (file.endsWith('.gz') ? gunzipSync(content) : content).toString() };
  });
  const token = /token: "?([\w.-]{16,})/.exec(readFileSync(process.env['KUBECONFIG'] ?? '', 'utf8'))?.[1];
  for (const { file, text } of files) {
    assert.deepEqual([...text.matchAll(/.{0,60}canary.{0,40}/g)].map(String), [], `${file} holds what is secret`);
    assert.ok(token === undefined || !text.includes(token), `${file} holds the token of the kubeconfig`);
    assert.doesNotMatch(text, /\beyJ[\w-]{20,}\.[\w-]{20,}/, `${file} holds a token`);
  }
  assert.ok(
    files.some(({ text }) => text.includes('environment variable DB_HOST is not set')),
    'the log that names the cause is there',
  );
});
