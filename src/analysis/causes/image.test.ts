import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeWorld } from '../../cluster/make-world.ts';
import { snapshotOf } from '../../cluster/project/snapshot-of.ts';
import type { CauseId } from '../../config/checks.ts';
import { defaultThresholds } from '../../config/thresholds.ts';
import { minute } from '../../lib/clock.ts';
import { troublesOfOwner } from '../scope/pod-troubles.ts';
import { findImageCause } from './image.ts';

const now = Date.parse('2026-01-15T12:00:00Z');

/** The cause of a pod whose container waits with this message; `grace` in minutes. */
function causeOf(image: string, reason: string, message: string, before?: string): { cause?: CauseId; grace?: number } {
  const waits = { name: 'app', image, ready: false, restartCount: 0, state: { waiting: { reason, message } } };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop' },
    spec: { nodeName: 'n1', containers: [{ name: 'app', image }] },
    status: { phase: 'Pending', containerStatuses: [waits] },
  };
  const owners = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u', controller: true }];
  const runs = { name: 'app', image: before, ready: true, restartCount: 0, state: { running: {} } };
  const twin = {
    ...pod,
    metadata: { name: 'web-0', namespace: 'shop', ownerReferences: owners },
    spec: { nodeName: 'n1', containers: [{ name: 'app', image: before }] },
    status: { phase: 'Running', containerStatuses: [runs] },
  };
  const pods = before ? [{ ...pod, metadata: { ...pod.metadata, ownerReferences: owners } }, twin] : [pod];
  const world = makeWorld(snapshotOf(pods, { now }));
  const input = { world, now, thresholds: defaultThresholds, probes: [], customResults: [] };
  const owner = before ? { kind: 'StatefulSet', name: 'web' } : { kind: 'Pod', name: 'web-1' };
  const [trouble] = troublesOfOwner(input, { ...owner, namespace: 'shop' });
  assert.equal(trouble?.check, 'image-pull');
  const { cause, grace } = findImageCause(input, trouble);
  return { ...(cause && { cause }), ...(grace !== undefined && { grace: grace / minute }) };
}

const head =
  'failed to pull and unpack image: failed to resolve reference: failed to do request: Head "https://r.shop.internal/v2/web/manifests/v2": dial tcp';
const rows: [string, CauseId, number, string, string?, string?][] = [
  [
    'containerd: no such tag',
    'image-reference',
    0,
    'rpc error: code = NotFound desc = r.shop.internal/web:v2: not found',
  ],
  [
    'docker: no such tag',
    'image-reference',
    0,
    'manifest for r.shop.internal/web:v2 not found: manifest unknown: manifest unknown',
  ],
  [
    'a name that is none',
    'image-reference',
    0,
    'Failed to apply default image tag "web:": couldn\'t parse image reference "web:": invalid reference format',
    'web:',
    'InvalidImageName',
  ],
  ['no image for this machine', 'image-reference', 0, 'no match for platform in manifest: not found'],
  [
    'never pulled',
    'image-reference',
    0,
    'Container image "web:v2" is not present with pull policy of Never',
    'web:v2',
    'ErrImageNeverPull',
  ],
  [
    'docker.io: private or not there',
    'image-pull-secret',
    0,
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  ],
  [
    '401',
    'image-pull-secret',
    0,
    'failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
  ],
  [
    '403',
    'image-pull-secret',
    0,
    'unexpected status from HEAD request to https://r.shop.internal/v2/web/manifests/v2: 403 Forbidden',
  ],
  ['no answer', 'registry-unreachable', 1, `${head} 10.0.0.9:443: i/o timeout`],
  ['nobody listens', 'registry-unreachable', 1, `${head} 10.0.0.9:443: connect: connection refused`],
  ['too many pulls', 'registry-unreachable', 1, 'toomanyrequests: You have reached your pull rate limit'],
  [
    'a bad certificate',
    'registry-unreachable',
    1,
    'tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  ['no such name', 'registry-dns', 1, `${head}: lookup r.shop.internal on 10.96.0.10:53: no such host`],
  [
    'no name server',
    'registry-dns',
    1,
    `${head}: lookup r.shop.internal on 10.96.0.10:53: dial udp 10.96.0.10:53: connect: network is unreachable`,
  ],
  [
    'a name that is reserved for examples',
    'image-reference',
    0,
    'dial tcp: lookup registry.example on 10.96.0.10:53: no such host',
    'registry.example/web:v2',
  ],
];

describe('why an image does not come', () => {
  for (const [what, cause, grace, message, image = 'r.shop.internal/web:v2', reason = 'ImagePullBackOff'] of rows) {
    test(`${what}: ${cause}`, () => assert.deepEqual(causeOf(image, reason, message), { cause, grace }));
  }

  for (const [what, before, cause] of [
    ['another tag of it runs in the revision before', 'r.shop.internal/web:v1', 'image-reference'],
    ['a digest of it runs in the revision before', 'r.shop.internal/web@sha256:abc', 'image-reference'],
    ['another image runs in the revision before', 'r.shop.internal/site:v1', 'registry-unreachable'],
    ['the same image runs on another pod', 'r.shop.internal/web:v2', 'registry-unreachable'],
  ] as const) {
    test(`no answer, and ${what}: ${cause}`, () => {
      const message = `${head} 10.0.0.9:443: i/o timeout`;
      assert.deepEqual(causeOf('r.shop.internal/web:v2', 'ImagePullBackOff', message, before), { cause, grace: 1 });
    });
  }

  test('a bare back-off names no cause', () => {
    assert.deepEqual(causeOf('web:v2', 'ImagePullBackOff', 'Back-off pulling image "web:v2"'), {});
  });
});
