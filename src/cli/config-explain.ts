import { makeWorld } from '../cluster/make-world.ts';
import { readRecording } from '../cluster/recording/read-recording.ts';
import { refName } from '../cluster/world.ts';
import { compileFiles, hasErrors } from '../config/compile.ts';
import { type ExplainDocument, explainRevision } from '../config/explain.ts';
import type { Revision } from '../config/revision.ts';
import { readConfigPaths } from '../config/source/read-yaml.ts';
import { listWords } from '../lib/text.ts';
import { matchServices } from '../triage/match-services.ts';
import { sayProblem } from './config-check.ts';
import { exitCodes } from './exit-codes.ts';
import { type Output, paints, table } from './output.ts';

/** What the configuration means, in full also where it has errors (exit 1 then). Needs no cluster; a recording shows what services match. */
export async function explainConfig(
  options: { paths: string[]; recording?: string; output: string },
  output: Output,
): Promise<number> {
  const source = await readConfigPaths(options.paths.length > 0 ? options.paths : ['.']);
  const compiled = compileFiles(source.files);
  const revision = { ...compiled, problems: [...source.problems, ...compiled.problems] };
  const matches = options.recording ? await matchesIn(options.recording, revision) : undefined;
  const document = explainRevision(revision, (service) => matches?.get(service) ?? []);
  if (options.output === 'json') output.print(JSON.stringify(document, null, 2));
  else printExplanation(document, matches !== undefined, output);
  return hasErrors(revision) ? exitCodes.failed : exitCodes.done;
}

async function matchesIn(recording: string, revision: Revision): Promise<Map<string, string[]>> {
  const world = makeWorld(await readRecording(recording));
  return new Map(
    matchServices(revision.services, world).map(({ service, matches }) => [service.name, matches.map(refName)]),
  );
}

function printExplanation(document: ExplainDocument, matched: boolean, output: Output): void {
  const paint = paints(output);
  const section = (title: string, rows: readonly string[][]): void => {
    if (rows.length === 0) return;
    output.print(paint.bold(title));
    output.print(table(rows.map(([first = '', ...rest]) => [`  ${first}`, ...rest])));
    output.print('');
  };
  const at = ({ file, line }: { file: string; line: number }): string => `${file}:${line}`;
  output.print(
    `${paint.bold(document.cluster.name ?? 'a cluster without a name')}, ${document.cluster.timezone}, a cycle every ${document.cluster.frequency}, revision ${document.revision}\n`,
  );
  section(
    'Services',
    document.services.map((one) => [
      one.priority,
      one.name,
      one.maxDowntime ? `down for at most ${one.maxDowntime}` : '',
      matched ? listWords(one.matches) || 'matches nothing' : '',
      at(one),
    ]),
  );
  section(
    'Known issues',
    document.knownIssues.map((one) => [
      one.title,
      listWords([...one.services, ...one.classes]) || 'mutes nothing: no service resolved',
      one.kinds.join(', '),
      sayBound(one.bound),
      at(one),
    ]),
  );
  section(
    'Severities',
    document.severities.map((one) => [one.severity, one.rule, at(one)]),
  );
  section(
    'Escalation',
    document.escalation.map((one) => [one.severity, listWords(one.channels) || 'no message', one.timing.when, at(one)]),
  );
  section(
    'Thresholds',
    document.thresholds.map((one) => [one.name, one.value, at(one)]),
  );
  section(
    'Ignored',
    document.ignores.map((one) => [one.what, one.name, one.when ?? '', at(one)]),
  );
  section(
    'Checks of your own',
    document.checks.map((one) => [one.name, one.kinds.join(','), one.severity, at(one)]),
  );
  section(
    'Health checks',
    document.healthChecks.map((one) => [
      one.service,
      one.protocol,
      `${one.path ?? ''}${one.port ? ` :${one.port}` : ''}`,
      at(one),
    ]),
  );
  section(
    'Templates',
    document.templates.map((one) => [one.name, at(one)]),
  );
  section(
    'Agents',
    document.agents.map((one) => [one.name, one.model, one.when, at(one)]),
  );
  const verdicts = (['understood', 'context', 'problem', 'aside'] as const).map(
    (verdict) => `${document.lines.filter((line) => line.verdict === verdict).length} ${verdict}`,
  );
  output.print(`Lines: ${verdicts.join(', ')} (--output json has each)`);
  for (const problem of document.problems) output.print(sayProblem(problem, output));
}

function sayBound(bound: ExplainDocument['knownIssues'][number]['bound']): string {
  if (bound.type === 'windows') return bound.windows.map(({ says }) => says).join('; ');
  return bound.type === 'grace'
    ? `for ${bound.lasts} from ${bound.from === 'onset' ? 'its onset' : 'the start of the pod'}`
    : 'without a bound: not silent, SEV-4';
}
