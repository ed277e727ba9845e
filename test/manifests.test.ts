import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { run } from '../src/cli/program.ts';
import { fields, list, text } from '../src/cluster/project/read.ts';
import { sourceRows } from '../src/cluster/sources.ts';
import { compileFiles } from '../src/config/compile.ts';
import { readConfigPaths } from '../src/config/source/read-yaml.ts';
import { secretNames, settingRows } from '../src/settings.ts';
import { documentedRights, rightsOf } from './support/permissions.ts';

const root = join(import.meta.dirname, '..');
const k8s = join(root, 'k8s');
const overlays = ['dev', 'narrow-logs', 'all-configmaps'];

const documentsOf = (path: string): Record<string, unknown>[] =>
  parseAllDocuments(readFileSync(path, 'utf8')).map((document) => fields(document.toJS()));
const yamlIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort();

const objects = yamlIn(k8s)
  .filter((name) => name !== 'kustomization.yaml')
  .flatMap((name) => documentsOf(join(k8s, name)).map((object) => ({ name, object })));
const find = (kind: string, name = 'k8s-monitor'): Record<string, unknown> => {
  const found = objects.find(({ object }) => object['kind'] === kind && fields(object['metadata'])['name'] === name);
  assert.ok(found, `${kind} ${name} is in k8s/`);
  return found.object;
};
const pod = fields(fields(fields(find('Deployment')['spec'])['template'])['spec']);
const container = fields(list(pod['containers'])[0]);

describe('the configuration that is shipped', () => {
  test('compiles without a warning, from the folder and by the names that a shell gives', async () => {
    for (const paths of [[k8s], yamlIn(k8s).map((name) => join(k8s, name))]) {
      const printed: string[] = [];
      const output = {
        print: (line: string) => void printed.push(line),
        warn: printed.push.bind(printed),
        colour: false,
      };
      assert.equal(await run(['config', 'check', '--strict', ...paths], output), 0, printed.join('\n'));
      assert.match(printed.join('\n'), /would be accepted/);
    }
  });

  test('says something in every part of the language that decides', async () => {
    const revision = compileFiles((await readConfigPaths([k8s])).files);
    assert.deepEqual(
      ['P0', 'P1', 'P2', 'P3'].filter((priority) => revision.services.every((one) => one.priority !== priority)),
      [],
    );
    assert.deepEqual(
      [revision.agents.map(({ name }) => name).sort(), revision.cluster.timezone],
      [['escalation-manager', 'github-reviewer', 'k8s-analyzer', 'slack-notifier'], 'Europe/Berlin'],
    );
    for (const part of [
      'knownIssues',
      'healthChecks',
      'severityRules',
      'thresholdLines',
      'ignores',
      'customChecks',
    ] as const)
      assert.ok(revision[part].length > 0, part);
  });

  test('keeps a change log and a customization history, as the guide recommends', () => {
    const markdown = String(fields(find('ConfigMap', 'k8s-monitor-orchestrator')['data'])['CLAUDE.md']);
    assert.match(markdown, /^CHANGE LOG:$/m);
    assert.match(markdown, /^## Customization History$/m);
    assert.match(markdown, /^## Critical Services \(P0 - Business Critical\)$/m);
  });
});

describe('kustomize', () => {
  test('the base names every manifest but the example of a secret', () => {
    const [base = {}] = documentsOf(join(k8s, 'kustomization.yaml'));
    assert.deepEqual(
      list(base['resources']).map(String).sort(),
      yamlIn(k8s).filter((name) => !['kustomization.yaml', 'secret.example.yaml'].includes(name)),
    );
    assert.equal(base['namespace'], 'k8s-monitor');
  });

  test('no manifest names a namespace: it comes from the kustomization, or from -n', () => {
    const named = objects.filter(({ object }) => JSON.stringify(object).includes('"namespace":'));
    assert.deepEqual(
      named.map(({ name }) => name),
      [],
    );
  });

  for (const overlay of overlays)
    test(`overlays/${overlay}: everything it names is there, by either path`, () => {
      for (const folder of [join(k8s, 'overlays', overlay), join(root, 'overlays', overlay)]) {
        const [kustomization = {}] = documentsOf(join(folder, 'kustomization.yaml'));
        const resources = list(kustomization['resources']).map(String);
        assert.ok(resources.includes('../../k8s'));
        const real = join(root, 'overlays', overlay);
        assert.deepEqual(
          resources.filter((path) => !existsSync(join(real, path))),
          [],
        );
      }
    });

  test('every overlay has its test', () => {
    assert.deepEqual(readdirSync(join(root, 'overlays')).sort(), [...overlays].sort());
  });
});

describe('the pod', () => {
  const restricted = z.object({
    securityContext: z.object({
      runAsNonRoot: z.literal(true),
      runAsUser: z.number().min(1),
      fsGroup: z.number(),
      seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
    }),
    hostNetwork: z.never().optional(),
    hostPID: z.never().optional(),
    hostIPC: z.never().optional(),
    containers: z.array(
      z.object({
        securityContext: z.object({
          allowPrivilegeEscalation: z.literal(false),
          readOnlyRootFilesystem: z.literal(true),
          privileged: z.never().optional(),
          capabilities: z.object({ drop: z.tuple([z.literal('ALL')]), add: z.never().optional() }),
        }),
        resources: z.object({
          requests: z.object({ cpu: z.string(), memory: z.string() }),
          limits: z.object({ memory: z.string() }),
        }),
        startupProbe: z.object({ httpGet: z.object({ path: z.literal('/healthz') }) }),
        livenessProbe: z.object({ httpGet: z.object({ path: z.literal('/healthz') }) }),
        readinessProbe: z.object({ httpGet: z.object({ path: z.literal('/readyz') }) }),
      }),
    ),
  });

  test('is what Pod Security `restricted` admits, and more', () => {
    restricted.parse(pod);
    const kinds = list(pod['volumes']).map((volume) => Object.keys(fields(volume)).find((key) => key !== 'name'));
    assert.deepEqual(kinds, ['configMap', 'configMap', 'persistentVolumeClaim', 'secret', 'emptyDir']);
    const { labels } = fields(find('Namespace')['metadata']);
    assert.equal(fields(labels)['pod-security.kubernetes.io/enforce'], 'restricted');
  });

  test('never runs twice on one volume', () => {
    const spec = fields(find('Deployment')['spec']);
    assert.deepEqual([spec['replicas'], fields(spec['strategy'])['type']], [1, 'Recreate']);
  });

  test('mounts both ConfigMaps, one inside the other, read-only, and comes up without either (F6)', () => {
    const mounts = list(container['volumeMounts']).map((one) => {
      const { name, mountPath, readOnly } = fields(one);
      return [name, mountPath, readOnly === true];
    });
    assert.deepEqual(mounts.slice(0, 3), [
      ['orchestrator-context', '/app/.claude', true],
      ['agent-definitions', '/app/.claude/agents', true],
      ['logs', '/app/logs', false],
    ]);
    const [orchestrator, agents] = list(pod['volumes']).map((volume) => fields(fields(volume)['configMap']));
    assert.deepEqual(orchestrator, {
      name: 'k8s-monitor-orchestrator',
      optional: true,
      items: [{ key: 'CLAUDE.md', path: 'CLAUDE.md' }],
    });
    assert.deepEqual(agents, { name: 'k8s-monitor-agents', optional: true });
  });

  test('no subPath: what is mounted so never changes (F24)', () => {
    assert.ok(list(container['volumeMounts']).every((mount) => fields(mount)['subPath'] === undefined));
  });

  test('every setting it is given exists; secrets come as files of an optional Secret', () => {
    const mounted = list(container['volumeMounts'])
      .map(fields)
      .find(({ name }) => name === 'secrets');
    const known = new Set([...Object.keys(settingRows), ...secretNames.map((name) => `${name}_FILE`)]);
    const given = list(container['env']).map((one) => ({
      name: text(fields(one)['name']) ?? '',
      value: text(fields(one)['value']) ?? '',
    }));
    assert.deepEqual(
      given.filter(({ name }) => !known.has(name)),
      [],
    );
    for (const secret of secretNames)
      assert.equal(
        given.find(({ name }) => name === `${secret}_FILE`)?.value,
        `${text(mounted?.['mountPath'])}/${secret}`,
        `${secret} is a file`,
      );
    const volume = list(pod['volumes'])
      .map(fields)
      .find(({ name }) => name === 'secrets');
    assert.equal(fields(volume?.['secret'])['optional'], true);
    const example = Object.keys(fields(find('Secret', 'k8s-monitor-secrets')['stringData']));
    assert.deepEqual(
      example.filter((key) => !secretNames.some((name) => name === key)),
      [],
    );
  });

  test('the labels of the guide find it', () => {
    const template = fields(fields(fields(find('Deployment')['spec'])['template'])['metadata']);
    assert.equal(fields(template['labels'])['app'], 'k8s-monitor');
    for (const kind of ['Service', 'NetworkPolicy']) {
      const spec = fields(find(kind)['spec']);
      assert.match(JSON.stringify(spec['selector'] ?? spec['podSelector']), /"app":"k8s-monitor"/);
    }
  });
});

describe('rights', () => {
  const rules = z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      resourceNames: z.array(z.string()).optional(),
      verbs: z.array(z.string()),
    }),
  );
  const granted = (kind: string): string[] =>
    rightsOf(
      objects.filter(({ object }) => object['kind'] === kind).flatMap(({ object }) => rules.parse(object['rules'])),
    );

  test('are those of docs/permissions.md', () => {
    const documented = documentedRights();
    for (const [kind, where] of [
      ['Role', 'its own namespace'],
      ['ClusterRole', 'everywhere'],
    ])
      assert.deepEqual(
        granted(kind ?? ''),
        documented
          .filter((one) => one.where === where)
          .map(({ right }) => right)
          .sort(),
      );
  });

  test('change nothing but Events, and reach no Secret, no shell and no proxy', () => {
    const all = [...granted('Role'), ...granted('ClusterRole')];
    assert.deepEqual(
      all.filter((right) => !/ (?:get|list|watch)(?: in |$)/.test(right)),
      ['core/events create'],
    );
    assert.deepEqual(
      all.filter((right) => /\*|secrets|exec|attach|portforward|proxy|token|impersonate|escalate|bind/.test(right)),
      [],
    );
    assert.ok(granted('ClusterRole').every((right) => !right.includes('configmaps')));
  });

  test('cover every source but the ConfigMaps of others', () => {
    const all = new Set(granted('ClusterRole'));
    const named: Partial<Record<string, string>> = { podmetrics: 'pods', nodemetrics: 'nodes' };
    const missing = sourceRows.flatMap(({ source, group, polled }) =>
      ['get', 'list', ...(polled ? [] : ['watch'])]
        .map((verb) => `${group || 'core'}/${named[source] ?? source} ${verb}`)
        .filter((right) => !all.has(right)),
    );
    assert.deepEqual(missing, ['core/configmaps get', 'core/configmaps list', 'core/configmaps watch']);
    assert.ok(all.has('core/pods/log get'));
    // Nothing is granted that nobody reads.
    assert.equal(
      all.size,
      sourceRows.reduce((sum, { polled, source }) => sum + (source === 'configmaps' ? 0 : polled ? 2 : 3), 1),
    );
  });
});

describe('Dockerfile', () => {
  const file = readFileSync(join(root, 'Dockerfile'), 'utf8');
  test('copies only what the package is made of, and ends as a user that is not root', () => {
    const ignore = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    assert.ok(ignore.includes('*'));
    const allowed = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    assert.deepEqual(
      allowed.filter((path) => !existsSync(join(root, path))),
      [],
    );
    assert.match(file, /^FROM node:26-slim/m);
    assert.match(file, /^USER (?!0)\d+:\d+$/m);
    assert.match(file, /^ENTRYPOINT \["k8s-monitor"\]$/m);
  });

  test('the image has the user and the folders that the deployment names', () => {
    const { runAsUser, runAsGroup } = fields(pod['securityContext']);
    assert.ok(file.includes(`USER ${runAsUser}:${runAsGroup}`));
    assert.match(file, /mkdir -p \/app\/\.claude\/agents \/app\/logs/);
    assert.match(file, /K8S_MONITOR_DATA_DIR=\/app\/logs/);
  });
});
