import type { Finding } from '../analysis/finding.ts';
import type { ServiceClass } from '../config/revision.ts';
import { mapInTurns, type Work } from '../lib/turns.ts';
import { makeServicesOf } from './finding-services.ts';
import type { JudgedFinding, Memory } from './incident.ts';
import type { JudgeInput } from './judge-input.ts';
import { expectsZero } from './known-issues.ts';
import { keepNamed, matchInTurns } from './match-services.ts';
import { findPending } from './pending.ts';
import { classesOf } from './service-classes.ts';
import { findServiceFaults } from './service-faults.ts';
import { findServiceStates, type JudgedService } from './service-state.ts';
import { type Standing, standingsOfFinding, standingsOfInfrastructure, standingsOfServices } from './standing.ts';
import type { Behind } from './workloads-behind.ts';

export type JudgedServices = {
  services: JudgedService[];
  named: ReadonlyMap<string, JudgedService>;
  classes: ReadonlyMap<string, readonly ServiceClass[]>;
  /** All findings, with those that only the inventory knows. */
  findings: JudgedFinding[];
  standings: readonly Standing[];
  /** How the owners of a finding stand because of it. */
  standingsOf: (finding: JudgedFinding) => readonly Standing[];
};

/** What every listed service matches and how it is, and whose the findings are. */
export function* judgeServices(input: JudgeInput, behind: Behind, blind: Memory['blind']): Work<JudgedServices> {
  const { revision, world, memory, now } = input;
  const matches = keepNamed(yield* matchInTurns(revision.services, world), memory.services);
  const servicesOf = makeServicesOf(matches, world, behind);
  yield;
  const classes = new Map(matches.map(({ service, matches: refs }) => [service.name, classesOf(refs, world)]));
  yield;
  const owned = yield* mapInTurns(input.findings, (finding) => ({ ...finding, services: servicesOf(finding) }));
  const services = yield* findServiceStates(matches, {
    world,
    now,
    memory: { ...memory, blind },
    findings: byService(owned),
    expectsZero: (service) => expectsZero(service, { revision, classes, now }),
  });
  yield;
  const listed = standingsOfServices(services, classes, byService(owned), memory.incidents);
  yield;
  const standings = [...listed, ...standingsOfInfrastructure(owned, revision, world)];
  const whole = new Map(listed.map((one) => [one.key, one]));
  const named = new Map(services.map((service) => [service.entry.name, service]));
  const standingsOf = remembering((finding: JudgedFinding) =>
    standingsOfFinding(finding, named, whole, revision, world),
  );
  const pend = (finding: Finding & { services: string[] }): JudgedFinding => {
    const pending = findPending(finding, standingsOf(finding), revision, now);
    return pending ? { ...finding, pending } : finding;
  };
  yield;
  const faults = findServiceFaults(services, owned, listed, revision.severityRules, now);
  const findings = yield* mapInTurns([...owned, ...faults], pend);
  return { services, named, classes, findings, standings, standingsOf };
}

function byService<F extends { services: readonly string[] }>(findings: readonly F[]): Map<string, F[]> {
  const groups = new Map<string, F[]>();
  for (const finding of findings) {
    for (const name of finding.services) {
      const group = groups.get(name);
      if (group) group.push(finding);
      else groups.set(name, [finding]);
    }
  }
  return groups;
}

function remembering(find: (finding: JudgedFinding) => Standing[]): (finding: JudgedFinding) => Standing[] {
  const known = new Map<string, Standing[]>();
  return (finding) => {
    const before = known.get(finding.id) ?? find(finding);
    known.set(finding.id, before);
    return before;
  };
}
