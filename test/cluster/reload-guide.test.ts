import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { applyGuideEdit, readGuideSteps } from '../guide-commands.ts';
import { kubectl, removeNamespaces, testbed, until } from '../support/cluster.ts';
import {
  becomeOperator,
  freeVolumes,
  isBesideNode,
  type Operator,
  provideBusyboxAs,
  provideImage,
} from '../support/deployment.ts';
import { compileTexts, readManifest, readManifests, type Texts } from '../support/mutations/written.ts';
import { agents, deployMonitor, findPod, namespace, needs, orchestrator, type Pod, rolledOut } from '../support/pod.ts';

const root = join(import.meta.dirname, '..', '..');
const limit = 60_000;
/** Promised is under a second on a machine of its own; here an API server, a kubelet and the pods share two processors. */
const effectLimit = 5_000;
const lookLimit = 10_000;

const apply = (file: string, where = namespace): string => `kubectl apply -n ${where} -f k8s/${file}-configmap.yaml`;
const inPod = (command: string): string => `kubectl exec -n k8s-monitor deployment/k8s-monitor -- ${command}`;
const describeMap = (name: string, where = namespace): string => `kubectl describe configmap -n ${where} ${name}`;
const configured = /^configmap\/k8s-monitor-(orchestrator|agents) configured$/m;

/** What each command of the guide shows; where it is printed several times, one after the other, and the last one from then on. */
const shows: Readonly<Record<string, readonly RegExp[]>> = {
  'npx k8s-monitor config check k8s': [/would be accepted/],
  'git add k8s/orchestrator-configmap.yaml': [/^$/],
  'git add k8s/agents-configmap.yaml': [/^$/],
  'git add k8s': [/^$/],
  'git commit -m "Update orchestrator context: vault may be sealed for 15 minutes"': [/1 file changed, 1 insertion/],
  'git commit -m "Update k8s-analyzer: lower the memory threshold from 90% to 70%"': [/1 file changed, 1 insertion/],
  'git commit -m "Add my-new-service, the backup window, two minutes before SEV-1 and a memory check"': [
    /2 files changed/,
  ],
  'git commit -a -m "Tell SEV-3 from 8 to 18"': [/1 file changed, 1 insertion/],
  'git push origin main': [/main -> main/],
  'git push': [/main -> main/],
  'git push origin feature/update-escalation-policy': [/\[new branch\]/],
  'git checkout -b feature/update-escalation-policy': [/Switched to a new branch/],
  'git checkout main': [/Switched to branch 'main'/],
  'git merge feature/update-escalation-policy': [/Fast-forward/],
  'git revert --no-edit HEAD': [/Revert "Tell SEV-3 from 8 to 18"/],
  'git checkout HEAD~1 -- k8s/orchestrator-configmap.yaml': [/^$/],
  'git show HEAD:k8s/orchestrator-configmap.yaml > previous.yaml': [/^$/],
  'git log --oneline k8s/orchestrator-configmap.yaml': [
    /Revert "Tell SEV-3[\s\S]*Add my-new-service[\s\S]*vault may be sealed for 15 minutes/,
  ],
  [apply('orchestrator')]: [configured],
  [apply('agents')]: [configured],
  [`${apply('orchestrator')} -f k8s/agents-configmap.yaml`]: [
    /orchestrator configured\nconfigmap\/k8s-monitor-agents (unchanged|configured)/,
  ],
  [apply('orchestrator', 'k8s-monitor-dev')]: [/unchanged|configured/],
  [`${apply('orchestrator')} --dry-run=client -o yaml`]: [/^kind: ConfigMap$/m],
  [`${apply('orchestrator')} --dry-run=server`]: [/\(server dry run\)/],
  'kubectl apply -k k8s/overlays/dev': [/deployment.apps\/k8s-monitor created/],
  'kubectl patch configmap -n k8s-monitor k8s-monitor-orchestrator --patch-file previous.yaml': [/patched/],
  [`kubectl get configmap -n k8s-monitor ${orchestrator} -o yaml`]: [/CLAUDE\.md: \|/],
  [`kubectl get configmap -n k8s-monitor ${agents} -o yaml`]: [/k8s-analyzer\.md: \|[\s\S]*Memory Usage Alerts/],
  [`kubectl get configmap -n k8s-monitor ${orchestrator} -o yaml | grep "Up to: 15 minutes"`]: [/Up to: 15 minutes/],
  [`kubectl get configmap -n k8s-monitor ${orchestrator} -o yaml | grep "Known Issues"`]: [/## Known Issues & Quirks/],
  [describeMap(orchestrator)]: [
    /ConfigAccepted.*vault is sealed after a restart.*10 minutes -> .*15 minutes/,
    /ConfigAccepted.*channel|ConfigAccepted.*SEV-3/,
  ],
  [describeMap(agents)]: [/ConfigAccepted.*memory threshold 90 % -> 70 %/i],
  [describeMap(orchestrator, 'k8s-monitor-dev')]: [/ConfigAccepted/],
  'kubectl logs -n k8s-monitor -l app=k8s-monitor --tail=100 | grep "CLAUDE.md"': [
    /Loading orchestrator context from CLAUDE\.md/,
  ],
  'kubectl logs -n k8s-monitor -l app=k8s-monitor --tail=100 | grep "Discovered agents"': [
    /Discovered agents: .*k8s-analyzer/,
  ],
  // The last ten lines, as kubectl does with a selector, and what follows.
  'kubectl logs -n k8s-monitor -l app=k8s-monitor -f': [/"message":"cycle completed"/],
  'kubectl logs -n k8s-monitor-dev -l app=k8s-monitor -f': [/"message":"cycle completed"/],
  [inPod('\\\n  ls -la /app/.claude/')]: [/CLAUDE\.md[\s\S]* agents$/m],
  [inPod('\\\n  ls -la /app/.claude/agents/')]: [/github-reviewer\.md[\s\S]*slack-notifier\.md/],
  [inPod('ls -la /app/.claude/')]: [/CLAUDE\.md[\s\S]* agents$/m],
  [inPod('\\\n  grep -i "critical services" /app/.claude/CLAUDE.md')]: [/## Critical Services \(P0/],
  [inPod('\\\n  head -20 /app/.claude/agents/k8s-analyzer.md')]: [/^---\nname: k8s-analyzer$/m],
  [inPod('k8s-monitor config status')]: [/In order\./],
  [inPod('k8s-monitor config explain /app/.claude')]: [/chores-tracker-backend/],
  [inPod('k8s-monitor config history')]: [/\* \w{12} .*kubectl-client-side-apply[\s\S]*SEV-3/],
  [inPod('k8s-monitor config diff')]: [/SEV-3/],
  [inPod('k8s-monitor config rollback --why "too loud"')]: [/\w{12}/],
  'npx k8s-monitor config explain k8s': [/my-new-service/],
  'npx k8s-monitor config explain --annotate k8s': [/context[\s\S]*understood|understood[\s\S]*context/],
  'npx k8s-monitor plan k8s': [/./],
  'kubectl delete pod -n k8s-monitor -l app=k8s-monitor': [/pod "k8s-monitor-\w+-\w+" deleted/],
  'kubectl auth can-i watch configmaps/k8s-monitor-orchestrator -n k8s-monitor --as system:serviceaccount:k8s-monitor:k8s-monitor':
    [/^yes$/m],
};
/** `plan` ends with 2 where people would be told something else. */
const mayEndWith: Readonly<Record<string, readonly number[]>> = { 'npx k8s-monitor plan k8s': [2] };
/** They go on to a content that differs: what is measured is when it is in force. */
const takesEffect = /^kubectl (apply|patch) (?!.*--dry-run)(?=.*-n k8s-monitor |.*patch)/;
const isLook = /^kubectl (get|describe|logs|exec (?!.*rollback))/;
const rollsBack = /^kubectl exec .* config rollback/;

describe('every command of docs/HOT-RELOAD.md, in order', { skip: !isBesideNode && needs }, () => {
  const steps = readGuideSteps();
  let operator: Operator;
  let home = '';
  let pod: Pod;
  let start: (command: string) => Running;

  /** What a command printed; rejects where it ends with another code than it should. */
  const run = async (command: string): Promise<string> => {
    const running = start(command);
    const code = await running.ended;
    if (code !== 0 && !mayEndWith[command]?.includes(code))
      throw new Error(`${command} ended with ${code}: ${running.said()}`);
    return running.said();
  };
  const showWhileItRuns = async (command: string, wanted: RegExp): Promise<string> => {
    const running = start(command);
    await until(command, lookLimit, async () => wanted.test(running.said())).catch(() => undefined);
    running.stop();
    await running.ended;
    return running.said();
  };
  /** What only looks is asked again: an Event and a log line come a moment after the effect. */
  const showSoon = async (command: string, wanted: RegExp): Promise<string> => {
    const end = Date.now() + lookLimit;
    for (;;) {
      const said = await run(command);
      if (wanted.test(said) || Date.now() > end) return said;
    }
  };

  before(async () => {
    const image = await provideImage();
    await provideBusyboxAs('mysql:8.4');
    operator = await becomeOperator(image, {});
    await operator.edit('kustomization.yaml', 'newTag: 0.1.0', `newTag: ${image.split(':')[1]}`);
    home = await mkdtemp(join(tmpdir(), 'k8s-monitor-guide-'));
    start = makeShell(home, operator.folder);
    await mkdir(join(home, 'bin'));
    await putProgram(join(home, 'bin', 'kubectl'), `HOME=${homedir()} exec ${testbed} kubectl "$@"`);
    await putProgram(
      join(home, 'bin', 'npx'),
      `shift; exec ${process.execPath} ${join(root, 'bin', 'k8s-monitor.js')} "$@"`,
    );
    for (const command of [
      'git init -q -b main && git add k8s overlays && git commit -q -m shipped',
      `git clone -q --bare . ${home}/origin.git && git remote add origin ${home}/origin.git && git fetch -q`,
      'git branch -q --set-upstream-to=origin/main',
    ])
      await run(command);
    await kubectl('apply', '-f', join(import.meta.dirname, 'deploy.yaml'));
    pod = await deployMonitor(operator, 'k8s');
  });

  after(async () => {
    for (const overlay of ['k8s', 'overlays/dev'])
      await kubectl('delete', '--ignore-not-found', '-k', join(operator.folder, overlay));
    await removeNamespaces('chores-tracker');
    await freeVolumes();
    await operator.remove();
    await rm(home, { recursive: true });
  });

  test('each shows what the guide says, and what it applies is in force', async (t) => {
    const missing = steps.flatMap((step) => (step.type === 'command' && !shows[step.command] ? [step.command] : []));
    assert.deepEqual(missing, [], 'commands of the guide of which nobody says what they show');
    const seen = new Map<string, number>();
    const wrong: string[] = [];
    let applied = readManifests(join(operator.folder, 'k8s'));
    for (const step of steps) {
      if (step.type === 'edit') {
        const file = join(operator.folder, step.file);
        await writeFile(file, applyGuideEdit(await readFile(file, 'utf8'), step));
        continue;
      }
      const { command, section, line } = step;
      const times = seen.get(command) ?? 0;
      seen.set(command, times + 1);
      const wanted = shows[command]?.[times] ?? shows[command]?.at(-1) ?? /never/;
      if (takesEffect.test(command)) applied = { ...applied, ...(await textsOf(command, operator.folder)) };
      const before = await pod.configz();
      const aim = rollsBack.test(command) ? before.previous?.revision : (await compileTexts(applied)).revision.id;
      const began = Date.now();
      const said = await (step.endless ? showWhileItRuns : isLook.test(command) ? showSoon : run)(
        command,
        wanted,
      ).catch((error: Error) => `${error.message} ${error.stack}`);
      if (!wanted.test(said))
        wrong.push(`line ${line}, ${section}: ${command} does not show ${wanted}: ${said.slice(-600)}`);
      const ended = Date.now();
      if (takesEffect.test(command) || rollsBack.test(command)) {
        const isRollback = rollsBack.test(command);
        await until(`${aim} in force after line ${line}: ${command}`, limit, async () => {
          const { active, refused, pinned, candidate } = await pod.configz();
          return active.revision === aim && !refused && !candidate && (pinned !== null) === isRollback;
        });
        const took = `line ${line}, ${section}: in force ${Date.now() - began} ms after it began, ${ended - began} of them its own: ${command}`;
        t.diagnostic(took);
        if (Date.now() - ended > effectLimit) wrong.push(took);
      }
      if (command === 'kubectl apply -k k8s/overlays/dev') await rolledOut('k8s-monitor-dev', 'k8s-monitor');
      if (command.startsWith('kubectl delete pod')) {
        await rolledOut(namespace, 'k8s-monitor');
        pod = await findPod();
        assert.equal((await pod.configz()).active.revision, before.active.revision, 'a restart changes nothing');
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(seen.size > 40, `${seen.size} commands were run`);
  });
});

/** The ConfigMaps that a command writes, as its files have them. */
async function textsOf(command: string, folder: string): Promise<Partial<Texts>> {
  const files = [...command.matchAll(/(?:-f|--patch-file) (\S+)/g)].map(([, file]) => file ?? '');
  const read = await Promise.all(files.map((file) => readManifest(join(folder, file))));
  return Object.fromEntries(read.map(({ name, data }) => [name, data]));
}

async function putProgram(path: string, line: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${line}\n`);
  await chmod(path, 0o755);
}

type Running = { said(): string; ended: Promise<number>; stop(): void };

/** A shell of the operator: in the repository with the manifests, with nothing of whoever runs the tests but the cluster. */
function makeShell(home: string, cwd: string): (command: string) => Running {
  const env = {
    PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
    HOME: home,
    KUBECONFIG: process.env['KUBECONFIG'] ?? '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ana',
    GIT_AUTHOR_EMAIL: 'ana@example.com',
    GIT_COMMITTER_NAME: 'Ana',
    GIT_COMMITTER_EMAIL: 'ana@example.com',
  };
  return (command) => {
    // A group of its own, so that what a shell started ends with it.
    const child = spawn('bash', ['-o', 'pipefail', '-c', command], { cwd, env, detached: true });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    return {
      said: () => said,
      ended: new Promise((resolve) => child.on('close', (code) => resolve(code ?? -1))),
      stop: () => void (child.pid && process.kill(-child.pid)),
    };
  };
}
