import { nearestWord } from '../../lib/text.ts';

/** The reasons of Events and container states that Kubernetes itself writes; others may write any word of their own. */
const reasons = {
  kubelet:
    'BackOff CrashLoopBackOff ImagePullBackOff ErrImagePull ErrImageNeverPull InspectFailed ImageInspectError InvalidImageName RegistryUnavailable Failed FailedKillPod FailedCreatePodContainer FailedCreatePodSandBox FailedPodSandBoxStatus FailedSync FailedPostStartHook FailedPreStopHook FailedValidation Unhealthy ProbeWarning ProbeError Killing Pulling Pulled Created Started Preempting ExceededGracePeriod Error Completed OOMKilled OOMKilling ContainerCannotRun ContainerCreating ContainerStatusUnknown CreateContainerConfigError CreateContainerError RunContainerError StartError PostStartHookError PreStopHookError DeadlineExceeded Evicted EvictionThresholdMet NetworkNotReady SandboxChanged DNSConfigForming FailedToRetrieveImagePullSecret UnexpectedAdmissionError',
  volumes:
    'FailedMount FailedAttachVolume FailedDetachVolume FailedUnMount FailedMapVolume SuccessfulAttachVolume SuccessfulMountVolume VolumeResizeFailed FileSystemResizeFailed FileSystemResizeSuccessful VolumeResizeSuccessful FailedBinding ProvisioningFailed ProvisioningSucceeded Provisioning ExternalProvisioning WaitForFirstConsumer WaitForPodScheduled VolumeFailedDelete VolumeFailedRecycle VolumeMismatch ClaimLost ClaimMisbound AlreadyMountedVolume',
  nodes:
    'NodeReady NodeNotReady NodeSchedulable NodeNotSchedulable NodeHasSufficientMemory NodeHasInsufficientMemory NodeHasNoDiskPressure NodeHasDiskPressure NodeHasSufficientPID NodeHasInsufficientPID NodeAllocatableEnforced NodeNotReachable NodeStatusUnknown NodeShutdown TerminatedByKubelet RegisteredNode RemovingNode DeletingNode Rebooted Starting InvalidDiskCapacity FreeDiskSpaceFailed ImageGCFailed ContainerGCFailed KubeletSetupFailed HostPortConflict NodeSelectorMismatching InsufficientFreeCPU InsufficientFreeMemory SystemOOM TaintManagerEviction Shutdown Drain',
  scheduler: 'FailedScheduling Scheduled Preempted SchedulingGated Unschedulable',
  controllers:
    'FailedCreate FailedDelete FailedUpdate SuccessfulCreate SuccessfulDelete SuccessfulUpdate RecreatingFailedPod RecreatingTerminatedPod ScalingReplicaSet ReplicaSetCreateError ProgressDeadlineExceeded DeploymentRollback SelectorOverlap BackoffLimitExceeded TooManyActivePods SawCompletedJob MissSchedule UnexpectedJob JobAlreadyActive MissingJob TooManyMissedTimes InvalidSchedule UnparseableSchedule FailedGetScale FailedGetResourceMetric FailedGetPodsMetric FailedGetObjectMetric FailedGetExternalMetric FailedComputeMetricsReplicas FailedRescale SuccessfulRescale SelectorRequired InvalidSelector InvalidMetricSourceType FailedConvertHPA DesiredReplicasComputed NoPods NoControllers CalculateExpectedPodCountFailed FailedToUpdateEndpoint FailedToUpdateEndpointSlices FailedToCreateEndpoint FailedToCreateEndpointSlices EnsuringLoadBalancer EnsuredLoadBalancer SyncLoadBalancerFailed UpdatedLoadBalancer DeletedLoadBalancer ClusterIPNotAllocated LeaderElection ResourceQuotaExceeded',
} as const;

const known = Object.values(reasons).flatMap((words) => words.split(' '));
const lower = new Set(known.map((word) => word.toLowerCase()));

/** The reason somebody may have meant by a word that Kubernetes does not write; two slips at most, so that a word of an operator's own is none. */
export function misspeltReason(word: string): string | undefined {
  if (word.length < 5 || word.length > 64 || word.includes('*') || lower.has(word.toLowerCase())) return undefined;
  return nearestWord(word, known, word.length < 8 ? 1 : 2);
}
