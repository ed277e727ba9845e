import type { CauseId, CheckId } from '../config/checks.ts';

/** What follows from a node that is gone: never a crash, an image or a configuration fault. */
export const followsFromNode: ReadonlySet<CheckId> = new Set<CheckId>([
  'not-ready',
  'no-replicas',
  'no-endpoints',
  'ingress-broken',
  'rollout-stuck',
  'stuck-terminating',
  'evicted',
  'budget-violated',
  'unschedulable',
  'health-check-failed',
  'job-overdue',
]);

/** What follows from a volume that cannot be had. */
export const followsFromClaim: ReadonlySet<CheckId> = new Set<CheckId>([
  'unschedulable',
  'not-ready',
  'no-replicas',
  'no-endpoints',
  'rollout-stuck',
  'config-error',
  'budget-violated',
  'health-check-failed',
]);

/** What follows from workloads that do not serve: what stands in front of them or measures them. */
export const followsFromWorkload: ReadonlySet<CheckId> = new Set<CheckId>([
  'no-endpoints',
  'ingress-broken',
  'budget-violated',
  'health-check-failed',
  'webhook-broken',
  'autoscaler-stuck',
  'usage-near-limit',
]);

/** What follows from a dependency that is down, when nothing else explains it. */
export const followsFromDependency: ReadonlySet<CheckId> = new Set<CheckId>([
  'crash-loop',
  'restarting',
  'not-ready',
  'no-endpoints',
  'ingress-broken',
  'health-check-failed',
  'rollout-stuck',
  'job-failed',
]);

/** Causes that speak of a dependency, or say nothing against one. Others (an image, a missing Secret) are faults of their own. */
export const pointsAtDependency: ReadonlySet<CauseId> = new Set<CauseId>([
  'dependency-unreachable',
  'connection-exhausted',
  'dns',
  'network-loss',
  'network-delay',
  'read-only',
]);
export const saysNothing: ReadonlySet<CauseId> = new Set<CauseId>([
  'exit-code',
  'readiness-probe',
  'liveness-probe',
  'startup-probe',
  'init-container',
  'deadline-exceeded',
]);

/** Causes by which several workloads fail on one object. */
export const sharedConfiguration: ReadonlySet<CauseId> = new Set<CauseId>([
  'missing-configmap',
  'missing-configmap-key',
  'missing-secret',
  'missing-secret-key',
  'missing-service-account',
  'image-pull-secret',
  'quota',
]);
export const configurationKinds: ReadonlySet<string> = new Set([
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'ResourceQuota',
]);
