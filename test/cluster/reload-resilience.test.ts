import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
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
import { cutConnections, freeze, makeVolumesSmall, restart } from '../support/node-parts.ts';
import {
  agents,
  type Configz,
  deployMonitor,
  namespace,
  needs,
  orchestrator,
  type Pod,
  restartsOf,
} from '../support/pod.ts';
import { type SlackServer, seenIn, startSlackServer } from '../support/slack-server.ts';

const limit = 60_000;
/** kubelet takes 91 s at worst to refresh a mount, and the files speak after a minute without the API. */
const slow = 4 * 60_000;
const frozen = 2 * 60_000;

describe('what a cluster does to a running monitor', { skip: !isBesideNode && needs }, () => {
  let operator: Operator;
  let slack: SlackServer;
  let pod: Pod;
  let startedAt: number | undefined;
  let giveBack: () => Promise<void>;
  let edits = 0;

  before(async () => {
    const image = await provideImage();
    await provideBusyboxAs('mysql:8.4');
    slack = await startSlackServer(await findHostForPods());
    operator = await becomeOperator(image, { SLACK_API_URL: `${slack.url}/api/` });
    giveBack = await makeVolumesSmall('16m');
    await kubectl('apply', '-f', join(import.meta.dirname, 'deploy.yaml'));
    pod = await deployMonitor(operator);
    startedAt = await pod.metric('k8s_monitor_process_start_time_seconds');
  });

  after(async () => {
    await kubectl('delete', '--ignore-not-found', '-k', join(operator.folder, 'test'));
    await removeNamespaces('chores-tracker');
    await freeVolumes();
    await giveBack();
    await operator.remove();
    await slack.stop();
  });

  const conditions = ({ source }: Configz): string[] => source.conditions.map((one) => one.split(':')[0] ?? '');
  const seen = (what: string, most: number, is: (now: Configz) => boolean): Promise<Configz> =>
    until(what, most, async () => {
      const now = await pod.configz();
      if (!is(now))
        throw new Error(JSON.stringify({ ...now.source, active: now.active.revision, refused: now.refused }));
      return now;
    });
  /** An edit that changes what is in force; how long it took to be so. */
  const edit = async (map = orchestrator): Promise<number> => {
    const before = await pod.configz();
    const [file, at] =
      map === agents
        ? ['agents-configmap.yaml', '    ## How to judge\n']
        : ['orchestrator-configmap.yaml', '    ## Team & Contact\n'];
    await operator.edit(file, at, `    Edit ${++edits} of the afternoon.\n\n${at}`);
    await kubectl('apply', '-n', namespace, '-f', join(operator.folder, 'k8s', file));
    const began = Date.now();
    await seen('the edit is in force', limit, (now) => now.active.revision !== before.active.revision && !now.refused);
    return Date.now() - began;
  };
  /** All is as it was, by itself: the API speaks, an edit takes effect, the process is the same. */
  const recovered = async (t: TestContext): Promise<void> => {
    await seen(
      'all is in order',
      slow,
      (now) => now.source.speaking === 'api' && conditions(now).length === 0 && !now.refused,
    );
    t.diagnostic(`an edit afterwards is in force after ${await edit()} ms`);
    assert.equal(await pod.metric('k8s_monitor_config_watch_connected'), 1);
    assert.equal(await pod.metric('k8s_monitor_process_start_time_seconds'), startedAt, 'the same process');
    assert.equal(await restartsOf(), 0);
    assert.match(await pod.run('config', 'status'), /In order\./);
  };
  const inShell = (command: string): Promise<string> =>
    kubectl('-n', namespace, 'exec', 'deployment/k8s-monitor', '--', 'sh', '-c', command);
  const isHealthy = async (): Promise<boolean> => (await fetch(`${pod.url}/healthz`)).ok;
  const logOf = (): Promise<string> => kubectl('-n', namespace, 'logs', '--tail=-1', 'deployment/k8s-monitor');

  test('the volume is full: an edit counts all the same, people hear of it, and what came meanwhile is kept (F51)', async (t) => {
    await inShell('dd if=/dev/zero of=/app/logs/fill bs=64k count=1000 2>/dev/null; df /app/logs').catch(() => '');
    assert.match(await inShell('df --output=avail /app/logs'), /^\s*0$/m);
    t.diagnostic(`an edit on a full volume is in force after ${await edit()} ms`);
    const { active } = await pod.configz();
    await until('people hear of it', limit, async () =>
      slack.posts.some((post) => /cannot be written/.test(seenIn(post))),
    );
    assert.match(await logOf(), /the record .* cannot be written .*it is kept in memory/);
    assert.ok(await isHealthy());
    await inShell('rm /app/logs/fill');
    await until('the file has what was kept in memory', slow, async () =>
      new RegExp(`\\* ${active.revision}`).test(await pod.run('config', 'history')),
    );
    await recovered(t);
  });

  test('a ConfigMap deleted and made anew: what was in force stays until it is there again (F4, F7)', async (t) => {
    const { active } = await pod.configz();
    await kubectl('-n', namespace, 'delete', 'configmap', agents);
    const now = await seen('it is said', limit, (one) => conditions(one).includes('ConfigMissing'));
    assert.equal(now.active.revision, active.revision);
    assert.match(await pod.run('config', 'status'), new RegExp(`ConfigMissing.*${agents}.*not there`));
    assert.ok(await isHealthy());
    t.diagnostic(`made anew with an edit, in force after ${await edit(agents)} ms`);
    await recovered(t);
  });

  test('RBAC taken away and given back: what was in force stays, the files speak, and it is said (F39)', async (t) => {
    const { active } = await pod.configz();
    const address = new URL(pod.url).hostname;
    await kubectl('-n', namespace, 'delete', 'rolebinding', 'k8s-monitor');
    // A watch that was begun goes on without the right to begin one.
    await until('the server refuses', limit, async () => {
      await cutConnections(address);
      return conditions(await pod.configz()).includes('Forbidden');
    });
    assert.equal(await pod.metric('k8s_monitor_config_watch_connected'), 0);
    assert.match(await pod.run('config', 'status'), /Forbidden.*may not be read/);
    const later = await seen('the files speak', slow, (one) => one.source.speaking === 'files');
    assert.equal(later.active.revision, active.revision);
    assert.equal(later.refused, null);
    assert.match(await logOf(), /configuration comes from files/);
    assert.ok(await isHealthy());
    await kubectl('apply', '-k', join(operator.folder, 'test'));
    await recovered(t);
  });

  test('the kubelet killed and started again: nothing restarts, and the mount follows the next edit', async (t) => {
    await restart('kubelet');
    const took = await edit();
    t.diagnostic(`an edit without a kubelet is in force after ${took} ms`);
    await until('the node is ready', slow, async () =>
      /True/.test(
        await kubectl('get', 'node', 'node-1', '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'),
      ),
    );
    const began = Date.now();
    await until('the mount has the edit', slow, () => inShell(`grep "Edit ${edits} of" /app/.claude/CLAUDE.md`));
    t.diagnostic(`the mount has it ${Date.now() - began} ms after the node was ready`);
    await recovered(t);
  });

  test('the API server stopped for two minutes: what was in force stays, it is said, and it comes back by itself (F42)', async (t) => {
    const { active } = await pod.configz();
    const goOn = await freeze('kube-apiserver');
    const stoppedAt = Date.now();
    try {
      await cutConnections(new URL(pod.url).hostname);
      await seen('it is said', slow, (now) => conditions(now).includes('ApiAway'));
      t.diagnostic(`said after ${Date.now() - stoppedAt} ms`);
      while (Date.now() - stoppedAt < frozen) {
        const now = await pod.configz();
        assert.equal(now.active.revision, active.revision);
        assert.equal(now.refused, null);
        assert.ok(await isHealthy());
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    } finally {
      goOn();
    }
    const began = Date.now();
    await seen(
      'the API speaks again',
      slow,
      (now) => now.source.speaking === 'api' && now.source.watchConnected === true,
    );
    t.diagnostic(`the API speaks again ${Date.now() - began} ms after it came back`);
    await recovered(t);
  });
});
