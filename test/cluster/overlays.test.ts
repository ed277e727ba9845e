import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fields } from '../../src/cluster/project/read.ts';
import { kubectl, removeNamespaces } from '../support/cluster.ts';
import {
  becomeOperator,
  freeVolumes,
  isBesideNode,
  type Operator,
  provideBusyboxAs,
  provideImage,
} from '../support/deployment.ts';
import { findPod, namespace, needs, rolledOut } from '../support/pod.ts';

/** What the monitor may do under an overlay, and what the base grants or withholds differently. */
const overlays: { name: string; may: [string, ...string[]][]; mayNot: [string, ...string[]][] }[] = [
  {
    name: 'narrow-logs',
    may: [['get', 'pods', '--subresource=log', '-n', 'chores-tracker']],
    mayNot: [
      ['get', 'pods', '--subresource=log', '-n', 'kube-system'],
      ['list', 'configmaps', '-n', 'chores-tracker'],
    ],
  },
  {
    name: 'all-configmaps',
    may: [
      ['list', 'configmaps', '-n', 'chores-tracker'],
      ['get', 'pods', '--subresource=log', '-n', 'kube-system'],
    ],
    mayNot: [['update', 'configmaps', '-n', 'chores-tracker']],
  },
];

describe('the overlays on a real cluster', { skip: !isBesideNode && needs }, () => {
  let operator: Operator;

  before(async () => {
    const image = await provideImage();
    await provideBusyboxAs('mysql:8.4');
    operator = await becomeOperator(image, {});
    await operator.edit('kustomization.yaml', 'newTag: 0.1.0', `newTag: ${image.split(':')[1]}`);
    await kubectl('apply', '-f', join(import.meta.dirname, 'deploy.yaml'));
  });

  after(async () => {
    await removeNamespaces('chores-tracker');
    await freeVolumes();
    await operator.remove();
  });

  for (const { name, may, mayNot } of overlays)
    test(`${name}: the monitor is well, sees everything, and may do what it says`, async (t) => {
      const folder = join(operator.folder, 'k8s', 'overlays', name);
      t.after(() => kubectl('delete', '--ignore-not-found', '-k', folder));
      await kubectl('apply', '-k', folder);
      await rolledOut(namespace, 'k8s-monitor');
      const pod = await findPod();
      assert.match(await pod.run('config', 'status'), /In order\./);
      assert.equal((await fetch(`${pod.url}/healthz`)).status, 200);
      // It exits with 3 where it cannot see something, and then this rejects.
      await kubectl('-n', namespace, 'exec', 'deployment/k8s-monitor', '--', 'k8s-monitor', 'cycle');
      const can = (asked: readonly string[]): Promise<string> =>
        kubectl('auth', 'can-i', ...asked, '--as', `system:serviceaccount:${namespace}:k8s-monitor`).then(
          (said) => said.trim(),
          (error: unknown) => String(fields(error)['stdout']).trim(),
        );
      for (const asked of may) assert.equal(await can(asked), 'yes', asked.join(' '));
      for (const asked of mayNot) assert.equal(await can(asked), 'no', asked.join(' '));
    });
});
