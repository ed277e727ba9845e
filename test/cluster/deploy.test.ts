import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import * as z from 'zod';
import { fields } from '../../src/cluster/project/read.ts';
import { kubectl, removeNamespaces, until } from '../support/cluster.ts';
import {
  becomeOperator,
  findHostForPods,
  findImage,
  freeVolumes,
  isBesideNode,
  type Operator,
  provideBusyboxAs,
  provideImage,
} from '../support/deployment.ts';
import { documentedRights, rightsOf } from '../support/permissions.ts';
import { namespace, needs } from '../support/pod.ts';
import { type SlackServer, seenIn, startSlackServer } from '../support/slack-server.ts';

const limit = 60_000;
/** Promised is under a second on a machine of its own; here an API server, a kubelet and the pods share two processors. */
const effectLimit = 5_000;
const dev = 'k8s-monitor-dev';
const tokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const orchestrator = 'orchestrator-configmap.yaml';
const agents = 'agents-configmap.yaml';

describe('deployed from nothing, on a real kubelet', { skip: !isBesideNode && needs }, () => {
  let image = '';
  let operator: Operator;
  let slack: SlackServer;

  before(async () => {
    image = await provideImage();
    await provideBusyboxAs('mysql:8.4');
    slack = await startSlackServer(await findHostForPods());
    operator = await becomeOperator(image, { SLACK_API_URL: `${slack.url}/api/` });
    // What is told after a minute of settling takes a minute to test.
    for (const heading of ['SEV-1: Critical', 'SEV-2: High', 'SEV-3: Medium', 'SEV-4: Low'])
      await operator.edit(orchestrator, `    ### ${heading}\n`, `    ### ${heading}\n\n    - **Settle**: 0s`);
    await operator.edit(orchestrator, 'Europe/Berlin', zoneWhereItIsTwo());
    await kubectl('apply', '-f', join(import.meta.dirname, 'deploy.yaml'));
    for (const name of ['chores-tracker-backend', 'chores-tracker-frontend', 'mysql', 'redis'])
      await rolledOut('chores-tracker', name);
  });

  after(async () => {
    for (const overlay of ['test', 'test-dev'])
      await kubectl('delete', '--ignore-not-found', '-k', join(operator.folder, overlay));
    await removeNamespaces('chores-tracker');
    await freeVolumes();
    await operator.remove();
    await slack.stop();
  });

  /** Applies a manifest as the guide says; when that began, and how long kubectl itself took, which is most of it here. */
  const apply = async (file: string, where = namespace): Promise<{ began: number; kubectlTook: number }> => {
    const began = Date.now();
    await kubectl('apply', '-n', where, '-f', join(operator.folder, 'k8s', file));
    return { began, kubectlTook: Date.now() - began };
  };
  const told = (...words: RegExp[]): boolean =>
    slack.posts.some((post) => words.every((word) => word.test(seenIn(post))));
  const tell = (t: TestContext, what: string, { began, kubectlTook }: Awaited<ReturnType<typeof apply>>): void => {
    const took = Date.now() - began;
    t.diagnostic(`${what}: ${took} ms after kubectl apply began, ${kubectlTook} ms of them kubectl's own`);
    assert.ok(took < effectLimit, `${what}: ${took} ms`);
  };

  test('the image is below 350 MB', async (t) => {
    const bytes = (await findImage(image)) ?? Number.NaN;
    t.diagnostic(`${image}: ${Math.round(bytes / 1e6)} MB`);
    assert.ok(bytes < 350e6, `${bytes} bytes`);
  });

  test('kubectl apply -k k8s/: ready in under 30 s, in a namespace that admits restricted pods only', async (t) => {
    await kubectl('apply', '-f', join(operator.folder, 'k8s', 'namespace.yaml'));
    const token = '--from-literal=SLACK_BOT_TOKEN=xoxb-test';
    await kubectl('-n', namespace, 'create', 'secret', 'generic', 'k8s-monitor-secrets', token);
    const began = Date.now();
    await kubectl('apply', '-k', join(operator.folder, 'test'));
    await rolledOut(namespace, 'k8s-monitor');
    const took = Date.now() - began;
    t.diagnostic(`ready ${took} ms after kubectl apply began`);
    assert.ok(took < 30_000, `${took} ms`);
    const labels = await kubectl('get', 'namespace', namespace, '-o', 'jsonpath={.metadata.labels}');
    assert.match(labels, /"pod-security.kubernetes.io\/enforce":"restricted"/);
  });

  test("the guide's commands show the mounts, the log and the configuration", async () => {
    const exec = ['exec', '-n', namespace, 'deployment/k8s-monitor', '--'];
    const rows: [args: string[], shows: RegExp][] = [
      [[...exec, 'ls', '-la', '/app/.claude/'], /CLAUDE\.md[\s\S]* agents$/m],
      [[...exec, 'ls', '-la', '/app/.claude/agents/'], /github-reviewer\.md[\s\S]*k8s-analyzer\.md/],
      [[...exec, 'grep', '-i', 'critical services', '/app/.claude/CLAUDE.md'], /## Critical Services \(P0/],
      [[...exec, 'head', '-20', '/app/.claude/agents/k8s-analyzer.md'], /^---\nname: k8s-analyzer$/m],
      [['get', 'configmap', '-n', namespace, 'k8s-monitor-orchestrator', '-o', 'yaml'], /vault/],
      [['logs', '-n', namespace, '-l', 'app=k8s-monitor', '--tail=-1'], /Loading orchestrator context from CLAUDE\.md/],
      [['logs', '-n', namespace, '-l', 'app=k8s-monitor', '--tail=-1'], /Discovered agents: .*k8s-analyzer/],
      [[...exec, 'k8s-monitor', 'config', 'status'], /In order\./],
      [[...exec, 'k8s-monitor', 'config', 'check', '--strict', '/app/.claude'], /would be accepted/],
    ];
    for (const [args, shows] of rows) assert.match(await kubectl(...args), shows, args.join(' '));
  });

  test('nobody hears of a healthy cluster, nor of what the role does not grant', async () => {
    const { incidents } = await cycleInPod();
    assert.deepEqual(
      incidents.map(({ says }) => says),
      [],
    );
    assert.deepEqual(slack.posts.map(seenIn), []);
  });

  test('scenario 1: a service that is added as P0 is told at once, because it is down', async (t) => {
    const entry = '    - my-new-service: Description of service\n      - Namespace: chores-tracker\n';
    await operator.edit(orchestrator, '    - mysql: The only', `${entry}    - mysql: The only`);
    const applied = await apply(orchestrator);
    await slack.until(() => told(/SEV-1/, /my-new-service/));
    tell(t, 'a message in Slack', applied);
    const [incident, ...others] = await openIncidents();
    assert.deepEqual([incident?.severity, incident?.services, others], ['SEV-1', ['my-new-service'], []]);
    assert.match(await describeConfigMap('k8s-monitor-orchestrator'), /ConfigAccepted/);
  });

  test('scenario 2: a service that is expected to be down is not told, and what was told of it ends', async (t) => {
    await kubectl('-n', 'chores-tracker', 'scale', 'deployment/mysql', '--replicas=0');
    await slack.until(() => told(/SEV-1/, /mysql/));
    const issue = [
      '### Database Backup Window',
      `- Every ${weekday()} 2-4 AM`,
      '- Why: Regular backup process',
      '- Solution: This is expected - DO NOT FLAG',
      '',
      '### vault is sealed',
    ];
    await operator.edit(orchestrator, '    ### vault is sealed', issue.map((line) => line && `    ${line}`).join('\n'));
    const applied = await apply(orchestrator);
    await until('mysql is no incident any more', limit, async () =>
      (await openIncidents()).every(({ services }) => !services.includes('mysql')),
    );
    tell(t, 'the incident ended', applied);
  });

  test('scenario 3: a P0 that was told when it went down is told after 2 minutes of it', async (t) => {
    const edited = 'Any P0 service down for > 2 minutes (was: immediately)';
    await operator.edit(agents, 'Any P0 service down immediately', edited);
    const before = await revisionOf();
    const applied = await apply(agents);
    await until('the edit is in force', limit, async () => (await revisionOf()) !== before);
    tell(t, 'the edit is in force', applied);
    await kubectl('-n', 'chores-tracker', 'scale', 'deployment/chores-tracker-frontend', '--replicas=0');
    const held = await until('the frontend is down and waits', limit, async () =>
      (await pendingFindings()).find(({ says, check }) => check === 'no-replicas' && says.includes('frontend')),
    );
    assert.match(held.pending.because, /Any P0 service down for > 2 minutes/);
    const waits = Date.parse(held.pending.until) - Date.parse(held.since);
    assert.ok(Math.abs(waits - 2 * 60_000) < 5_000, `${waits} ms`);
    assert.ok(!told(/frontend/));
    await kubectl('-n', 'chores-tracker', 'scale', 'deployment/chores-tracker-frontend', '--replicas=1');
  });

  test("scenario 4: the guide's memory check runs as it is written, and is one warning instead of a message a pod", async (t) => {
    const check = [
      '### 5. Memory Usage Alerts',
      '',
      '```bash',
      '# New check: Find pods using >80% of limit',
      'kubectl get pods --all-namespaces -o json | \\',
      "  jq '.items[] | select(.spec.containers[].resources.limits.memory)'",
      '```',
      '',
      '## How to look',
    ];
    await operator.edit(agents, '    ## How to look', check.map((line) => line && `    ${line}`).join('\n'));
    const applied = await apply(agents);
    const warning = await until(
      'the check has run',
      limit,
      async () => /custom check \\"Memory Usage Alerts\\" matches \d+ of \d+ objects/.exec(await logOf())?.[0],
    );
    tell(t, String(warning), applied);
    const about = await until('its incident', limit, async () => {
      const found = (await openIncidents()).filter(({ says }) => says.startsWith('Memory Usage Alerts'));
      return found.length > 0 && found;
    });
    assert.deepEqual(
      about.map(({ severity }) => severity),
      ['SEV-4'],
    );
    assert.ok(!told(/Memory Usage Alerts/), 'what is SEV-4 waits for the digest');
  });

  test('an edit that cannot be read is refused with its line, and nothing changes', async (t) => {
    const before = await revisionOf();
    await operator.edit(agents, 'for > 2 minutes (was: immediately)', 'for two fortnights');
    const applied = await apply(agents);
    const event = await until(
      'it is refused',
      limit,
      async () => /ConfigRejected.*/.exec(await describeConfigMap('k8s-monitor-agents'))?.[0],
    );
    tell(t, `refused, ${event}`, applied);
    assert.match(event, /escalation-manager\.md:\d+:\d+/);
    assert.equal(await revisionOf(), before);
    await operator.edit(agents, 'for two fortnights', 'for > 2 minutes (was: immediately)');
    await apply(agents);
    await until('the refusal is cleared', limit, async () => /In order\./.test(await inPod('config', 'status')));
  });

  test('dev beside production: an edit is tried there and production does not notice', async () => {
    await kubectl('apply', '-k', join(operator.folder, 'test-dev'));
    await rolledOut(dev, 'k8s-monitor');
    const [production, before] = [await revisionOf(), await revisionOf(dev)];
    await operator.edit(orchestrator, 'Main application backend', 'Main application backend, as dev calls it');
    await operator.edit(
      orchestrator,
      '    - redis: Sessions',
      '    - my-dev-service: Tried out\n    - redis: Sessions',
    );
    await apply(orchestrator, dev);
    await until('dev has it', limit, async () => (await revisionOf(dev)) !== before);
    assert.match(await describeConfigMap('k8s-monitor-orchestrator', dev), /ConfigAccepted/);
    assert.equal(await revisionOf(), production);
    const roles = await kubectl('get', 'clusterroles', '-l', 'app.kubernetes.io/name=k8s-monitor', '-o', 'name');
    assert.deepEqual(
      roles.trim().split('\n').sort(),
      ['k8s-monitor', 'k8s-monitor-dev', 'k8s-monitor-dev-logs', 'k8s-monitor-logs'].map(
        (name) => `clusterrole.rbac.authorization.k8s.io/${name}`,
      ),
    );
  });

  test('the service account can do what docs/permissions.md lists, and nothing more', async () => {
    const token = await kubectl('-n', namespace, 'exec', 'deployment/k8s-monitor', '--', 'cat', tokenFile);
    await kubectl('-n', namespace, 'create', 'serviceaccount', 'nobody');
    const nobody = await kubectl('-n', namespace, 'create', 'token', 'nobody');
    const documented = documentedRights();
    for (const where of [namespace, 'chores-tracker', 'kube-system']) {
      const anybody = new Set(await rightsWith(nobody, where));
      assert.deepEqual(
        (await rightsWith(token, where)).filter((right) => !anybody.has(right)),
        documented
          .filter((one) => one.where === 'everywhere' || where === namespace)
          .map(({ right }) => right)
          .sort(),
        where,
      );
    }
    const refused: [verb: string, resource: string, subresource?: string][] = [
      ['get', 'secrets'],
      ['list', 'configmaps'],
      ['create', 'pods', 'exec'],
      ['get', 'nodes', 'proxy'],
      ['get', 'services', 'proxy'],
      ['delete', 'pods'],
    ];
    for (const [verb, resource, subresource] of refused) {
      const asked = [verb, resource, ...(subresource ? [`--subresource=${subresource}`] : []), '-n', 'chores-tracker'];
      const answer = await kubectl('--token', token, 'auth', 'can-i', ...asked).catch((error) => error);
      assert.equal(String(fields(answer)['stdout']).trim(), 'no', asked.join(' '));
    }
  });

  test('config rollback in the pod: the revision before is in force until the content changes', async (t) => {
    const [inForce, before] = await historyOf();
    assert.equal(await revisionOf(), inForce);
    const began = Date.now();
    await inPod('config', 'rollback');
    await until('the revision before is in force', limit, async () => (await revisionOf()) === before);
    t.diagnostic(`rolled back ${Date.now() - began} ms after kubectl exec began`);
    await operator.edit(orchestrator, '    - mailer: Reminder mails', '    - mailer: Mails that remind');
    await apply(orchestrator);
    await until('the new content is in force', limit, async () => {
      const now = await revisionOf();
      return now !== before && now !== inForce;
    });
  });

  test('the overlays build: logs of listed namespaces only, and all ConfigMaps', async () => {
    const build = (name: string): Promise<string> =>
      kubectl('kustomize', join(operator.folder, 'k8s', 'overlays', name));
    const rolesWith = (text: string, resource: string): string[] =>
      text
        .split('\n---\n')
        .filter((one) => /^kind: (Cluster)?Role$/m.test(one) && new RegExp(`^  - ${resource}$`, 'm').test(one))
        .map((one) => /^kind: (\w+)$/m.exec(one)?.[1] ?? '');
    assert.deepEqual(rolesWith(await build('narrow-logs'), 'pods/log'), ['Role']);
    assert.deepEqual(rolesWith(await build('dev'), 'pods/log'), ['ClusterRole']);
    assert.deepEqual(rolesWith(await build('all-configmaps'), 'configmaps').sort(), ['ClusterRole', 'Role']);
  });

  test('kubectl delete pod loses no incident and no revision, and tells nothing twice', async () => {
    const before = { incidents: await allIncidents(), history: await historyOf(), revision: await revisionOf() };
    assert.ok(before.incidents.length > 0 && before.history.length > 0);
    const posts = slack.posts.length;
    await kubectl('-n', namespace, 'delete', 'pod', '-l', 'app=k8s-monitor');
    await rolledOut(namespace, 'k8s-monitor');
    await until('a cycle of the new pod', limit, async () => /"message":"cycle completed"/.test(await logOf()));
    assert.equal(await revisionOf(), before.revision);
    const after = { incidents: await allIncidents(), history: await historyOf() };
    assert.deepEqual(missingIn(after.incidents, before.incidents), []);
    assert.deepEqual(missingIn(after.history, before.history), []);
    assert.deepEqual(slack.posts.slice(posts).map(seenIn), []);
  });

  test('both ConfigMaps deleted, the pod restarted without them: what was in force stays, and says so (F4, F5, F6)', async () => {
    const before = await revisionOf();
    await kubectl('-n', namespace, 'delete', 'configmap', 'k8s-monitor-orchestrator', 'k8s-monitor-agents');
    await until('it is said', limit, async () => /ConfigMissing/.test(await statusInPod()));
    assert.equal(await revisionOf(), before);
    await kubectl('-n', namespace, 'delete', 'pod', '-l', 'app=k8s-monitor');
    await rolledOut(namespace, 'k8s-monitor');
    assert.equal(await revisionOf(), before);
    assert.match(await statusInPod(), /saved/);
    for (const file of [orchestrator, agents]) await apply(file);
    await until('all is in order', limit, async () => /In order\./.test(await statusInPod()));
  });
});

/** What `config status` says; it exits with 1 where something is not in order. */
const statusInPod = (): Promise<string> =>
  inPod('config', 'status').catch((error: unknown) => String(fields(error)['stdout']));

async function rolledOut(where: string, name: string): Promise<void> {
  await kubectl('-n', where, 'rollout', 'status', `deployment/${name}`, `--timeout=${limit}ms`);
}

const inPod = (...args: string[]): Promise<string> =>
  kubectl('-n', namespace, 'exec', 'deployment/k8s-monitor', '--', 'k8s-monitor', ...args);

const incident = z.object({
  id: z.string(),
  severity: z.string(),
  state: z.string(),
  services: z.array(z.string()),
  says: z.string(),
  because: z.string(),
});

async function openIncidents(): Promise<z.infer<typeof incident>[]> {
  return z.array(incident).parse(JSON.parse(await inPod('incidents', '--output', 'json')));
}

async function cycleInPod(): Promise<{ incidents: { says: string }[] }> {
  return JSON.parse(await inPod('cycle', '--output', 'json'));
}

const pending = z.object({
  check: z.string(),
  since: z.string(),
  says: z.string(),
  pending: z.object({ until: z.string(), because: z.string() }),
});

async function pendingFindings(): Promise<z.infer<typeof pending>[]> {
  return z.array(pending).parse(JSON.parse(await inPod('incidents', 'pending', '--output', 'json')));
}

const identified = z.array(z.object({ id: z.string() }));
const allIncidents = async (): Promise<string[]> =>
  idsIn(await inPod('incidents', 'list', '--all', '--output', 'json'));
const historyOf = async (): Promise<string[]> => idsIn(await inPod('config', 'history', '--output', 'json'));
const idsIn = (json: string): string[] => identified.parse(JSON.parse(json)).map(({ id }) => id);
const missingIn = (after: readonly string[], before: readonly string[]): string[] =>
  before.filter((id) => !after.includes(id));

const describeConfigMap = (name: string, where = namespace): Promise<string> =>
  kubectl('-n', where, 'describe', 'configmap', name);
const logOf = (): Promise<string> => kubectl('-n', namespace, 'logs', 'deployment/k8s-monitor');

/** The revision in force, as the pod's own endpoint says. */
async function revisionOf(where = namespace): Promise<string> {
  const path = `jsonpath={.items[0].status.podIP}`;
  const address = await kubectl('-n', where, 'get', 'pods', '-l', 'app=k8s-monitor', '-o', path);
  const response = await fetch(`http://${address}:8080/configz`);
  return z.object({ active: z.object({ revision: z.string() }) }).parse(await response.json()).active.revision;
}

const reviewed = z.object({
  status: z.object({
    resourceRules: z.array(
      z.object({
        apiGroups: z.array(z.string()).optional(),
        resources: z.array(z.string()).optional(),
        resourceNames: z.array(z.string()).optional(),
        verbs: z.array(z.string()),
      }),
    ),
  }),
});

/** What the API server says that the owner of a token may do in a namespace. */
async function rightsWith(token: string, where: string): Promise<string[]> {
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: where } };
  const folder = await mkdtemp(join(tmpdir(), 'k8s-monitor-review-'));
  const file = join(folder, 'review.json');
  await writeFile(file, JSON.stringify(review));
  const answer = await kubectl('--token', token, 'create', '--validate=false', '-f', file, '-o', 'json');
  await rm(folder, { recursive: true });
  return rightsOf(reviewed.parse(JSON.parse(answer)).status.resourceRules);
}

const local = (zone: string, part: 'hour' | 'weekday'): string =>
  new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    [part]: part === 'hour' ? 'numeric' : 'long',
  }).format();

/** The guide's window is at 2 AM on Sunday. Somewhere it is 2 AM now. */
function zoneWhereItIsTwo(): string {
  const zone = Intl.supportedValuesOf('timeZone').find((one) => Number(local(one, 'hour')) === 2);
  assert.ok(zone, 'it is 2 AM in some zone');
  return zone;
}

const weekday = (): string => local(zoneWhereItIsTwo(), 'weekday');
