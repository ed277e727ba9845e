import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyEdit, type Edit } from '../src/demo/edit.ts';
import { minute } from '../src/lib/clock.ts';
import { listIncidents, showIncident } from '../src/record/incidents.ts';
import { openRecord, recordFile } from '../src/record/open-record.ts';
import { configFiles } from './support/config-files.ts';
import { agents, namespace, startWatch, type Watch } from './support/daemon.ts';
import { readRecord } from './support/read-record.ts';
import { workload } from './support/triage.ts';
import { waitFor } from './support/wait-for.ts';

const ignore: Edit = {
  map: agents,
  key: 'k8s-analyzer.md',
  find: '- Namespaces: kube-node-lease',
  replace: '- Namespaces: kube-node-lease, shop',
};
const back: Edit = { ...ignore, find: ignore.replace, replace: ignore.find };
/** A P0 service of the example that has been down for ten minutes. */
const brokenShop = () => workload('Deployment shop/payments', { ready: 0, since: Date.now() - 10 * minute });

const edit = (watch: Watch, change: Edit): Promise<void> => applyEdit(watch.server.url, namespace, change);
const kinds = (watch: Watch): string[] => watch.messages.map(({ kind }) => kind);

test('an edit of the running daemon that silences an open incident is told in its thread with who made it, and so is its return', async () => {
  const watch = await startWatch({ objects: brokenShop() });
  try {
    watch.clock.jump(2 * minute);
    await waitFor('the incident is told', () => kinds(watch).includes('first'));

    await edit(watch, ignore);
    await waitFor('the thread hears of the edit', () => kinds(watch).includes('not-watched'));
    const silenced = watch.messages.find(({ kind }) => kind === 'not-watched');
    assert.equal(silenced?.title, 'No longer watched: Deployment shop/payments');
    const { id } = watch.daemon.keeper.active();
    const says = `no longer watched: revision ${id} by kubectl-edit: ignored namespace \`shop\` added`;
    const hides = ': outages of P0 `web-frontend`, P0 `orders`, P0 `payments` and 5 more are not told any more';
    assert.ok(silenced?.text.startsWith(`${says}${hides}.\nIt was: `), silenced?.text);

    const cycles = watch.cycles.length;
    watch.clock.jump(70 * minute);
    await waitFor('a cycle while it is ignored', () => watch.cycles.length > cycles);
    await edit(watch, back);
    await waitFor('the thread hears that it is watched again', () => kinds(watch).includes('reopened'));
    const again = watch.messages.find(({ kind }) => kind === 'reopened');
    assert.match(again?.title ?? '', /SEV-1 \(watched again\) payments: /);
    const decided = readRecord(watch.folder, ({ messages }) => messages().map(({ because }) => because));
    const returned = watch.daemon.keeper.active().id;
    const returns = `watched again: revision ${returned} by kubectl-edit: ignored namespace \`shop\` removed`;
    assert.ok(decided.includes(returns), decided.join('\n'));
    assert.deepEqual(
      kinds(watch).filter((kind) => kind === 'first' || kind === 'resolved'),
      ['first'],
    );
  } finally {
    await watch.stop();
  }
});

test('an edit made while the monitor was down is told after its start, and the record has the story', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-edit-'));
  try {
    const first = await startWatch({ objects: brokenShop(), folder });
    first.clock.jump(2 * minute);
    await waitFor('the incident is told', () => kinds(first).includes('first'));
    await first.stop();

    const analyzer = configFiles().find(({ name }) => name === ignore.key);
    assert.ok(analyzer);
    const texts = { [ignore.key]: analyzer.text.replace(ignore.find, ignore.replace) };
    const second = await startWatch({ objects: brokenShop(), folder, texts });
    await waitFor('the thread hears of the edit', () => kinds(second).includes('not-watched'));
    assert.deepEqual(
      kinds(second).filter((kind) => kind === 'resolved'),
      [],
    );
    await second.stop();

    const record = openRecord(join(folder, recordFile), { now: Date.now() });
    const [incident] = listIncidents(record, { all: true });
    const story = incident && showIncident(record, incident.id);
    record.close();
    assert.equal(story?.incident.silenced?.says.includes('ignored namespace `shop` added'), true);
    assert.deepEqual(
      story?.events.map(({ type }) => type),
      ['opened', 'told', 'not-watched'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
