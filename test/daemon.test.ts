import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { folderSource } from '../src/daemon/config-source.ts';
import { applyEdit, type Edit } from '../src/demo/edit.ts';
import { minute, systemClock } from '../src/lib/clock.ts';
import { secretOf } from '../src/lib/secret.ts';
import type { Sender } from '../src/notify/sender.ts';
import { slackHookSender } from '../src/notify/slack-hook.ts';
import { exampleFolder } from './support/config-files.ts';
import { namespace, orchestrator, startWatch, type Watch } from './support/daemon.ts';
import { workload } from './support/triage.ts';
import { waitFor } from './support/wait-for.ts';

const good: Edit = {
  map: orchestrator,
  key: 'CLAUDE.md',
  find: '- reports (P3): Nightly numbers for the office',
  replace: '- reports (P2): Nightly numbers for the office',
};
const broken: Edit = { ...good, replace: '- reports (P5): Nightly numbers for the office' };
const line = readFileSync(join(exampleFolder, 'CLAUDE.md'), 'utf8').split('\n').indexOf(good.find) + 1;
const back = ({ find, replace, ...rest }: Edit): Edit => ({ ...rest, find: replace, replace: find });

/** A P0 service of the example that has been down for ten minutes. */
const brokenShop = workload('Deployment shop/payments', { ready: 0, since: Date.now() - 10 * minute });

const edit = (watch: Watch, change: Edit): Promise<void> => applyEdit(watch.server.url, namespace, change);
const says = (watch: Watch, text: string): boolean => watch.log.some(({ message }) => message.includes(text));
const eventsOf = (watch: Watch, reason: string) =>
  watch.server.objects().filter((object) => object.kind === 'Event' && object['reason'] === reason);

test('from the start on it says how it is', async () => {
  const watch = await startWatch();
  try {
    const active = watch.daemon.keeper.active().id;
    assert.equal(watch.cycles[0]?.trigger, 'start');
    assert.deepEqual(await watch.get('/readyz'), { status: 200, text: `revision ${active} is in force\n` });
    assert.equal((await watch.get('/healthz')).status, 200);
    const { text } = await watch.get('/metrics');
    assert.match(text, new RegExp(`^k8s_monitor_config_active_info\\{revision="${active}".*\\} 1$`, 'm'));
    assert.doesNotMatch(text, /^k8s_monitor_config_refused_info\{/m);
    assert.match(text, /^k8s_monitor_cycles_total\{trigger="start",result="completed"\} 1$/m);
    assert.match(text, /^k8s_monitor_source_seen\{source="pods"\} 1$/m);
    const { active: shown, refused } = JSON.parse((await watch.get('/configz')).text);
    assert.deepEqual([shown.revision, refused], [active, null]);
    // The lines that the guide tells operators to look for.
    assert.ok(says(watch, 'Loading orchestrator context from CLAUDE.md'));
    assert.ok(says(watch, 'Discovered agents: escalation-manager, github-reviewer, k8s-analyzer, slack-notifier'));
  } finally {
    await watch.stop();
  }
});

test('POST /-/cycle starts a cycle and POST /-/reload reads again, with a token only who has it', async () => {
  const watch = await startWatch({ http: { host: '127.0.0.1', port: 0, token: secretOf('planted-admin-token') } });
  try {
    const post = async (authorization?: string, what = 'cycle'): Promise<number> => {
      const headers = authorization ? { authorization } : {};
      return (await fetch(`${watch.daemon.url}/-/${what}`, { method: 'POST', headers })).status;
    };
    assert.deepEqual([await post(), await post('Bearer planted-admin-tokem')], [401, 401]);
    assert.deepEqual([await post('', 'reload'), await post('Bearer planted-admin-token', 'reload')], [401, 200]);
    assert.ok(!watch.cycles.some(({ trigger }) => trigger === 'request'));
    assert.equal(await post('Bearer planted-admin-token'), 202);
    await waitFor('the cycle', () => watch.cycles.some(({ trigger }) => trigger === 'request'));
    assert.equal((await watch.get('/-/cycle')).status, 404, 'a GET, which browsers prefetch, starts nothing');
  } finally {
    await watch.stop();
  }
});

test('a good edit is in force at once and starts a cycle, a broken one changes nothing and names its line (F38)', async () => {
  const watch = await startWatch();
  const { keeper } = watch.daemon;
  try {
    await edit(watch, good);
    await waitFor('a cycle under the edit', () => watch.cycles.some(({ trigger }) => trigger === 'config-change'));
    const active = keeper.active();
    assert.equal(watch.last()?.revision, active);
    assert.equal(active.services.find(({ name }) => name === 'reports')?.priority, 'P2');
    await waitFor('the author is told', () =>
      eventsOf(watch, 'ConfigAccepted').some(({ message }) => String(message).includes(`${active.id} is in force: `)),
    );

    const cycles = watch.cycles.length;
    await edit(watch, { ...broken, find: good.replace });
    await waitFor('the refusal', () => keeper.refusal() !== undefined);
    assert.equal(keeper.active(), active, 'the very same revision stays in force');
    await waitFor('the author is told', () => eventsOf(watch, 'ConfigRejected').length === 1);
    const [event] = eventsOf(watch, 'ConfigRejected');
    assert.match(String(event?.['message']), new RegExp(`CLAUDE\\.md:${line}:\\d+ .*P5`));
    const map = watch.server.objects().find(({ metadata }) => metadata.name === orchestrator);
    const { uid, resourceVersion } = { ...map?.metadata };
    assert.ok(uid, '`kubectl describe` looks for Events by the uid');
    assert.deepEqual(event?.['involvedObject'], {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace,
      name: orchestrator,
      uid,
      resourceVersion,
    });
    assert.ok(says(watch, `CLAUDE.md:${line}:`));
    const configuration = JSON.parse((await watch.get('/configz')).text);
    assert.equal(configuration.active.revision, active.id);
    assert.equal(configuration.refused.revision, keeper.refusal()?.id);
    const { text } = await watch.get('/metrics');
    assert.match(text, new RegExp(`^k8s_monitor_config_active_info\\{revision="${active.id}".*\\} 1$`, 'm'));
    assert.match(text, new RegExp(`^k8s_monitor_config_refused_info\\{revision="${keeper.refusal()?.id}"\\} 1$`, 'm'));
    assert.match(text, /^k8s_monitor_config_reloads_total\{result="refused",reason="priority-unknown"\} 1$/m);
    assert.match(text, /^k8s_monitor_config_last_reload_successful 0$/m);
    assert.equal(watch.cycles.length, cycles, 'nothing changed, so nothing is judged anew');

    await edit(watch, back({ ...broken, find: good.replace }));
    await waitFor('the good text clears the refusal', () => keeper.refusal() === undefined);
    assert.equal(keeper.active(), active);
    assert.doesNotMatch((await watch.get('/metrics')).text, /^k8s_monitor_config_refused_info\{/m);
  } finally {
    await watch.stop();
  }
});

test('a deleted or emptied ConfigMap never replaces what is in force (F4, F5)', async () => {
  const watch = await startWatch();
  const { keeper } = watch.daemon;
  const active = keeper.active();
  try {
    watch.server.remove({ kind: 'ConfigMap', namespace, name: orchestrator });
    await waitFor('the refusal', () => keeper.refusal() !== undefined);
    assert.equal(keeper.active(), active);
    assert.match(keeper.refusal()?.problems[0]?.code ?? '', /config-map-missing/);
    watch.server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: orchestrator, namespace }, data: {} });
    await waitFor('the empty one is refused', () =>
      Boolean(keeper.refusal()?.problems.some(({ code }) => code === 'config-map-empty')),
    );
    assert.equal(keeper.active(), active);
  } finally {
    await watch.stop();
  }
});

test('a folder is watched, and SIGHUP reads it again and runs a cycle', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-config-'));
  after(() => rmSync(folder, { recursive: true }));
  cpSync(exampleFolder, folder, { recursive: true });
  const watch = await startWatch({ source: (clock) => folderSource(folder, clock) });
  const path = join(folder, 'CLAUDE.md');
  const text = readFileSync(path, 'utf8');
  try {
    const before = watch.daemon.keeper.active();
    writeFileSync(path, text.replace(good.find, good.replace));
    await waitFor('the edit', () => watch.daemon.keeper.active() !== before);
    await waitFor('its cycle', () => watch.cycles.some(({ trigger }) => trigger === 'config-change'));
    await watch.daemon.reread();
    await waitFor('the cycle of SIGHUP', () => watch.cycles.some(({ trigger }) => trigger === 'signal'));
  } finally {
    await watch.stop();
  }
});

test('one data folder has one daemon, and stop lets go of it (F46)', async () => {
  const first = await startWatch();
  const second = startWatch({ folder: first.folder });
  await assert.rejects(second, /another k8s-monitor uses .*: stop it, or set K8S_MONITOR_DATA_DIR to another folder/);
  await first.daemon.stop();
  const third = await startWatch({ folder: first.folder });
  await third.stop();
  await first.end();
});

test('a port that is taken ends the command with a sentence', async () => {
  const watch = await startWatch();
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-port-'));
  try {
    writeFileSync(join(folder, 'kubeconfig'), watch.server.kubeconfig());
    const { port } = new URL(watch.daemon.url);
    const command = fileURLToPath(new URL('../bin/k8s-monitor.js', import.meta.url));
    const env = {
      KUBECONFIG: join(folder, 'kubeconfig'),
      K8S_MONITOR_DATA_DIR: folder,
      K8S_MONITOR_HTTP_HOST: '127.0.0.1',
      K8S_MONITOR_HTTP_PORT: port,
    };
    // The limit is for a process that does not end.
    const run = promisify(execFile)(process.execPath, [command, 'run'], { env, timeout: 30_000 });
    await assert.rejects(run, ({ code, stderr }: { code: unknown; stderr: string }) => {
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`port ${port} cannot be had`));
      return true;
    });
  } finally {
    await watch.stop();
    rmSync(folder, { recursive: true });
  }
});

test('stop drains: what is decided is sent before it returns, and what cannot be sent stays in the outbox (A14)', async () => {
  const gate = Promise.withResolvers<void>();
  const sent: string[] = [];
  const slow: Sender = {
    route: 'slack',
    async send({ title }) {
      await gate.promise;
      sent.push(title);
      return { ok: true };
    },
  };
  const watch = await startWatch({ objects: brokenShop, senders: [slow] });
  try {
    watch.clock.jump(2 * minute);
    await waitFor('something is decided', () => watch.last()?.deliveries.length === 1);
    assert.match((await watch.get('/metrics')).text, /^k8s_monitor_outbox_oldest_seconds \d/m);
    const stopping = watch.daemon.stop();
    assert.deepEqual(sent, []);
    gate.resolve();
    await stopping;
    assert.equal(sent.length, 1);
    assert.match(sent[0] ?? '', /SEV-1 .*payments/);
  } finally {
    gate.resolve();
    await watch.end();
  }
});

test('a secret shows up nowhere, though the request with it fails', async () => {
  const planted = 'planted-value-of-a-secret';
  const hook = secretOf(`http://127.0.0.1:9/services/${planted}`);
  const http = { host: '127.0.0.1', port: 0, token: secretOf(planted) };
  const senders = [slackHookSender({ url: hook, clock: systemClock })];
  const watch = await startWatch({ objects: brokenShop, senders, http });
  try {
    watch.clock.jump(2 * minute);
    await waitFor('a message fails', () => watch.log.some(({ message }) => /not (be )?delivered/.test(message)));
    const shown = [JSON.stringify(watch.log), (await watch.get('/metrics')).text, (await watch.get('/configz')).text];
    const files = readdirSync(watch.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    for (const text of [...shown, ...files]) assert.ok(!text.includes(planted), text.slice(0, 300));
    assert.ok(files.length > 0);
  } finally {
    await watch.stop();
  }
});
