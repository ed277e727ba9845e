import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorld } from '../cluster/make-world.ts';
import { readRecording } from '../cluster/recording/read-recording.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { takeSnapshot } from '../cluster/take-snapshot.ts';
import { refName } from '../cluster/world.ts';
import { compileFiles, hasErrors } from '../config/compile.ts';
import { explainRevision } from '../config/explain.ts';
import type { Revision } from '../config/revision.ts';
import { readConfigPaths } from '../config/source/read-yaml.ts';
import { type Millis, systemClock } from '../lib/clock.ts';
import { openRecord, recordFile } from '../record/open-record.ts';
import { findUnmatchedIssues } from '../record/unmatched-issues.ts';
import { readSettings } from '../settings.ts';
import { findMatchProblems } from '../triage/match-problems.ts';
import { exampleOf } from '../triage/severity-examples.ts';
import { sayProblem } from './config-check.ts';
import { connectCluster } from './connect.ts';
import { exitCodes } from './exit-codes.ts';
import { annotate } from './explain/annotate.ts';
import { nextOpenings } from './explain/known-issues.ts';
import { explainPage } from './explain/page.ts';
import { sayRule } from './explain/services.ts';
import { type SeenCluster, seeCluster, type View } from './explain/view.ts';
import { type Output, paints } from './output.ts';

export type ExplainOptions = {
  paths: string[];
  /** Hold it against a recording, or against the cluster of the kubeconfig. */
  recording?: string;
  cluster?: boolean;
  /** The Markdown itself with a verdict for every line. */
  annotate?: boolean;
  /** The moment to explain at (RFC 3339); a recording brings its own. */
  now?: string;
  output: string;
};

/** What the configuration means, in full also where it has errors (exit 1 then). Needs no cluster; with one it shows what services match. */
export async function explainConfig(options: ExplainOptions, output: Output): Promise<number> {
  const source = await readConfigPaths(options.paths.length > 0 ? options.paths : ['.']);
  const compiled = compileFiles(source.files);
  const revision = { ...compiled, problems: [...source.problems, ...compiled.problems] };
  const snapshot = await readCluster(options);
  const now = readNow(options.now) ?? snapshot?.at ?? systemClock.now();
  const seen = snapshot && seeCluster(revision, makeWorld(snapshot), sayCluster(options, snapshot));
  const unmatched = snapshot ? askRecord(revision, snapshot.cluster.id, now) : [];
  const files = [...new Set(source.files.map(({ file }) => file))];
  const problems = [
    ...revision.problems,
    ...findMatchProblems({ revision, now, unmatched, ...(seen && { world: seen.world }) }),
  ].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column);
  const view: View = {
    revision,
    sources: source.files,
    problems,
    now,
    paint: paints(output),
    ...(seen && { cluster: seen }),
  };
  if (options.output === 'json') output.print(JSON.stringify(toDocument(view), null, 2));
  else if (options.annotate) output.print(annotate(view).join('\n'));
  else {
    output.print(explainPage(view).join('\n'));
    for (const problem of problems) output.print(sayProblem(problem, output));
  }
  return hasErrors(revision) ? exitCodes.failed : exitCodes.done;
}

async function readCluster({ recording, cluster }: ExplainOptions): Promise<Snapshot | undefined> {
  if (recording !== undefined) return readRecording(recording);
  if (!cluster) return undefined;
  const connection = await connectCluster(readSettings());
  try {
    return await takeSnapshot(connection, { now: systemClock.now() });
  } finally {
    await connection.close();
  }
}

const sayCluster = ({ recording }: ExplainOptions, { cluster }: Snapshot): string =>
  recording === undefined ? `the cluster ${cluster.name}` : `the recording ${recording}`;

function readNow(text: string | undefined): Millis | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`--now ${text} is no time; write for example 2026-01-15T12:00:00Z`);
  return at;
}

/** Known issues that silenced nothing, as the record of this machine has it; none where there is no record. */
function askRecord({ knownIssues }: Revision, cluster: string, now: Millis): string[] {
  const path = join(readSettings().K8S_MONITOR_DATA_DIR, recordFile);
  if (!existsSync(path)) return [];
  const record = openRecord(path, { now });
  try {
    const titles = knownIssues.map(({ title }) => title);
    return findUnmatchedIssues(record, cluster, titles, now);
  } finally {
    record.close();
  }
}

function toDocument({ revision, problems, now, cluster }: View) {
  const zone = revision.cluster.timezone;
  const matchOf = (service: string) => cluster?.matches.get(service);
  const nodes = cluster?.world.snapshot.nodes.map(({ name }) => name);
  return explainRevision(
    { ...revision, problems: [...problems] },
    (service) => (matchOf(service)?.matches ?? []).map(refName),
    {
      by: (service) => ruleOf(service, cluster),
      next: (issue) => nextOpenings(issue, zone, now, 3),
      example: (group, severity) =>
        exampleOf(group, severity, { revision, ...(cluster && { classes: cluster.classes }), ...(nodes && { nodes }) }),
    },
  );
}

function ruleOf(service: string, cluster: SeenCluster | undefined): string | undefined {
  const match = cluster?.matches.get(service);
  return match && sayRule(match);
}
