import type { Snapshot } from '../cluster/snapshot.ts';
import { refName } from '../cluster/world.ts';
import { compileFiles, hasErrors } from '../config/compile.ts';
import { explainRevision } from '../config/explain.ts';
import { readConfigPaths } from '../config/source/read-yaml.ts';
import { type Millis, systemClock } from '../lib/clock.ts';
import { unseenWorkloads } from '../triage/match-problems.ts';
import { exampleOf } from '../triage/severity-examples.ts';
import { allProblems, type ClusterChoice, readChoice } from './all-problems.ts';
import { sayProblem } from './config-problems.ts';
import { exitCodes } from './exit-codes.ts';
import { annotate } from './explain/annotate.ts';
import { nextOpenings } from './explain/known-issues.ts';
import { explainPage } from './explain/page.ts';
import { sayRule } from './explain/services.ts';
import { type SeenCluster, seeCluster, type View } from './explain/view.ts';
import { type Output, paints } from './output.ts';

export type ExplainOptions = ClusterChoice & {
  paths: string[];
  /** The Markdown itself with a verdict for every line. */
  annotate?: boolean;
  /** The moment to explain at (RFC 3339); a recording brings its own. */
  now?: string;
  output: string;
};

/**
 * What the configuration means, in full also where it has errors (exit 1 then). Needs no cluster; with one it shows what
 * services match (exit 3 where its workloads could not all be seen).
 */
export async function explainConfig(options: ExplainOptions, output: Output): Promise<number> {
  const source = await readConfigPaths(options.paths.length > 0 ? options.paths : ['.']);
  const compiled = compileFiles(source.files);
  const revision = { ...compiled, problems: [...source.problems, ...compiled.problems] };
  const chosen = await readChoice(options);
  const now = readNow(options.now) ?? chosen?.snapshot.at ?? systemClock.now();
  const seen = chosen && seeCluster(revision, chosen.world, sayCluster(options, chosen.snapshot));
  const problems = allProblems(revision, source.files, now, chosen);
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
  if (hasErrors(revision)) return exitCodes.failed;
  return seen && unseenWorkloads(seen.world).length > 0 ? exitCodes.unseen : exitCodes.done;
}

const sayCluster = ({ recording }: ExplainOptions, { cluster }: Snapshot): string =>
  recording === undefined ? `the cluster ${cluster.name}` : `the recording ${recording}`;

function readNow(text: string | undefined): Millis | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`--now ${text} is no time; write for example 2026-01-15T12:00:00Z`);
  return at;
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
