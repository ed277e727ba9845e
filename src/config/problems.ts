import { oneLine } from '../lib/text.ts';
import type { Position, Problem, ProblemLevel } from './revision.ts';

/** One kind of problem: how bad it is, what it says, and what to write instead. */
type Row<Facts extends object> = {
  level: ProblemLevel;
  message: (facts: Facts) => string;
  cure: (facts: Facts) => string;
};
const row = <Facts extends object>(
  level: ProblemLevel,
  message: Row<Facts>['message'],
  cure: Row<Facts>['cure'],
): Row<Facts> => ({
  level,
  message,
  cure,
});

type Word = { word: string };
type Meant = { word: string; meant?: string | undefined };
const didYouMean = (meant: string | undefined, otherwise: string): string =>
  meant === undefined ? otherwise : `Did you mean "${meant}"?`;

/** Every problem the compiler finds by itself. What the grammars of single values find comes with their own words. */
export const problemTable = {
  // Files
  'no-configuration': row<object>(
    'error',
    () => 'There is no CLAUDE.md and no agent.',
    () => 'Give a folder with CLAUDE.md and agents/*.md, or both ConfigMaps.',
  ),
  'empty-file': row<Word>(
    'error',
    ({ word }) => `${word} is empty.`,
    () => 'Write its content again; an empty file never replaces a configuration.',
  ),
  'file-too-large': row<{ kib: number }>(
    'error',
    ({ kib }) => `The file has ${kib} KiB; the most is 256 KiB.`,
    () => 'Shorten it: move history and examples out of the ConfigMap.',
  ),
  'configuration-too-large': row<{ kib: number }>(
    'error',
    ({ kib }) => `All files together have ${kib} KiB; the most is 900 KiB.`,
    () => 'Shorten them: a ConfigMap holds 1 MiB, and models read every line.',
  ),
  'line-too-long': row<{ most: number }>(
    'warning',
    ({ most }) => `The line is longer than ${most} characters; what follows here is not read as a rule.`,
    () => 'Break it into several lines or bullets.',
  ),
  'nul-character': row<object>(
    'error',
    () => 'A NUL character stands here, so this is not text.',
    () => 'Save the file as UTF-8 text again.',
  ),
  'hidden-direction': row<Word>(
    'error',
    ({ word }) => `An invisible character (${word}) stands here, which can make the line read otherwise than it shows.`,
    () => 'Delete it; type the line again if you cannot see it.',
  ),
  'zero-width': row<Word>(
    'warning',
    ({ word }) => `A zero-width character (${word}) stands here. It was left out.`,
    () => 'Delete it; it often comes along with copied text.',
  ),
  'byte-order-mark': row<object>(
    'warning',
    () => 'The file begins with a byte order mark. It was left out.',
    () => 'Save the file as UTF-8 without BOM.',
  ),
  'merge-conflict': row<object>(
    'error',
    () => 'A merge conflict is not resolved here, so one of its two sides would silently win.',
    () => 'Keep the lines that are right, and delete those that begin with `<<<<<<<`, `=======` and `>>>>>>>`.',
  ),
  'comment-not-closed': row<object>(
    'error',
    () => 'The comment that begins here is never closed, so everything below it would be ignored.',
    () => 'Close it with `-->`.',
  ),
  'fence-not-closed': row<object>(
    'warning',
    () => 'The code fence that begins here is never closed, so everything below it is code.',
    () => 'Close it with a line of ``` after the code.',
  ),
  'heading-in-fence': row<Word>(
    'warning',
    ({ word }) => `The heading "${word}" stands inside a code fence, so nobody reads it as a section.`,
    () => 'Close the fence above it with a line of ```.',
  ),
  'placeholder-not-expanded': row<Word>(
    'error',
    ({ word }) => `${word} was never filled in.`,
    ({ word }) => `Write the value instead of ${word}, or put it in backticks where you mean the words themselves.`,
  ),
  'placeholder-in-prose': row<Word>(
    'warning',
    ({ word }) => `${word} is not filled in: agents read it as it stands.`,
    ({ word }) => `Write the value instead of ${word}, or put it in backticks where you mean the words themselves.`,
  ),
  'rule-in-fence': row<Word>(
    'warning',
    ({ word }) => `"${word}" stands in a code fence, so rules will not act on it.`,
    () => 'Write it outside the fence. If it is an example, give the fence a language (```text).',
  ),
  'references-other-file': row<Word>(
    'warning',
    ({ word }) => `${word} is not part of this configuration, so nobody reads it.`,
    () => 'Copy what matters into this file.',
  ),
  'setting-in-markdown': row<Word & { setting: string }>(
    'warning',
    ({ word }) => `"${word}" is a setting of the environment: what stands here changes nothing.`,
    ({ setting }) => `Set ${setting} in the Deployment, and remove the line.`,
  ),
  'secret-in-markdown': row<Word & { setting: string }>(
    'warning',
    ({ word }) => `"${word}" is a secret: here it changes nothing, and everybody who may read ConfigMaps reads it.`,
    ({ setting }) => `Put it into the Secret k8s-monitor-secrets as ${setting}, remove the line, and have it replaced.`,
  ),
  'orchestrator-missing': row<object>(
    'error',
    () => 'CLAUDE.md is missing, so no service is known.',
    () => 'Add CLAUDE.md: the key of that name in the ConfigMap k8s-monitor-orchestrator.',
  ),
  'agents-missing': row<object>(
    'error',
    () => 'There is no agent at all.',
    () => 'Add agents/k8s-analyzer.md, escalation-manager.md, slack-notifier.md and github-reviewer.md.',
  ),
  'agent-missing': row<Word>(
    'error',
    ({ word }) => `The agent ${word} is missing; the monitor needs it.`,
    ({ word }) => `Add agents/${word}.md, even if it holds nothing but its frontmatter.`,
  ),
  'agent-listed-twice': row<Word & { other: string }>(
    'error',
    ({ word, other }) => `The agent name "${word}" is already taken by ${other}.`,
    () => 'Give one of the two another name, or remove it.',
  ),
  'agent-name-differs': row<Word & { file: string }>(
    'error',
    ({ word, file }) => `The agent calls itself "${word}" but its file is ${file}.`,
    ({ word, file }) => `Write \`name: ${file.replace(/\.md$/, '')}\` or rename the file to ${word}.md.`,
  ),
  'frontmatter-missing': row<object>(
    'error',
    () => 'The agent has no frontmatter.',
    () => 'Begin the file with `---`, then `name:`, `description:`, `tools:` and `model:`, then `---`.',
  ),
  'frontmatter-not-closed': row<object>(
    'error',
    () => 'The frontmatter that begins here is never closed.',
    () => 'Close it with a line of `---` before the prose.',
  ),
  'orchestrator-frontmatter': row<object>(
    'info',
    () => 'CLAUDE.md needs no frontmatter; it was left out.',
    () => 'Write values under "## Cluster Information".',
  ),
  'compiler-failed': row<Word>(
    'error',
    ({ word }) => `The file could not be compiled: ${word}.`,
    () => 'This is a fault of the monitor; please report it with the file.',
  ),
  'source-unreadable': row<Word>(
    'error',
    ({ word }) => `The configuration could not be read: ${word}.`,
    () => 'Look at the API server and the rights of the service account; it is read again by itself.',
  ),
  'pair-incomplete': row<{ orchestrator: string; agents: string; seconds: number }>(
    'error',
    ({ orchestrator, agents, seconds }) =>
      `The orchestrator is of bundle "${oneLine(orchestrator, 60)}" and the agents are of "${oneLine(agents, 60)}"; the other half did not come within ${seconds} s.`,
    () => 'Apply both ConfigMaps with the same `k8s-monitor.io/bundle`, or take the annotation off both.',
  ),
  // Shape
  'section-unknown': row<Meant>(
    'warning',
    ({ word }) => `"${word}" is not the name of a section, so its lines are context.`,
    ({ meant }) => didYouMean(meant, 'See the reference for the names.'),
  ),
  'section-misplaced': row<Word>(
    'warning',
    ({ word }) => `"${word}" is a first-level heading, which is never a section, so its lines are context.`,
    ({ word }) => `Write \`## ${word}\`.`,
  ),
  'section-too-deep': row<Word>(
    'warning',
    ({ word }) => `"${word}" is too deep to be a section, so its lines are context.`,
    ({ word }) => `Write \`## ${word}\`.`,
  ),
  'aside-names-section': row<Word>(
    'warning',
    ({ word }) =>
      `"${word}" is read by nobody, because a heading with Example, Template, History or Change log is an aside.`,
    () => 'Take that word out of the heading if its lines are meant to count.',
  ),
  'label-unknown': row<Meant>(
    'warning',
    ({ word }) => `"${word}" is not a label here, so what it says is context.`,
    ({ meant }) => didYouMean(meant, 'See the reference for the labels of this section.'),
  ),
  placeholder: row<Word>(
    'warning',
    ({ word }) => `"${word}" looks like a placeholder, so it was left out.`,
    () => 'Write the real name, or remove the line.',
  ),
  'former-value': row<Word>(
    'info',
    ({ word }) => `"${word}" is what it was before; it was left out.`,
    () => 'Nothing to do; the history is in version control.',
  ),
  guidance: row<Word>(
    'warning',
    ({ word }) => `"${word}" is guidance: rules will not act on it.`,
    () => 'Write it as a rule, or begin it with `Guidance:`.',
  ),
  'duration-unreadable': row<{ label: string; word: string }>(
    'error',
    ({ label, word }) => `"${word}" is not a length of time for ${label}.`,
    () => 'Write for example `5 minutes`, `90s` or `1 hour`.',
  ),
  'duration-vague': row<Word>(
    'warning',
    ({ word }) => `"${word}" is too vague to be a length of time, so it sets nothing.`,
    () => 'Write for example `5 minutes` or `1 hour`.',
  ),
  'value-half-read': row<Word & { value: string }>(
    'error',
    ({ word }) => `"${word}" stands beside the value and would decide nothing.`,
    ({ value }) => `Write \`${value}\` alone. Words meant for a model begin with \`Guidance:\` on a line of their own.`,
  ),
  'remark-not-read': row<Word>(
    'warning',
    ({ word }) => `"${word}" is a remark: rules will not act on it.`,
    () => 'Take the number out of it, or put it on a line of its own that begins with `Guidance:`.',
  ),
  'value-missing': row<Word>(
    'warning',
    ({ word }) => `${word} has no value.`,
    () => 'Write a value behind the colon, or remove the line.',
  ),
  'value-twice': row<{ label: string; first: number }>(
    'warning',
    ({ label, first }) => `${label} was already given in line ${first}, which counts.`,
    () => 'Remove one of the two.',
  ),
  // CLAUDE.md
  'timezone-unknown': row<Meant>(
    'error',
    ({ word }) => `"${word}" is not a time zone.`,
    ({ meant }) => didYouMean(meant, 'Write an IANA name such as `Europe/Berlin` or `America/New_York`.'),
  ),
  'timezone-missing': row<Word>(
    'warning',
    ({ word }) => `"${word}" needs a time zone and none is given, so UTC counts.`,
    () => 'Write `- **Timezone**: Europe/Berlin` under "## Cluster Information".',
  ),
  'frequency-unreadable': row<Word>(
    'error',
    ({ word }) => `"${word}" does not say how often.`,
    () => 'Write for example `Every 1 hour` or `Every 15 minutes`; at least one minute.',
  ),
  'no-services': row<object>(
    'warning',
    () => 'No service is listed, so nobody is told about one by its priority.',
    () => 'Write a heading with P0, P1, P2 or P3 and below it `- name: description`.',
  ),
  'priority-unknown': row<Word>(
    'error',
    ({ word }) => `"${word}" is not a priority.`,
    () => 'Use P0, P1, P2 or P3.',
  ),
  'priority-differs': row<Word & { here: string; there: string; counts: string }>(
    'warning',
    ({ word, here, there, counts }) => `"${word}" says ${here} but stands under ${there}; ${counts} counts.`,
    ({ word, here }) => `Move \`${word}\` below a heading with ${here}, or take the priority out of its line.`,
  ),
  'services-without-priority': row<Word>(
    'warning',
    ({ word }) => `"${word}" names no priority, so its items are context.`,
    () => 'Put P0, P1, P2 or P3 into the heading.',
  ),
  'service-unreadable': row<Word>(
    'warning',
    ({ word }) => `"${word}" does not begin with a service's name, so nothing watches it.`,
    () => 'Write `- name: description`, the name as in the cluster. Prose belongs into a paragraph.',
  ),
  'service-name-invalid': row<Word & { meant: string }>(
    'error',
    ({ word }) => `"${word}" cannot be a name in Kubernetes.`,
    ({ meant }) => `Write the workload's name, for example \`${meant}\`.`,
  ),
  'name-invalid': row<Word & { what: string; meant: string }>(
    'error',
    ({ word, what }) => `"${word}" is not the name of one ${what}.`,
    ({ meant }) => `Write it as the cluster has it, for example \`${meant}\`.`,
  ),
  'workload-kind-unknown': row<Word>(
    'warning',
    ({ word }) => `"${word}" is not a kind that is read, so only pods that one owns count.`,
    () => 'Write Deployment, StatefulSet, DaemonSet, CronJob or Job. If it is a custom resource, nothing to do.',
  ),
  'column-missing': row<{ what: string; header: string; value: string }>(
    'warning',
    ({ what }) => `The table has no column with the ${what}, so it is context.`,
    ({ header, value }) => `Name a column \`${header}\` and write ${value} into it.`,
  ),
  'downtime-not-read': row<Word>(
    'warning',
    ({ word }) => `"${word}" speaks of a downtime but sets none.`,
    () => 'Write `Max downtime: 2 minutes` on a line of its own, or begin it with `Guidance:`.',
  ),
  'service-listed-twice': row<Word & { first: number; file: string; priority: string }>(
    'warning',
    ({ word, first, file, priority }) =>
      `"${word}" is already listed in ${file}:${first} as ${priority}, which counts.`,
    () => 'Remove one of the two lines.',
  ),
  'service-unknown': row<Meant>(
    'warning',
    ({ word }) => `"${word}" is not a listed service.`,
    ({ meant }) => didYouMean(meant, 'List it under a heading with its priority, or correct the name.'),
  ),
  'section-empty': row<Word>(
    'warning',
    ({ word }) => `"${word}" lists nothing.`,
    () => 'List something below it, or remove the heading.',
  ),
  'cap-unreadable': row<Word>(
    'error',
    ({ word }) => `"${word}" has an arrow but no severity that could cap the group.`,
    () => 'Write for example `-> log only, SEV-4`.',
  ),
  'boolean-unreadable': row<{ label: string; word: string }>(
    'error',
    ({ label, word }) => `"${word}" is neither yes nor no for ${label}.`,
    () => 'Write `yes` or `no`.',
  ),
  // Known issues
  'issue-only-expected': row<Word>(
    'warning',
    ({ word }) => `"${word}" says what is expected but not that it must not be flagged, so it suppresses nothing.`,
    () => 'Add `DO NOT FLAG` if nobody is to be told.',
  ),
  'issue-names-nothing': row<Word>(
    'warning',
    ({ word }) => `"${word}" names no listed service and no kind of service, so it suppresses nothing.`,
    () => 'Add `- Services: name, name`.',
  ),
  'issue-unbounded': row<Word>(
    'warning',
    ({ word }) =>
      `"${word}" has no time window and no length, so it is not silent: it stays in the daily digest as SEV-4.`,
    () => 'Add `- When: Every Sunday 2-3 AM` or `- Up to: 5 minutes`.',
  ),
  'issue-whole-section': row<object>(
    'warning',
    () => 'This sentence stands over the whole section and suppresses nothing.',
    () => 'Write the phrase into each issue it is meant for.',
  ),
  'issue-covers-all-critical': row<Word>(
    'warning',
    ({ word }) => `"${word}" covers every P0 service.`,
    () => 'Name only the services it is about.',
  ),
  'issue-kind-unknown': row<Meant>(
    'error',
    ({ word }) => `"${word}" is not a kind of finding.`,
    ({ meant }) => didYouMean(meant, 'See the list of checks in the reference.'),
  ),
  'issue-exception-unreadable': row<Word>(
    'error',
    ({ word }) => `The exception "${word}" names no kind of finding that could still be told.`,
    () => 'Write for example `(but monitor for crashes)`.',
  ),
  'issue-until-unreadable': row<Word>(
    'error',
    ({ word }) => `"${word}" is not a date.`,
    () => 'Write for example `Until: 2026-12-31`.',
  ),
  'issue-window-unreadable': row<Word>(
    'error',
    ({ word }) => `"${word}" is not a time window.`,
    () => 'Write for example `Every Sunday 2-3 AM`, `Daily 02:00-03:00` or `First Monday of the month 22:00-24:00`.',
  ),
  'suppression-elsewhere': row<Word>(
    'warning',
    ({ word }) => `"${word}" stands outside "Known Issues", so it suppresses nothing.`,
    () => 'Move it below `## Known Issues`.',
  ),
  // Health checks
  'health-check-unreadable': row<Word>(
    'error',
    ({ word }) => `"${word}" is not a health check.`,
    () => 'Write for example `HTTP /health :8080`, `TCP 3306` or `/health`.',
  ),
  'health-check-unsupported': row<Word>(
    'info',
    ({ word }) => `"${word}" is not run: the pods' own readiness is used.`,
    () => 'Write an HTTP path or a TCP port to have it checked.',
  ),
  'health-check-columns': row<object>(
    'warning',
    () => 'The table has no column for the service or none for the check, so it is context.',
    () => 'Name the columns `Service` and `Health check`.',
  ),
  // Escalation
  'severity-unknown': row<Word>(
    'error',
    ({ word }) => `"${word}" is not a severity.`,
    () => 'Use SEV-1, SEV-2, SEV-3 or SEV-4.',
  ),
  'severity-missing': row<Word>(
    'warning',
    ({ word }) => `"${word}" names no severity, so nobody is told by what stands below it.`,
    ({ word }) => `Write for example \`### SEV-4: ${word}\`.`,
  ),
  'channel-unreadable': row<Meant>(
    'error',
    ({ word }) => `"${word}" names no channel.`,
    ({ meant }) => didYouMean(meant, 'Write `#channel`, several with commas, or `None` for no message.'),
  ),
  'channel-differs': row<Word & { meant: string; line: number }>(
    'warning',
    ({ word, meant, line }) => `"${word}" differs by one character from "${meant}" in line ${line}.`,
    ({ meant }) => `Did you mean "${meant}"? If both exist, nothing to do.`,
  ),
  'timing-unreadable': row<Word>(
    'error',
    ({ word }) => `"${word}" is not a time to tell people.`,
    () => 'Write for example `Immediate`, `Within 5 minutes`, `Business hours 9-17` or `Daily digest`.',
  ),
  'escalate-unreadable': row<Word>(
    'error',
    ({ word }) => `"${word}" does not say to whom it escalates and after how long.`,
    () => 'Write for example `pagerduty after 5 minutes without acknowledgement`.',
  ),
  'severity-silent': row<Word>(
    'warning',
    ({ word }) => `${word} has no channel, so nobody is told of it.`,
    ({ word }) => `Add \`- **Channel**: #channel\` under ${word}, or \`None\` if that is meant.`,
  ),
  'criteria-unlabelled': row<Word>(
    'error',
    ({ word }) => `"${word}" reads like criteria, but its label is none that decides.`,
    () => 'Begin the line with `Criteria:`, or with `Guidance:` if it is meant for a model only.',
  ),
  'criteria-twice': row<{ severity: string; first: number; file: string }>(
    'warning',
    ({ severity, first, file }) =>
      `${severity} also has criteria in ${file}:${first}, which decide; this line does not.`,
    () => 'Keep the criteria in one place, best in escalation-manager.md.',
  ),
  'criteria-part-unread': row<Word>(
    'error',
    ({ word }) => `"${word}" is part of an ALL and cannot be read, so the whole would not hold.`,
    () => 'Write it as a rule, or begin it with `Guidance:` to leave it to a model.',
  ),
  // Harm
  'needs-confirmation': row<Word & { hash: string }>(
    'error',
    ({ word }) => word,
    ({ hash }) =>
      `If this is meant, annotate the ConfigMap with \`k8s-monitor.io/confirm: ${hash}\` (in a mounted file: the comment \`<!-- confirm: ${hash} -->\`); else undo it.`,
  ),
  // Agents
  'check-unreadable': row<Word & { meant: string }>(
    'error',
    ({ word }) => word,
    ({ meant }) => meant,
  ),
  'threshold-unreadable': row<Word & { example: string }>(
    'error',
    ({ word }) => `"${word}" is not a threshold.`,
    ({ example }) => `Write for example \`${example}\`.`,
  ),
  'threshold-out-of-range': row<Word & { range: string }>(
    'error',
    ({ word }) => `"${word}" is outside what makes sense.`,
    ({ range }) => `Use ${range}.`,
  ),
  'ignore-unreadable': row<Word>(
    'error',
    ({ word }) => `"${word}" does not say what is ignored.`,
    () =>
      'Write for example `Namespaces: kube-node-lease`, `Kinds: Job`, `Checks: job-failed` or `Events: FailedMount`.',
  ),
  'ignore-kind-unknown': row<Meant>(
    'warning',
    ({ word }) => `"${word}" is not a kind of object that is looked at, so this ignores nothing.`,
    ({ meant }) => didYouMean(meant, 'Write a kind as the cluster does, for example `Job` or `PersistentVolumeClaim`.'),
  ),
  'ignore-reason-unknown': row<Meant>(
    'warning',
    ({ word }) => `"${word}" is not a reason that Kubernetes gives its Events, so this ignores nothing.`,
    ({ meant }) => didYouMean(meant, 'Write a reason as the cluster does, for example `FailedMount` or `BackOff`.'),
  ),
  'check-built-in': row<Word>(
    'info',
    ({ word }) => `\`${word}\` is not run: the monitor sees this by itself.`,
    () => 'Nothing to do.',
  ),
  'check-twice': row<Word & { first: number }>(
    'warning',
    ({ word, first }) => `A check named "${word}" stands already in line ${first}; both run under this name.`,
    () => 'Give them different headings.',
  ),
  'template-plain': row<Word>(
    'info',
    ({ word }) => `This fence under "${word}" is an example and is never sent.`,
    () => 'Mark it ```liquid to use it as the message.',
  ),
  'template-broken': row<Word>(
    'error',
    ({ word }) => `The template cannot be read: ${word}.`,
    () => 'Correct the liquid tag in this line.',
  ),
  'template-nameless': row<Word>(
    'warning',
    ({ word }) => `"${word}" names no message, so this template is not used.`,
    () => 'Put it under "Full alert", "Brief update", "Resolved" or "Digest".',
  ),
  'template-twice': row<Word & { first: number }>(
    'warning',
    ({ word, first }) => `The template for ${word} stands already in line ${first}, which counts.`,
    () => 'Remove one of the two.',
  ),
  'list-differs': row<Word & { here: string; there: string; file: string; line: number }>(
    'warning',
    ({ word, here, there, file, line }) => `"${word}" is ${here} here but ${there} in ${file}:${line}, which counts.`,
    () => 'Correct this line, or leave the list of services to CLAUDE.md.',
  ),
} as const;

export type ProblemCode = keyof typeof problemTable;
export type FactsOf<Code extends ProblemCode> = Parameters<(typeof problemTable)[Code]['message']>[0];

/** The problem of that code at a place, in words for the person who can fix it. */
export function problemOf<Code extends ProblemCode>(code: Code, at: Position, facts: FactsOf<Code>): Problem {
  const { level, message, cure } = problemTable[code] as Row<FactsOf<Code>>;
  // What would fall silent is told whole: it is our own sentence, and somebody answers for it.
  const shown = shorten(facts, code === 'needs-confirmation' ? 500 : 160);
  return { ...at, level, code, message: message(shown), cure: cure(shown) };
}

/** Whether it refuses the revision. */
export const isError = ({ level }: Pick<Problem, 'level'>): boolean => level === 'error';

/** Words from a file are shown on one line and cut; a message is read on a phone. */
function shorten<Facts extends object>(facts: Facts, most: number): Facts {
  const cut = ([key, value]: [string, unknown]): [string, unknown] => [
    key,
    typeof value === 'string' ? oneLine(value, most) : value,
  ];
  return { ...facts, ...Object.fromEntries(Object.entries(facts).map(cut)) };
}
