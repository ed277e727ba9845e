import { refName } from '../cluster/world.ts';
import type { Severity } from '../config/revision.ts';
import type { CycleResult } from '../cycle.ts';
import { unseenSources } from '../cycle.ts';
import { formatDuration, formatMoment } from '../lib/duration.ts';
import { cleanText, count, listWords } from '../lib/text.ts';
import type { Incident } from '../triage/incident.ts';
import { isOver, isTold } from './cycle-document.ts';
import { type Output, paints, table } from './output.ts';

/** One cycle for people: what is broken first, then the services, then what was not seen. */
export function printCycle(result: CycleResult, options: { all: boolean }, output: Output): void {
  const paint = paints(output);
  const open = result.incidents.filter(({ state }) => !isOver(state));
  const zone = result.revision.cluster.timezone;
  output.print(
    paint.dim(`${result.snapshot.cluster.name}, ${formatMoment(result.now, zone)}, revision ${result.revision.id}`),
  );
  output.print('');
  if (open.length === 0) output.print(paint.good('Nothing is broken that people would be told.'));
  for (const incident of open) output.print(sayIncident(incident, result.now, output));
  printFindings(result, options.all, output);
  if (result.services.length > 0) {
    output.print(paint.bold('Services'));
    output.print(
      table(result.services.map(({ name, priority, state, because }) => [`  ${priority}`, name, state, because])),
    );
    output.print('');
  }
  // What is ignored was counted above.
  const suppressed = result.suppressed.filter(({ by }) => by.kind !== 'ignore');
  if (suppressed.length > 0)
    output.print(
      `${count(suppressed.length, 'suppressed finding')}: ${listWords(suppressed.map(({ subject, by }) => `${refName(subject)} (${by.name})`))}`,
    );
  const needed = new Set(unseenSources(result).map(({ source }) => source));
  for (const { source, state, reason } of result.snapshot.coverage) {
    if (state === 'complete' || state === 'absent') continue;
    const why = `${state}${reason ? `: ${cleanText(reason)}` : ''}`;
    output.print(
      paint.warning(`not seen: ${source} (${why})${needed.has(source) ? '' : '; nothing enabled needs it'}`),
    );
  }
}

const marks: Record<Severity, 'bad' | 'warning' | 'dim'> = {
  'SEV-1': 'bad',
  'SEV-2': 'bad',
  'SEV-3': 'warning',
  'SEV-4': 'dim',
};

/** An incident in six lines at most. */
export function sayIncident(incident: Incident, now: number, output: Output): string {
  const paint = paints(output);
  const lines = [
    `${paint[marks[incident.severity]](incident.severity)}  ${paint.bold(cleanText(incident.says))}`,
    `       since ${formatDuration(now - incident.since)}${incident.cause ? `, cause ${incident.cause}` : ''}${incident.services.length > 0 ? `, service ${listWords(incident.services)}` : ''}`,
    `       why ${incident.severity}: ${cleanText(incident.because)}`,
    ...incident.evidence.slice(0, 2).map(({ text }) => `       seen: ${cleanText(text)}`),
    ...incident.changes.slice(0, 1).map(({ because }) => `       changed: ${cleanText(because)}`),
    ...(incident.victims.length > 0 ? [`       suffers: ${listWords(incident.victims.map(refName))}`] : []),
    `       next: ${incident.next}`,
    '',
  ];
  return lines.join('\n');
}

function printFindings(result: CycleResult, all: boolean, output: Output): void {
  const quiet = result.findings.filter((finding) => !isTold(finding));
  if (quiet.length === 0) return;
  if (!all) {
    output.print(paints(output).dim(`${count(quiet.length, 'finding')} pending or ignored (--all shows them)\n`));
    return;
  }
  output.print(paints(output).bold('Pending and ignored'));
  for (const { says, pending, ignored } of quiet)
    output.print(`  ${cleanText(says)} (${pending ? pending.because : `ignored: ${ignored?.because ?? ''}`})`);
  output.print('');
}
