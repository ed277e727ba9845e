// Judges recorded clusters whose answers are known: `npm run bench:judgement [FOLDER]`. Prints the folder's own score, misses and false alarms.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { findProblems } from '../src/analysis/find-problems.ts';
import type { Finding } from '../src/analysis/finding.ts';
import { makeWorld } from '../src/cluster/make-world.ts';
import { snapshotOf } from '../src/cluster/project/snapshot-of.ts';
import { defaultThresholds } from '../src/config/thresholds.ts';
import type { Millis } from '../src/lib/clock.ts';

const listOf = z.object({ items: z.array(z.unknown()) });
const named = z.object({ kind: z.string(), name: z.string().nullish() });
const expectedOf = z.object({
  verdict: z.string(),
  expected: z.array(named),
  tolerated: z.array(named).default([]),
  reference_time: z.string().nullish(),
  /** Only findings about this kind count where it must be quiet: the rest of the cluster is trimmed away. */
  scope_kind: z.string().nullish(),
});

/** What is promised for each set; the third has no promise. */
const promises: Record<string, { named: number; alarmed: number; told: number }> = {
  k8sgpt: { named: 66, alarmed: 0, told: 0 },
  kstatus: { named: 4, alarmed: 0, told: 0 },
};
/** Why a case is missed, as far as we know and mean it. */
const reasons: Record<string, string> = {
  'k8sgpt/DaemonSetAnalyzerImagePullSecretNotFound':
    'only a Secret is missing, and Secrets are never read; the pull that fails would be found',
  'troubleshoot/troubleshoot-message-pending-node-affinity': 'unschedulable for 60 s, inside its grace of 2 minutes',
  'troubleshoot/troubleshoot-message-pending-pod-resources': 'unschedulable for 60 s, inside its grace of 2 minutes',
  'troubleshoot/troubleshoot-replicasets-rook-ceph': 'not ready for 100 s, inside its grace of 3 minutes',
};

const bench = process.argv[2] ?? join(import.meta.dirname, '../../shared/bench');
const out = mkdtempSync(join(tmpdir(), 'k8s-monitor-judgement-'));
const groups = readdirSync(bench, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const reports: string[] = [];

for (const { name: group } of groups) {
  const tally = { cases: 0, mustAlert: 0, named: 0, quiet: 0, alarmed: 0, inProgress: 0, told: 0 };
  for (const name of readdirSync(join(bench, group))) {
    const objects = listOf.parse(readJson(join(bench, group, name, 'objects.json'))).items;
    const expected = expectedOf.parse(readJson(join(bench, group, name, 'expected.json')));
    const findings = judge(group, objects, Date.parse(expected.reference_time ?? '') || newestTime(objects));
    const file = join(out, group, `${name}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ findings: findings.map(toScore) }));
    tally.cases++;
    if (expected.verdict === 'must-alert') {
      tally.mustAlert++;
      const wanted = new Set(expected.expected.map(nameOf));
      const hit = findings.some(({ subject, pods, related }) =>
        [subject, ...pods, ...related].some((one) => wanted.has(nameOf(one))),
      );
      if (hit) tally.named++;
      else
        reports.push(
          `MISS  ${group}/${name}: ${expected.expected.map((one) => `${one.kind} ${one.name ?? ''}`).join(', ')} (${reasons[`${group}/${name}`] ?? 'reason unknown'})`,
        );
    } else if (expected.verdict === 'must-not-alert') {
      tally.quiet++;
      const alarms = findings.filter(({ subject }) => (expected.scope_kind ?? subject.kind) === subject.kind);
      if (alarms.length > 0) tally.alarmed++;
      for (const finding of alarms) reports.push(`ALARM ${group}/${name}: ${finding.id}: ${finding.says}`);
    } else if (expected.verdict.startsWith('in-progress')) {
      tally.inProgress++;
      if (findings.length > 0) tally.told++;
      for (const finding of findings) reports.push(`EARLY ${group}/${name}: ${finding.id}: ${finding.says}`);
    }
  }
  const promise = promises[group];
  if (promise && (tally.named < promise.named || tally.alarmed > promise.alarmed || tally.told > promise.told)) {
    process.exitCode = 1;
    reports.push(
      `BELOW ${group}: promised are at least ${promise.named} named, ${promise.alarmed} alarms, ${promise.told} told early`,
    );
  }
  console.log(
    `${group}: ${tally.cases} cases; of ${tally.mustAlert} that must alert ${tally.named} did; of ${tally.quiet} that must not ${tally.alarmed} did; of ${tally.inProgress} in progress ${tally.told} were told`,
  );
}
console.log(reports.join('\n'));
console.log(execFileSync('python3', [join(bench, 'score.py'), out, bench, '-v'], { encoding: 'utf8' }));
rmSync(out, { recursive: true });

/** What people would be told: neither pending nor ignored. Unit test objects without any time count as older than every grace. */
function judge(group: string, objects: readonly unknown[], now: Millis): Finding[] {
  const world = makeWorld(snapshotOf(objects, { now }));
  const findings = findProblems({
    world,
    now,
    thresholds: defaultThresholds,
    probes: [],
    customResults: [],
    ignores: [],
    firstSeen: {},
  });
  return findings.filter((finding) => {
    if (finding.ignored) return false;
    if (group === 'k8sgpt' && finding.sinceFrom === 'record') return true;
    return now >= Math.max(finding.since + finding.grace, finding.expectedUntil ?? 0);
  });
}

function toScore({ subject, check, cause }: Finding): Record<string, string> {
  const { kind, namespace, name } = subject;
  // A fixture without a name is called nothing, as the scorer does.
  return {
    kind,
    ...(name && { name }),
    problem: check,
    ...(namespace && { namespace }),
    ...(cause && { root_cause: cause }),
  };
}

/** A Service and its endpoints are one thing to whoever is woken. */
function nameOf({ kind, name }: { kind: string; name?: string | null | undefined }): string {
  return `${kind.replace(/^Endpoint(?:s|Slice)$/, 'Service')}/${name ?? ''}`;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The newest moment that any object names; where none does, a fixed one. */
function newestTime(objects: readonly unknown[]): Millis {
  const times = [...JSON.stringify(objects).matchAll(/"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"/g)].map((match) =>
    Date.parse(match[1] ?? ''),
  );
  return times.length > 0 ? Math.max(...times) : Date.parse('2026-01-15T12:00:00Z');
}
