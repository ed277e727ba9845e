import { hour } from '../lib/clock.ts';
import type { Revision } from './revision.ts';
import { defaultThresholds } from './thresholds.ts';

/** A revision in which nothing is written: every default of the language. */
export const emptyRevision: Revision = {
  id: 'empty',
  cluster: { timezone: 'UTC', frequency: hour },
  services: [],
  knownIssues: [],
  severityRules: [],
  escalation: [],
  defaultPriority: 'P3',
  thresholds: defaultThresholds,
  thresholdLines: [],
  ignores: [],
  customChecks: [],
  healthChecks: [],
  templates: [],
  emoji: {},
  github: { timeToCheck: 6 * hour, repositories: [], manifests: [], syncDelay: 0 },
  contacts: [],
  agents: [],
  context: '',
  lines: [],
  problems: [],
};
