import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../cluster/make-world.ts';
import { snapshotOf } from '../../cluster/project/snapshot-of.ts';
import { findNetworkCause } from './network.ts';

const pod = (name: string, port?: number): unknown => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels: { app: name } },
  spec: { containers: [{ name: 'app', image: 'x', ports: port ? [{ containerPort: port }] : [] }] },
});
/** A second container that does not say what it listens on. */
const silent = (name: string, port: number): unknown => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels: { app: name } },
  spec: {
    containers: [
      { name: 'app', image: 'x', ports: [{ containerPort: port }] },
      { name: 'more', image: 'y' },
    ],
  },
});
const service = (name: string, ports: unknown[], selector = { app: name }): unknown => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { clusterIP: '10.96.0.12', selector, ports },
});
const policy = (app: string, type: string, rules: unknown[] = []): unknown => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'only', namespace: 'shop' },
  spec: { podSelector: { matchLabels: { app } }, policyTypes: [type], [type.toLowerCase()]: rules },
});
const redis = [pod('redis', 6379), service('redis', [{ port: 6379, targetPort: 6379 }])];
const timeout = 'dial tcp 10.96.0.12:6379: i/o timeout';
const refused = 'Error: connect ECONNREFUSED 10.96.0.12:6379';

const rows: [why: string, line: string, objects: unknown[], cause: string][] = [
  ['nothing known about it', refused, [], 'dependency-unreachable'],
  ['a Service that is well', refused, redis, 'dependency-unreachable'],
  [
    'a target port its pods do not have',
    refused,
    [pod('redis', 6379), service('redis', [{ port: 6379, targetPort: 6380 }])],
    'service-port',
  ],
  [
    'a target port that a container without ports may have',
    refused,
    [silent('redis', 6379), service('redis', [{ port: 6379, targetPort: 6380 }])],
    'dependency-unreachable',
  ],
  [
    'UDP where the pods speak TCP',
    refused,
    [pod('redis', 6379), service('redis', [{ port: 6379, protocol: 'UDP' }])],
    'service-protocol',
  ],
  ['a port the Service does not have', 'dial tcp 10.96.0.12:6380: connect: connection refused', redis, 'wrong-address'],
  ['a policy on the way out', timeout, [...redis, policy('web', 'Egress')], 'network-policy'],
  ['a policy on the way in', timeout, [...redis, policy('redis', 'Ingress')], 'network-policy'],
  ['a policy that lets something in', timeout, [...redis, policy('redis', 'Ingress', [{}])], 'dependency-unreachable'],
  ['a policy of other pods', timeout, [...redis, policy('mail', 'Egress')], 'dependency-unreachable'],
  ['refused: a policy never answers', refused, [...redis, policy('web', 'Egress')], 'dependency-unreachable'],
  ['a name without a Service', 'Error: getaddrinfo ENOTFOUND rediss', redis, 'wrong-address'],
  ['a name with one', 'Error: getaddrinfo ENOTFOUND redis.shop.svc.cluster.local', redis, 'dns'],
  ['itself, where nothing of it listens', 'dial tcp 127.0.0.1:5432: connect: connection refused', [], 'wrong-address'],
  [
    'itself, where it has that port',
    'dial tcp 127.0.0.1:8000: connect: connection refused',
    [],
    'dependency-unreachable',
  ],
];

for (const [why, line, objects, cause] of rows) {
  test(`${cause}: ${why}`, () => {
    const world = makeWorld(snapshotOf([pod('web', 8000), ...objects], { now: 0 }));
    const web = world.pod('shop', 'web');
    assert.ok(web);
    assert.equal(findNetworkCause(world, web, [line])?.cause, cause);
  });
}
