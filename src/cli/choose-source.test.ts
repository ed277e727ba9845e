import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseSource, type SourceChoice } from './choose-source.ts';

const inCluster = { host: '10.0.0.1', port: '443', folder: '/run/secrets' };

const rows: [string, { given?: string[]; dir?: string; cluster?: boolean; mounted?: boolean }, SourceChoice][] = [
  [
    'paths that were given are all there is',
    { given: ['a.yaml', 'b.yaml'], cluster: true },
    { files: ['a.yaml', 'b.yaml'] },
  ],
  ['in a cluster: the ConfigMaps and their mount', { cluster: true, mounted: true }, { mount: '/app/.claude' }],
  ['in a cluster: another mount', { cluster: true, mounted: true, dir: '/config' }, { mount: '/config' }],
  ['in a cluster without a mount: the API alone', { cluster: true }, {}],
  ['elsewhere: the configured folder', { dir: 'config' }, { files: ['config'] }],
  ['elsewhere, in the image: its usual folder', { mounted: true }, { files: ['/app/.claude'] }],
  ["elsewhere: the kubeconfig's cluster", {}, {}],
];
for (const [what, { given = [], dir, cluster, mounted = false }, choice] of rows) {
  test(`source: ${what}`, () => {
    const settings = { K8S_MONITOR_CONFIG_DIR: dir, ...(cluster && { inCluster }) };
    assert.deepEqual(
      chooseSource(given, settings, () => mounted),
      choice,
    );
  });
}
