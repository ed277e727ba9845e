import type { Millis } from '../lib/clock.ts';
import type { CauseId, CheckId } from './checks.ts';

/** Where a line stands, in the words of whoever wrote it: a Markdown file, or the ConfigMap YAML it came in. Lines and columns start at 1. */
export type Position = { file: string; line: number; column: number };

export type ProblemLevel = 'error' | 'warning' | 'info';

/** What the compiler says about a line. `error` refuses the revision. `cure` says what to write instead. */
export type Problem = Position & { level: ProblemLevel; code: string; message: string; cure: string };

export type Verdict = 'understood' | 'context' | 'problem' | 'aside';

/** Every line of every file has one. `says` is what an understood line means, in words. */
export type LineVerdict = { file: string; line: number; verdict: Verdict; says?: string };

export const priorities = ['P0', 'P1', 'P2', 'P3'] as const;
export type Priority = (typeof priorities)[number];

/** From the most severe to the least. */
export const severities = ['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4'] as const;
export type Severity = (typeof severities)[number];

export const serviceClasses = ['database', 'cache', 'queue', 'ingress'] as const;
/** What kind of thing a service runs, by a data table of images; `data layer` in criteria is database, cache and queue. */
export type ServiceClass = (typeof serviceClasses)[number];

export type ClusterInfo = {
  name?: string;
  type?: string;
  environment?: string;
  /** IANA name; UTC (and a warning) without it. */
  timezone: string;
  /** `Monitoring Frequency`: how often a cycle runs when nothing else starts one. */
  frequency: Millis;
};

/** One entry of the P0-P3 inventory. */
export type ServiceEntry = {
  name: string;
  priority: Priority;
  description?: string;
  namespace?: string;
  /** `Workload:`; the kind only where it was written (`Deployment/shop`). */
  workload?: { kind?: string; name: string };
  maxDowntime?: Millis;
  dependsOn: string[];
  aliases: string[];
  /** The whole service is optional: it is never `down`. */
  optional: boolean;
  /** Names of matched workloads that do not make it `down`. */
  optionalWorkloads: string[];
  repository?: string;
  manifests?: string;
  runbook?: string;
  /** A group's cap (`-> log only, SEV-4`): no incident of this service is more severe. */
  cap?: Severity;
  at: Position;
};

/** Hours and days in a zone, repeating or once. Minutes are of the local day; an `end` beyond 1440 ends on the next day. */
export type Window = { says: string /** Written beside the hours; without it the cluster's. */; zone?: string } & (
  | { repeats: 'weekly' /** ISO, Monday is 1. */; days: number[]; start: number; end: number }
  | { repeats: 'monthly' /** 1-5, or -1 for the last. */; nth: number; day: number; start: number; end: number }
  | { repeats: 'monthday' /** 1-31, or -1 for the last. */; dates: number[]; start: number; end: number }
  | { repeats: 'once'; from: Millis; to: Millis }
  | { repeats: 'cron'; cron: string; lasts: Millis }
);

/** For how long a known issue is expected. `none` silences nothing: SEV-4 and the digest while it lasts. */
export type Bound =
  | { type: 'windows'; windows: Window[] }
  /** `onset`: of each occurrence. `pod-start`: while the pod is that young (slow startups). */
  | { type: 'grace'; lasts: Millis; from: 'onset' | 'pod-start' }
  | { type: 'none' };

export type KnownIssue = {
  title: string;
  /** A suppression phrase stands in it; without one it is context and this is false. */
  suppresses: boolean;
  services: string[];
  classes: ServiceClass[];
  /** Checks it covers. */
  kinds: CheckId[];
  /** Checks that page all the same ("but monitor for crashes"). */
  exceptions: CheckId[];
  bound: Bound;
  until?: Millis;
  owner?: string;
  why?: string;
  solution?: string;
  at: Position;
};

/** What a clause is about. */
export type ClauseSubject =
  | { of: 'services'; priorities: Priority[] }
  | { of: 'named'; names: string[]; every: boolean }
  | { of: 'class'; classes: ServiceClass[] }
  | { of: 'nodes' }
  | { of: 'control-plane' }
  /** Nodes, control plane and kube-system. */
  | { of: 'infrastructure' }
  /** Any service at all. */
  | { of: 'any' };

export const clauseStates = [
  'down',
  'degraded',
  'not-ready',
  'affected',
  'at-risk',
  'flapping',
  'absent',
  'unknown',
  'warnings',
  'healthy',
  'expected',
  'max-downtime-exceeded',
  'outage',
] as const;
export type ClauseState = (typeof clauseStates)[number];

/** One condition of a criterion: `2 or more P1 services down for 5 minutes`. */
export type Clause = {
  /** At least so many of the subject; `all` is every one of them. */
  quantifier: number | 'all';
  subject: ClauseSubject;
  state: ClauseState;
  /** Counts from the state's since and replaces the check's grace; 0 is "immediately". For `outage` the length it exceeds. */
  for?: Millis;
  /** As it was written, for the reason that people read. */
  text: string;
  at: Position;
};

/** Matches when any group matches; a group matches when all its clauses do. */
export type SeverityRule = { severity: Severity; anyOf: Clause[][]; at: Position };

export type Timing =
  | { when: 'immediate' }
  | { when: 'after'; delay: Millis }
  /** Held outside these hours. */
  | { when: 'hours'; windows: Window[] }
  | { when: 'digest' };

/** The Escalation Policy for one severity. No channels: no message of its own. */
export type Escalation = {
  severity: Severity;
  channels: string[];
  who: string[];
  timing: Timing;
  mention?: string;
  followUp?: Millis;
  settle?: Millis;
  escalate?: { channel: string; after: Millis };
  at: Position;
};

export type Thresholds = {
  /** Shares of the limit, 0-1; a usage above is `usage-near-limit`. */
  memoryUsage: number;
  cpuUsage: number;
  /** Restarts within the last hour above which `restarting` is found. */
  restarts: number;
  /** `unschedulable` and waiting pods: how long before it counts. */
  pending: Millis;
  /** Pods younger than this are starting, not failing. */
  startup: Millis;
  /** Days before expiry: warning and error. */
  certificateDays: { warning: number; error: number };
  /** Free shares of a volume, 0-1: warning and error. */
  volumeFree: { warning: number; error: number };
  /** Graces set in Markdown, by check. */
  graces: Partial<Record<CheckId, Millis>>;
};

/** A threshold as it was written, for `explain`. */
export type ThresholdLine = { name: string; value: string; at: Position };

export type Ignore = {
  what: 'namespace' | 'kind' | 'check' | 'reason';
  /** Compared without regard to case; `*` stands for any characters. */
  name: string;
  /** "if Running", "only if not running": of the pod. */
  when?: 'running' | 'not-running';
  at: Position;
};

export type CustomCheck = {
  /** Its heading. */
  name: string;
  /** Resource names as kubectl takes them: `pods`, `deployments.apps`. */
  kinds: string[];
  namespace?: string;
  allNamespaces: boolean;
  selector?: string;
  filter: string;
  severity: Severity;
  at: Position;
};

/** One row of Health Check Patterns. Without a port the Service's only one. */
export type HealthCheck = {
  service: string;
  protocol: 'http' | 'https' | 'tcp';
  path?: string;
  port?: number;
  host?: string;
  at: Position;
};

export type TemplateName = 'full' | 'brief' | 'resolved' | 'digest';
export type Template = { name: TemplateName; liquid: string; at: Position };

export type GithubSettings = {
  timeToCheck: Millis;
  repositories: string[];
  manifests: string[];
  syncDelay: Millis;
};

export type AgentDefinition = {
  name: string;
  description: string;
  /** Absent: all that are offered. */
  tools?: string[];
  model: string;
  when: 'always' | 'on-change' | 'on-incident';
  maxTurns?: number;
  budgetUsd?: number;
  /** The Markdown below the frontmatter. */
  prompt: string;
  at: Position;
};

/** One immutable, compiled configuration. `problems` without an error: it may be put in force. */
export type Revision = {
  /** Content hash over normalised files. */
  id: string;
  cluster: ClusterInfo;
  services: ServiceEntry[];
  knownIssues: KnownIssue[];
  severityRules: SeverityRule[];
  escalation: Escalation[];
  /** What unlisted namespaces count as. */
  defaultPriority: Priority;
  thresholds: Thresholds;
  thresholdLines: ThresholdLine[];
  ignores: Ignore[];
  customChecks: CustomCheck[];
  healthChecks: HealthCheck[];
  templates: Template[];
  emoji: Partial<Record<Severity, string>>;
  briefUpdateEvery?: Millis;
  fullRepeatEvery?: Millis;
  github: GithubSettings;
  contacts: { label: string; value: string; at: Position }[];
  agents: AgentDefinition[];
  /** Lines for people and models; they decide nothing. */
  context: string;
  lines: LineVerdict[];
  problems: Problem[];
};

/** One Markdown file as it came from a source, with where it stands there. */
export type SourceFile = {
  /** What problems call it: `CLAUDE.md`, `agents/k8s-analyzer.md`, `k8s/orchestrator-configmap.yaml`. */
  file: string;
  /** `CLAUDE.md` or an agent's file name. */
  name: string;
  role: 'orchestrator' | 'agent';
  text: string;
  /** Added to positions inside `text` to get those in `file`: a block scalar of a YAML file begins below its key and is indented. */
  lineOffset: number;
  columnOffset: number;
};

export type { CauseId, CheckId };
