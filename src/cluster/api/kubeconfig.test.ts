import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { findAccess } from './find-access.ts';
import { loadKubeconfig } from './kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : stringify(content));
  return file;
}

const cluster = (name: string, more: object = {}): object => ({
  name,
  cluster: { server: `https://${name}.example:6443`, ...more },
});
const context = (name: string, of: string, user: string): object => ({ name, context: { cluster: of, user } });

test('one file: the current context with its cluster, user and namespace', () => {
  const file = write('one', {
    'current-context': 'a',
    clusters: [cluster('east')],
    users: [{ name: 'me', user: { token: 't0ken' } }],
    contexts: [{ name: 'a', context: { cluster: 'east', user: 'me', namespace: 'shop' } }],
  });
  const found = loadKubeconfig([file]);
  assert.equal(found.name, 'a');
  assert.equal(found.namespace, 'shop');
  assert.equal(found.cluster.server, 'https://east.example:6443');
  assert.equal(found.user.token, 't0ken');
});

test('several files: each entry from the first file that has it, missing files passed over', () => {
  const first = write('first', {
    clusters: [cluster('east')],
    users: null,
    contexts: [context('a', 'east', 'me'), context('b', 'west', 'you')],
  });
  const second = write('second', {
    'current-context': 'b',
    clusters: [cluster('west'), { name: 'east', cluster: { server: 'https://never.example' } }],
    users: [
      { name: 'me', user: { token: 'mine' } },
      { name: 'you', user: { token: 'yours' } },
    ],
  });
  const third = write('third', { 'current-context': 'a' });
  const files = [first, join(folder, 'no-such-file'), second, third];
  assert.equal(loadKubeconfig(files).cluster.server, 'https://west.example:6443');
  assert.equal(loadKubeconfig(files).user.token, 'yours');
  assert.equal(loadKubeconfig(files, 'a').cluster.server, 'https://east.example:6443');
});

test('paths are relative to the file they stand in', () => {
  const clusters = write('deep/clusters', { clusters: [cluster('east', { 'certificate-authority': 'pki/ca.crt' })] });
  const users = write('users', {
    'current-context': 'a',
    users: [
      { name: 'me', user: { 'client-certificate': 'me.crt', 'client-key': '/abs/me.key', tokenFile: '../token' } },
      { name: 'plugin', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './get-token' } } },
      { name: 'on-path', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws' } } },
    ],
    contexts: [context('a', 'east', 'me'), context('p', 'east', 'plugin'), context('q', 'east', 'on-path')],
  });
  const found = loadKubeconfig([clusters, users]);
  assert.equal(found.cluster['certificate-authority'], join(folder, 'deep/pki/ca.crt'));
  assert.equal(found.user['client-certificate'], join(folder, 'me.crt'));
  assert.equal(found.user['client-key'], '/abs/me.key');
  assert.equal(found.user.tokenFile, join(folder, '../token'));
  assert.equal(loadKubeconfig([clusters, users], 'p').user.exec?.command, join(folder, 'get-token'));
  assert.equal(loadKubeconfig([clusters, users], 'q').user.exec?.command, 'aws');
});

const wrong: { is: string; content: unknown; context?: string; says: RegExp }[] = [
  { is: 'no YAML', content: 'a: [1', says: /broken is no valid YAML: / },
  { is: 'a list', content: [1], says: /broken: it: Invalid input: expected object/ },
  { is: 'without a current context', content: { contexts: [] }, says: /no current-context is set; contexts are none/ },
  {
    is: 'with a current context that is not there',
    content: { 'current-context': 'x', contexts: [context('a', 'east', 'me')] },
    says: /there is no context "x"; there are a$/,
  },
  {
    is: 'with a cluster that is not there',
    content: { 'current-context': 'a', contexts: [context('a', 'east', 'me')] },
    says: /there is no cluster "east"; there are none/,
  },
  {
    is: 'with a cluster without a server',
    content: {
      'current-context': 'a',
      clusters: [{ name: 'east', cluster: {} }],
      contexts: [context('a', 'east', 'me')],
    },
    says: /broken: cluster "east": server: server is missing/,
  },
];

for (const { is, content, says } of wrong) {
  test(`a kubeconfig ${is} is refused with a sentence`, () => {
    const file = write('broken', content);
    assert.throws(() => loadKubeconfig([file]), says);
  });
}

const unusable: { is: string; cluster?: object; user?: object; says: RegExp }[] = [
  { is: 'a server that is no address', cluster: { server: 'east' }, says: /server "east" is no http\(s\) address/ },
  { is: 'a proxy of an unknown kind', cluster: { 'proxy-url': 'ftp://p' }, says: /proxy-url must begin with http/ },
  {
    is: 'an authority that is not there',
    cluster: { 'certificate-authority': 'nope.crt' },
    says: /certificate-authority: .*nope.crt cannot be read \(ENOENT\)/,
  },
  {
    is: 'the old auth-provider',
    user: { 'auth-provider': { name: 'oidc' } },
    says: /old auth-provider "oidc", which Kubernetes removed; use its exec plugin/,
  },
];

for (const { is, cluster: more, user, says } of unusable) {
  test(`${is} is refused with a sentence`, () => {
    const file = write('unusable', {
      'current-context': 'a',
      clusters: [cluster('east', more)],
      users: [{ name: 'me', user: user ?? {} }],
      contexts: [context('a', 'east', 'me')],
    });
    assert.throws(() => findAccess({ kubeconfig: file, home: folder }), says);
  });
}

test('KUBECONFIG before ~/.kube/config before the service account, else a sentence that says what to do', () => {
  const home = join(folder, 'home');
  const inCluster = { host: '10.0.0.1', port: '443', folder: join(folder, 'account') };
  write('account/ca.crt', 'CA');
  write('account/token', 'T');
  write('account/namespace', 'monitoring\n');
  assert.throws(() => findAccess({ home }), /no cluster is configured: set KUBECONFIG/);

  const pod = findAccess({ home, inCluster });
  assert.deepEqual([pod.name, pod.server, pod.namespace], ['in-cluster', 'https://10.0.0.1:443', 'monitoring']);

  const file = { clusters: [cluster('east')], contexts: [{ name: 'a', context: { cluster: 'east' } }] };
  write('home/.kube/config', { ...file, 'current-context': 'a' });
  assert.equal(findAccess({ home, inCluster }).server, 'https://east.example:6443');

  const one = write('k1', { 'current-context': 'w', clusters: [cluster('west')] });
  const two = write('k2', { contexts: [{ name: 'w', context: { cluster: 'west' } }] });
  const kubeconfig = [one, two].join(delimiter);
  assert.equal(findAccess({ kubeconfig, home, inCluster }).server, 'https://west.example:6443');
  assert.throws(() => findAccess({ kubeconfig: join(folder, 'gone'), home }), /there is no kubeconfig at .*gone/);
});

test('an IPv6 service host is an address in brackets', () => {
  write('account6/ca.crt', 'CA');
  const access = findAccess({
    home: '/nowhere',
    inCluster: { host: 'fd00::1', port: '443', folder: join(folder, 'account6') },
  });
  assert.equal(access.server, 'https://[fd00::1]:443');
});
