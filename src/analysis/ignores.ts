import type { World } from '../cluster/world.ts';
import type { Ignore } from '../config/revision.ts';
import { like } from '../lib/like.ts';
import type { Finding } from './finding.ts';

/** Evidence that repeats an Event or a container's state begins with its reason: `BackOff: Back-off restarting ...`. */
const reasonPattern = /^([A-Z][A-Za-z]+)(?=:|$)/;

/** The first ignore of the Markdown that covers the finding, or undefined. */
export function findIgnore(
  finding: Finding,
  input: { world: World; ignores: readonly Ignore[] },
): Finding['ignored'] | undefined {
  const ignore = input.ignores.find((one) => covers(one, finding) && podsFit(one.when, finding, input.world));
  return ignore && { because: because(ignore), at: ignore.at };
}

function covers({ what, name }: Ignore, finding: Finding): boolean {
  switch (what) {
    case 'namespace':
      return like(
        name,
        finding.subject.namespace ?? (finding.subject.kind === 'Namespace' ? finding.subject.name : ''),
      );
    case 'kind':
      return like(name, finding.subject.kind);
    case 'check':
      return like(name, finding.check);
    case 'reason': {
      const reasons = finding.evidence.flatMap(({ text }) => reasonPattern.exec(text)?.[1] ?? []);
      return reasons.length > 0 && reasons.every((reason) => like(name, reason));
    }
  }
}

/** "if Running" holds only where it is true of every pod the finding was seen on. */
function podsFit(when: Ignore['when'], { pods }: Finding, world: World): boolean {
  if (when === undefined) return true;
  const phases = pods.map(({ namespace, name }) => world.pod(namespace ?? '', name)?.phase);
  return phases.length > 0 && phases.every((phase) => (phase === 'Running') === (when === 'running'));
}

function because({ what, name, when }: Ignore): string {
  const condition = when === undefined ? '' : when === 'running' ? ' if running' : ' if not running';
  return `${what} ${name} is ignored${condition}`;
}
