import type { Entry } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { allLabels, type LabelId, readLabelName } from '../labels.ts';
import type { ProblemCode } from '../problems.ts';

const stateWords =
  /\b(?:down|degraded|unavailable|unready|ready|crash\w*|restart\w*|pending|running|healthy|unhealthy|failed|failing|oom\w*|evicted|affected|flapping|at risk)\b/i;

/** Whether a line in a deciding position has a priority, a listed service, a number or a state word in it: then it is read or refused. */
export function looksLikeRule(text: string, draft: Draft): boolean {
  return /\d/.test(text) || stateWords.test(text) || namesIn(text, draft.serviceWords()).length > 0;
}

/** The names that stand in a text as words of their own. */
export function namesIn(text: string, names: readonly string[]): string[] {
  const lower = text.toLowerCase();
  return names.filter((name) => {
    const wanted = name.toLowerCase();
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
      if (!/[\w.-]/.test(lower.charAt(at - 1)) && !/[\w-]/.test(lower.charAt(at + wanted.length))) return true;
    }
    return false;
  });
}

/** Labels over prose, wherever they stand: what looks like a rule behind them is not meant as one. */
const proseLabel =
  /^(?:guidance|notes?|actions?|examples?|e\.g|descriptions?|impacts?|responses?|rationale|why|reasons?|definition|meaning|goal|sla|slo|runbook|owner|team|expectations?|characteristics|symptoms?|what(?: to do| happens)?|steps?|procedure|resolution|response time|see also|links?)\b/i;

/** Whether a line's label is one over prose, or one that means something elsewhere. */
export const isProse = (entry: Entry): boolean =>
  entry.struck ||
  proseLabel.test(entry.label?.name ?? entry.text) ||
  (entry.label !== undefined && readLabelName(entry.label.name, allLabels) !== undefined);

const capLabel = /^(?:(?:severity )?caps?|(?:max(?:imum|\.)?|highest) (?:severity|sev)|capped (?:at|to))$/i;

/** Whether a label decides elsewhere and not here: somebody may take it for a bound that it is not. */
export const isForeignLabel = (name: string, elsewhere: readonly LabelId[]): boolean =>
  capLabel.test(name) || readLabelName(name, elsewhere) !== undefined;

/** A line that nobody labelled and that looks like a rule: a warning says that it decides nothing. */
export function warnOfRule(entry: Entry, reader: Reader, draft: Draft): void {
  if (entry.label?.value === '' || isProse(entry)) return;
  if (looksLikeRule(entry.label?.value ?? entry.text, draft))
    reader.problem('guidance', entry, { word: entry.text.slice(0, 80) });
}

/** Refuses a line that looks like a rule and could not be read; says of others that rules will not act on them. */
export function refuse(
  code: ProblemCode & ('ignore-unreadable' | 'timing-unreadable' | 'issue-window-unreadable'),
  entry: Entry,
  reader: Reader,
  draft: Draft,
): void {
  const word = entry.label?.value ?? entry.text;
  if (looksLikeRule(entry.text, draft)) reader.problem(code, entry.placeOf(entry.label?.start ?? 0), { word });
  else reader.problem('guidance', entry, { word: entry.text.slice(0, 80) });
}
