import { checkIds } from '../../src/config/checks.ts';
import { emptyRevision } from '../../src/config/empty-revision.ts';
import type {
  Clause,
  KnownIssue,
  Position,
  Revision,
  ServiceEntry,
  Severity,
  SeverityRule,
} from '../../src/config/revision.ts';

const at: Position = { file: 'CLAUDE.md', line: 1, column: 1 };

/** A revision as if Markdown had said this and nothing else. */
export function revisionWith(parts: Partial<Revision> = {}): Revision {
  return { ...emptyRevision, id: 'test', ...parts };
}

/** `P0 shop`, with what else is written below it. */
export function service(
  said: `${ServiceEntry['priority']} ${string}`,
  parts: Partial<ServiceEntry> = {},
): ServiceEntry {
  const [priority, name] = said.split(' ');
  return {
    name: name ?? '',
    priority: priority as ServiceEntry['priority'],
    dependsOn: [],
    aliases: [],
    optional: false,
    optionalWorkloads: [],
    at,
    ...parts,
  };
}

/** A criterion; each inner list is joined by AND. */
export function rule(severity: Severity, ...anyOf: Clause[][]): SeverityRule {
  return { severity, anyOf, at };
}

/** `clause('Any P0 service down', { of: 'services', priorities: ['P0'] }, 'down')`. */
export function clause(
  text: string,
  subject: Clause['subject'],
  state: Clause['state'],
  parts: Partial<Clause> = {},
): Clause {
  return { quantifier: 1, subject, state, text, at, ...parts };
}

/** A known issue with the kinds that hold where none are written. */
export function knownIssue(
  title: string,
  services: string[],
  bound: KnownIssue['bound'],
  parts: Partial<KnownIssue> = {},
): KnownIssue {
  return {
    title,
    suppresses: true,
    services,
    classes: [],
    kinds: checkIds.filter((id) => ['not-ready', 'no-replicas', 'no-endpoints', 'health-check-failed'].includes(id)),
    exceptions: [],
    bound,
    at,
    ...parts,
  };
}
