import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event } from '../../cluster/objects.ts';
import { snapshotOf } from '../../cluster/project/snapshot-of.ts';
import type { CauseId } from '../../config/checks.ts';
import { readMissingConfiguration } from './configuration.ts';
import { readCreatingCause } from './creating.ts';
import { findMountCause } from './mounts.ts';

/** What kubelet, the attach controller and the API server say, and what it is a case of. */
const missing: [string, CauseId | undefined, string?][] = [
  ['configmap "web-settings" not found', 'missing-configmap', 'web-settings'],
  [
    'MountVolume.SetUp failed for volume "cfg" : configmap "web-settings" not found',
    'missing-configmap',
    'web-settings',
  ],
  ['secret "web-db" not found', 'missing-secret', 'web-db'],
  ["couldn't find key mode in ConfigMap shop/web-settings", 'missing-configmap-key', 'web-settings'],
  ["couldn't find key password in Secret shop/web-db", 'missing-secret-key', 'web-db'],
  ['MountVolume.SetUp failed for volume "cfg" : references non-existent secret key: tls.crt', 'missing-secret-key'],
  [
    'MountVolume.SetUp failed for volume "cfg" : configmap references non-existent config key: app.yaml',
    'missing-configmap-key',
  ],
  ['container has runAsNonRoot and image will run as root', undefined],
];

describe('configuration that is missing', () => {
  for (const [message, cause, name] of missing) {
    test(`${cause ?? 'nothing'}: ${message}`, () => {
      const found = readMissingConfiguration(message, 'shop');
      assert.equal(found?.cause, cause);
      assert.equal(found?.related?.[0]?.name, name);
    });
  }
});

const refused: [string, CauseId | undefined, string?][] = [
  [
    'pods "web-x" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1',
    'quota',
    'the quota team is used up',
  ],
  [
    'pods "web-x" is forbidden: failed quota: team: must specify limits.cpu for: app',
    'quota',
    'the quota team is used up',
  ],
  ['pods "web-x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi', 'quota'],
  [
    'pods "web-" is forbidden: error looking up service account shop/runner: serviceaccount "runner" not found',
    'missing-service-account',
    'its service account runner does not exist',
  ],
  [
    'admission webhook "validate.policy.example" denied the request: no',
    'admission-denied',
    'the admission webhook validate.policy.example refuses its pods',
  ],
  [
    'Internal error occurred: failed calling webhook "sidecar.example": connect: connection refused',
    'admission-denied',
    'the admission webhook sidecar.example does not answer',
  ],
  [
    'pods "web-x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
    'admission-denied',
    'Pod Security (restricted) refuses its pods',
  ],
  ['etcdserver: request timed out', undefined],
];

describe('pods that are refused', () => {
  for (const [message, cause, because] of refused) {
    test(`${cause ?? 'nothing'}: ${message}`, () => {
      const found = readCreatingCause(message);
      assert.equal(found?.cause, cause);
      if (because) assert.equal(found?.because, because);
    });
  }
});

const mounts: [string, string, CauseId | undefined][] = [
  ['FailedAttachVolume', 'Multi-Attach error for volume "pv-1" Volume is already used by pod(s) db-0', 'volume-in-use'],
  [
    'FailedMount',
    'MountVolume.SetUp failed: mount.nfs: access denied by server while mounting nas:/data',
    'volume-permission',
  ],
  ['FailedMount', 'MountVolume.SetUp failed: mkdir /var/lib/kubelet/x: no space left on device', 'disk-full'],
  [
    'FailedMount',
    'driver name ebs.csi.aws.com not found in the list of registered CSI drivers',
    'volume-storage-class',
  ],
  ['FailedMount', 'hostPath type check failed: /var/lib/collectd is not a directory', undefined],
];

function eventOf(reason: string, message: string): Event {
  const raw = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e1', namespace: 'shop' },
    involvedObject: { kind: 'Pod', name: 'web-1' },
    reason,
    message,
  };
  const [event] = snapshotOf([raw], { now: 0 }).events;
  return event ?? assert.fail();
}

describe('volumes that do not come', () => {
  for (const [reason, message, cause] of mounts) {
    test(`${cause ?? 'no cause'}: ${message}`, () => {
      const found = findMountCause([
        eventOf('FailedMount', 'timed out waiting for the condition'),
        eventOf(reason, message),
      ]);
      assert.equal(found?.cause, cause);
      assert.ok(
        found?.evidence[0]?.text.includes(message),
        'the echo of a timeout is no evidence where there is better',
      );
    });
  }
  test('no event of a mount, no cause', () => assert.equal(findMountCause([eventOf('Pulled', 'pulled')]), undefined));
});
