import { type ProblemPage, shown } from './page.ts';

const fence = (language: string, ...lines: string[]): string => [`\`\`\`${language}`, ...lines, '```'].join('\n');
const frontmatter = (...lines: string[]): string => ['---', ...lines, '---', ''].join('\n');
const head = ['name: helper', 'description: Helps.'];

/** Problems of agents: frontmatter, thresholds, ignores, checks and templates. */
export const agentPages: Record<string, ProblemPage> = {
  'frontmatter-missing': shown(
    'helper.md',
    'Without frontmatter an agent has no name and no description, so it is none.',
    'You help people.',
    `${frontmatter(...head)}\nYou help people.`,
    { whole: true },
  ),
  'frontmatter-not-closed': shown(
    'helper.md',
    'The frontmatter never ends, so the whole file would be part of it.',
    '---\nname: helper\ndescription: Helps.\n\nYou help people.',
    `${frontmatter(...head)}\nYou help people.`,
    { whole: true },
  ),
  'frontmatter-empty': shown(
    'helper.md',
    'There is nothing between the two lines `---`.',
    '---\n---\nYou help people.',
    frontmatter(...head),
    { whole: true },
  ),
  'frontmatter-missing-key': shown(
    'helper.md',
    'Every agent needs a name and a description.',
    frontmatter('name: helper'),
    frontmatter(...head),
    { whole: true },
  ),
  'frontmatter-too-deep': shown(
    'helper.md',
    'Frontmatter is flat. Deep nesting is a way to hold up the reader.',
    frontmatter(...head, `tools: ${'['.repeat(12)}Bash${']'.repeat(12)}`),
    frontmatter(...head, 'tools: [Bash]'),
    { whole: true },
  ),
  'frontmatter-too-long': shown(
    'helper.md',
    'Frontmatter has a few lines; 8 KiB of it are prose in the wrong place.',
    frontmatter('name: helper', `description: ${'Helps. '.repeat(1300)}`),
    frontmatter(...head),
    { whole: true },
  ),
  'frontmatter-unknown-key': shown(
    'helper.md',
    'The key is none that an agent has, so it would have no effect.',
    frontmatter(...head, 'modle: haiku'),
    frontmatter(...head, 'model: haiku'),
    { whole: true },
  ),
  'frontmatter-unused-key': shown(
    'helper.md',
    'Claude Code knows the key and it has no effect here.',
    frontmatter(...head, 'color: blue'),
    frontmatter(...head),
    { whole: true },
  ),
  'frontmatter-value': shown(
    'helper.md',
    'The value of a key is of another kind than the key needs.',
    frontmatter(...head, 'maxTurns: many'),
    frontmatter(...head, 'maxTurns: 20'),
    { whole: true },
  ),
  'frontmatter-yaml': shown(
    'helper.md',
    'The frontmatter is not valid YAML, or says more than it shows (anchors, aliases, tags, a key twice).',
    frontmatter('name: helper', 'name: other', 'description: Helps.'),
    frontmatter(...head),
    { whole: true },
  ),
  'model-from-setting': shown(
    'helper.md',
    'The model is the value of a setting of the environment; where it is not set, the default model is used.',
    frontmatter(...head, 'model: $HELPER_MODEL'),
    frontmatter(...head, 'model: haiku'),
    { whole: true },
  ),
  'model-unknown': shown(
    'helper.md',
    'No model has this name.',
    frontmatter(...head, 'model: sonet'),
    frontmatter(...head, 'model: sonnet'),
    { whole: true },
  ),
  'tool-not-offered': shown(
    'helper.md',
    'Agents only read. Tools that write, or that belong to other servers, are not given.',
    frontmatter(...head, 'tools: Read, Write'),
    frontmatter(...head, 'tools: Read'),
    { whole: true },
  ),
  'threshold-unreadable': shown(
    'k8s-analyzer.md',
    'A line below "Thresholds" is meant as one and cannot be read.',
    '## Thresholds\n\n- **Memory usage**: 9 out of 10',
    '## Thresholds\n\n- **Memory usage**: 80% of limit',
  ),
  'threshold-out-of-range': shown(
    'k8s-analyzer.md',
    'With this value the check would always or never find something.',
    '## Thresholds\n\n- **Memory usage**: 950% of limit',
    '## Thresholds\n\n- **Memory usage**: 95% of limit',
  ),
  'ignore-unreadable': shown(
    'k8s-analyzer.md',
    'What is left out has to be a namespace, a kind, a check or the reason of an event.',
    '## What to ignore\n\n- everything that restarted fewer than 3 times',
    '## What to ignore\n\n- Namespaces: kube-node-lease',
  ),
  'ignore-kind-unknown': shown(
    'k8s-analyzer.md',
    'A kind of object that is neither read nor looked at by a custom check has no findings, so leaving it out changes nothing. Mostly it is a slip of the pen.',
    '## What to ignore\n\n- Kinds: Jobb',
    '## What to ignore\n\n- Kinds: Job',
  ),
  'ignore-reason-unknown': shown(
    'k8s-analyzer.md',
    'No Event of Kubernetes has this reason, but one that differs by a slip of the pen. Reasons that operators of your own write are taken as they are.',
    '## What to ignore\n\n- Events: FailedMont',
    '## What to ignore\n\n- Events: FailedMount',
  ),
  'check-unreadable': shown(
    'k8s-analyzer.md',
    "A check of your own is one `kubectl get ... -o json | jq 'FILTER'`. There is no shell, and nothing else is run; a filter that jq would refuse whatever it is given is refused here.",
    `## Checks\n\n### Web\n\n${fence('bash', "kubectl get pods -A -o json | jq '.items[]' | sh")}`,
    `## Checks\n\n### Web\n\n${fence('bash', "kubectl get pods -A -o json | jq '.items[] | select(.spec.hostNetwork)'")}`,
  ),
  'check-built-in': shown(
    'k8s-analyzer.md',
    'A plain listing is not run: the monitor sees what it lists by itself.',
    `## Checks\n\n### Pods\n\n${fence('bash', 'kubectl get pods -A -o wide')}`,
    '## Checks\n\nPods are checked by the monitor.',
  ),
  'check-twice': shown(
    'k8s-analyzer.md',
    'Two checks have one heading, so their findings cannot be told apart.',
    `## Web\n\n${fence('bash', "kubectl get pods -A -o json | jq '.items[]'")}\n\n## Web\n\n${fence('bash', "kubectl get jobs -A -o json | jq '.items[]'")}`,
    `## Web pods\n\n${fence('bash', "kubectl get pods -A -o json | jq '.items[]'")}\n\n## Web jobs\n\n${fence('bash', "kubectl get jobs -A -o json | jq '.items[]'")}`,
  ),
  'template-plain': shown(
    'slack-notifier.md',
    'A fence without `liquid` is an example. Text of examples is never sent.',
    `## Full alert\n\n${fence('', 'The shop is down!')}`,
    `## Full alert\n\n${fence('liquid', '{{ incident.says }}')}`,
  ),
  'template-broken': shown(
    'slack-notifier.md',
    'The template is not valid Liquid, so the message could not be written.',
    `## Full alert\n\n${fence('liquid', '{{ incident.says | }')}`,
    `## Full alert\n\n${fence('liquid', '{{ incident.says }}')}`,
  ),
  'template-nameless': shown(
    'slack-notifier.md',
    'The heading over a template says which message it is, and this one names none.',
    `## Farewell\n\n${fence('liquid', '{{ incident.says }}')}`,
    `## Resolved\n\n${fence('liquid', '{{ incident.says }}')}`,
  ),
  'template-twice': shown(
    'slack-notifier.md',
    'There is one template for each message. The first counts.',
    `## Resolved\n\n${fence('liquid', 'fine')}\n\n## All clear\n\n${fence('liquid', 'good')}`,
    `## Resolved\n\n${fence('liquid', 'fine')}`,
  ),
  'list-differs': shown(
    'escalation-manager.md',
    'escalation-manager.md repeats the list of services and differs from CLAUDE.md, which counts.',
    '## P0 services\n\n- search',
    '## P1 services\n\n- search',
  ),
};
