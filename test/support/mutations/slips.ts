import type { MapName, Texts } from './written.ts';

/** What an edit must come to: refused, in force (and what of its meaning is said), or no change at all. `any`: several places, several ends. */
export type Comes = 'refused' | RegExp | 'same' | 'any';

/** A slip that people make. `make` gives the text after it; `pick` chooses among its places, the same for the same seed. */
export type Slip = {
  what: string;
  map: MapName;
  key: string;
  comes: Comes;
  make: (text: string, pick: Choose) => string | undefined;
};

/** One of several, by the seed. */
export type Choose = <Item>(items: readonly Item[]) => Item;

const claude = { map: 'k8s-monitor-orchestrator', key: 'CLAUDE.md' } as const;
const agent = (name: string) => ({ map: 'k8s-monitor-agents', key: `${name}.md` }) as const;
const analyzer = agent('k8s-analyzer');
const manager = agent('escalation-manager');
const notifier = agent('slack-notifier');

/** Throws where what is replaced is not there, so that no slip is one of nothing. */
const swap =
  (...changes: [from: string, to: string][]) =>
  (text: string, pick: Choose): string => {
    const [from, to] = pick(changes);
    if (!text.includes(from)) throw new Error(`the shipped file does not have: ${from}`);
    return text.replace(from, to);
  };

/** An entry of a list of services with its own lines. */
const entryOf = (text: string, name: string): string =>
  new RegExp(`^- ${name}:.*\\n(?: {2}.*\\n)*`, 'm').exec(text)?.[0] ?? `${name} is not there`;

const sections = (text: string): string[] => text.match(/^## .*$/gm) ?? [];
const sectionOf = (text: string, heading: string): string => {
  const [, rest = ''] = text.split(`${heading}\n`);
  return `${heading}\n${rest.split(/^## /m)[0]}`;
};

/** The service whose pods crash all the while. */
export const planted = 'chores-tracker-backend';

export const slips: readonly Slip[] = [
  {
    what: 'a P0 deleted',
    ...claude,
    comes: /P0 `[\w-]+` removed/,
    make: (text, pick) =>
      text.replace(entryOf(text, pick(['chores-tracker-frontend', 'mysql', 'ingress-nginx-controller'])), ''),
  },
  {
    what: 'the P0 that crashes deleted',
    ...claude,
    comes: /P0 `chores-tracker-backend` removed/,
    make: (text) => text.replace(entryOf(text, planted), ''),
  },
  {
    what: 'a P1 deleted',
    ...claude,
    comes: /P1 `[\w-]+` removed/,
    make: (text, pick) => text.replace(entryOf(text, pick(['vault', 'external-secrets', 'redis', 'cert-manager'])), ''),
  },
  {
    what: 'every P0 deleted',
    ...claude,
    comes: 'refused',
    make: (text) => text.replace(sectionOf(text, '## Critical Services (P0 - Business Critical)'), ''),
  },
  {
    what: 'a time a hundred times as long',
    ...claude,
    comes: /minutes|hours?|days?/,
    make: swap(
      ['**Max downtime**: 10 minutes', '**Max downtime**: 1000 minutes'],
      ['**Max downtime**: 1 hour', '**Max downtime**: 100 hours'],
      ['**Max downtime**: 0 minutes', '**Max downtime**: 20 minutes'],
      ['every 15 minutes', 'every 1500 minutes'],
      ['Up to: 10 minutes', 'Up to: 1000 minutes'],
    ),
  },
  {
    what: 'a criterion a hundred times as long',
    ...manager,
    comes: /\b(200|500|1000) minutes|8h 20m|16h 40m|3h 20m/,
    make: swap(
      ['Any P0 service down immediately', 'Any P0 service down for > 200 minutes'],
      ['degraded for 5 minutes', 'degraded for 500 minutes'],
      ['down for 10 minutes', 'down for 1000 minutes'],
    ),
  },
  {
    what: 'a channel misspelt',
    ...claude,
    comes: /#chores-(alrets|platfrom)|#criticl/,
    make: (text, pick) =>
      pick([
        text.replace('**Channel**: #chores-alerts', '**Channel**: #chores-alrets'),
        text.replace('**Channel**: #chores-platform', '**Channel**: #chores-platfrom'),
        text.replace('**Channel**: #chores-alerts', '**Channel**: #criticl'),
      ]),
  },
  {
    what: 'SEV-1 sent to nobody',
    ...claude,
    comes: 'refused',
    make: swap(['**Channel**: #chores-alerts', '**Channel**: None'], ['**Channel**: #chores-alerts', '**Channel**:']),
  },
  {
    what: 'a window on the wrong day',
    ...claude,
    comes: /Argo CD updates itself/,
    make: swap(
      ['First Monday of the month', 'First Sunday of the month'],
      ['First Monday of the month', 'Every Monday'],
      ['First Monday of the month', 'Last Friday of the month'],
      ['22:00-24:00', '10:00-12:00'],
    ),
  },
  {
    what: 'a day that does not exist',
    ...claude,
    comes: 'refused',
    make: swap(
      ['First Monday of the month', 'First Mondya of the month'],
      ['22:00-24:00', '22:00-26:00'],
      ['22:00-24:00', '22:00'],
    ),
  },
  {
    what: 'a bullet under the wrong heading',
    ...claude,
    comes: 'any',
    make: (text, pick) => {
      const line = pick(['- **Timezone**: Europe/Berlin\n', '- **Timing**: Immediate\n', '- Default priority: P3\n']);
      const heading = pick(sections(text).filter((one) => !sectionOf(text, one).includes(line)));
      return text.replace(line, '').replace(`${heading}\n`, `${heading}\n\n${line}`);
    },
  },
  {
    what: 'a service under the wrong priority',
    ...claude,
    comes: /`(mysql|redis|vault|chores-tracker-frontend)`.*P[0-3]/,
    make: (text, pick) => {
      const entry = entryOf(text, pick(['mysql', 'redis', 'vault', 'chores-tracker-frontend']));
      const to = pick(['- argocd-server: Deployments', '- grafana: Dashboards']);
      return text.replace(entry, '').replace(to, `${entry}${to}`);
    },
  },
  {
    what: 'a table column swapped',
    ...claude,
    comes: 'any',
    make: (text, pick) =>
      pick([
        text.replace(/^\| (?!Service|---)(.*?) \| (.*?) \|$/gm, '| $2 | $1 |'),
        text.replace('| Service | Health check |', '| Health check | Service |'),
        text.replace('| mysql | TCP 3306 |', '| TCP 3306 | mysql |'),
      ]),
  },
  {
    what: 'a health check at the wrong port',
    ...claude,
    comes: /health check/i,
    make: swap(['HTTP /health :8000', 'HTTP /health :8080'], ['TCP 3306', 'TCP 3360'], ['HTTP / :80', 'HTTP / :8000']),
  },
  {
    what: 'a port that cannot be',
    ...claude,
    comes: 'refused',
    make: swap(['TCP 3306', 'TCP 330600'], ['HTTP /health :8000', 'HTTP /health :80000'], ['TCP 6379', 'TPC 6379']),
  },
  {
    what: 'a service misspelt',
    ...claude,
    comes: /removed|added/,
    make: swap(['- mysql: The', '- mysq: The'], ['- redis: Sess', '- reddis: Sess'], ['- vault: Sec', '- valut: Sec']),
  },
  {
    what: 'a namespace misspelt',
    ...claude,
    comes: /namespace/,
    make: (text, pick) =>
      text.replace(pick(['Namespace: vault', 'Namespace: argocd', 'Namespace: ingress-nginx']), 'Namespace: choers'),
  },
  {
    what: 'a heading misspelt',
    ...claude,
    comes: 'any',
    make: swap(
      ['## Critical Services (P0 - Business Critical)', '## Critcal Servces'],
      ['## Important Services (P1)', '## Impotant Services'],
      ['## Escalation Policy', '## Escalaton Polcy'],
      ['## Known Issues & Quirks', '## Knwon Issues'],
      ['### SEV-1: Critical', '### SVE-1: Critical'],
    ),
  },
  {
    what: 'a heading at the wrong level',
    ...claude,
    comes: 'any',
    make: (text, pick) => {
      const heading = pick(text.match(/^#{2,3} .*$/gm) ?? []);
      return text.replace(`${heading}\n`, `${pick([`#${heading}`, heading.replace('#', '')])}\n`);
    },
  },
  {
    what: 'a unit misspelt',
    ...claude,
    comes: 'refused',
    make: swap(
      ['**Max downtime**: 10 minutes', '**Max downtime**: 10 minuets'],
      ['**Max downtime**: 1 hour', '**Max downtime**: an hour or two'],
      ['Every 1 hour', 'Every 1 huor'],
    ),
  },
  {
    what: 'a time zone misspelt',
    ...claude,
    comes: 'refused',
    make: swap(['Europe/Berlin', 'Europe/Berln'], ['Europe/Berlin', 'Berlin'], ['Europe/Berlin', 'CEST+1']),
  },
  {
    what: 'a severity that does not exist',
    ...claude,
    comes: 'any',
    make: swap(
      ['### SEV-1: Critical', '### SEV-5: Critical'],
      ['### SEV-2: High', '### SEV-1: High'],
      ['### SEV-3: Medium', '### SEV-2: Medium'],
    ),
  },
  {
    what: 'a known issue that hides too much',
    ...claude,
    comes: /vault is sealed|weekly-report|hides/,
    make: swap(
      ['- Services: vault\n', '- Services: vault, chores-tracker-backend, redis\n'],
      ['- Services: vault\n- Up to: 10 minutes', '- Services: vault, chores-tracker-backend'],
    ),
  },
  {
    what: 'the namespace of everything ignored',
    ...analyzer,
    comes: /ignored namespace `chores-tracker` added/,
    make: swap(['Namespaces: kube-node-lease', 'Namespaces: kube-node-lease, chores-tracker']),
  },
  {
    what: 'a threshold with a digit too many',
    ...analyzer,
    comes: 'any',
    make: swap(
      ['90% of limit', '900% of limit'],
      ['95% of limit', '9% of limit'],
      ['more than 5 in an hour', 'more than 500 in an hour'],
      ['**Pending**: 2 minutes', '**Pending**: 200 minutes'],
      ['7 days', '70 days'],
    ),
  },
  {
    what: 'a jq program with a bracket missing',
    ...analyzer,
    comes: 'refused',
    make: swap(
      ['.metadata.annotations["chores.example/backup"] ==', '.metadata.annotations["chores.example/backup" =='],
      ["'.items[] | select(", "'.items[ | select("],
      ['== "failed")', '== "failed"'],
    ),
  },
  {
    what: 'a program that is not there',
    ...analyzer,
    comes: 'refused',
    make: swap(
      ['jq ', 'jp '],
      ['kubectl top nodes', 'kubetcl top nodes'],
      ['kubectl get nodes -o wide', 'kubectl delete nodes --all'],
    ),
  },
  {
    what: 'a fence that is not closed',
    ...analyzer,
    comes: 'any',
    make: (text, pick) => {
      const fences = [...text.matchAll(/^```$/gm)].map(({ index }) => index);
      const at = pick(fences);
      return text.slice(0, at) + text.slice(at + 4);
    },
  },
  {
    what: 'a criterion nobody understands',
    ...manager,
    comes: 'refused',
    make: swap(
      ['Any P0 service down immediately', 'Any P0 servcie is kind of broken'],
      ['Any P1 service down for 10 minutes', 'Any P1 service down for a while'],
    ),
  },
  {
    what: 'a word too few or too many in a criterion',
    ...manager,
    comes: 'any',
    make: swap(
      ['ANY of these', 'ALL of these'],
      ['or any P3 service down', 'and any P3 service down'],
      ['Any P0 service down immediately', 'No P0 service down immediately'],
      ['Any P0 service down immediately', ''],
      ['Multiple nodes not ready', 'Multiple nods unwell'],
      ['Any P0 service down immediately', 'Any P0 service down, or not, immediately'],
    ),
  },
  {
    what: 'front matter broken',
    ...agent('github-reviewer'),
    comes: 'refused',
    make: swap(
      ['name: github-reviewer\n', ''],
      ['name: github-reviewer', 'name: github-reviwer'],
      ['---\n', '--\n'],
      ['model: sonnet', 'model: [sonnet'],
    ),
  },
  {
    what: 'a template that cannot be rendered',
    ...notifier,
    comes: 'refused',
    make: swap(
      ['{{ incident.says }}', '{{ incident.says }'],
      ['{% endfor %}{%', '{%'],
      ['{{ incident.since }}', '{{ incident.sinec }}'],
      ['{{ incident.next }}', '{% incident.next %}'],
    ),
  },
  {
    what: 'an agent deleted',
    ...agent('github-reviewer'),
    comes: 'refused',
    make: () => undefined,
  },
  { what: 'an agent emptied', ...manager, comes: 'refused', make: (_, pick) => pick(['', '\n\n', '---\n---\n']) },
  { what: 'everything emptied', ...claude, comes: 'refused', make: (_, pick) => pick(['', ' \n', '# Nothing\n']) },
  {
    what: 'a merge that was not resolved',
    ...claude,
    comes: 'refused',
    make: (text, pick) => {
      const lines = text.split('\n');
      const at = pick(lines.flatMap((line, index) => (line.startsWith('- ') ? [index] : [])));
      return lines.with(at, `<<<<<<< HEAD\n${lines[at]}\n=======\n${lines[at]} (new)\n>>>>>>> edit`).join('\n');
    },
  },
  {
    what: 'a section pasted twice',
    ...claude,
    comes: 'any',
    make: (text, pick) => {
      const section = sectionOf(text, pick(sections(text)));
      return text.replace(section, `${section}${section}`);
    },
  },
  {
    what: 'a comment that is not closed',
    ...claude,
    comes: 'any',
    make: (text, pick) => {
      const heading = pick(sections(text));
      return text.replace(`${heading}\n`, `<!-- not any more:\n${heading}\n`);
    },
  },
  {
    what: 'a tab for indentation',
    ...claude,
    comes: 'any',
    make: (text, pick) => {
      const line = pick(text.match(/^ {2}- .*$/gm) ?? []);
      return text.replace(line, line.replace('  ', '\t'));
    },
  },
  {
    what: 'a comment more',
    ...claude,
    comes: 'same',
    make: (text, pick) => `<!-- ${pick(['checked', 'again', 'ana was here'])} -->\n${text}`,
  },
  {
    what: 'the line ends of Windows',
    ...claude,
    comes: 'same',
    make: (text) => text.replaceAll('\n', '\r\n'),
  },
  {
    what: 'something else to say',
    ...manager,
    comes: 'any',
    make: swap(['Say what customers notice.', 'Say what customers see.'], ['shortly before.', 'lately.']),
  },
];

/** Both ConfigMaps after a slip. */
export const slipped = (texts: Texts, { map, key, make }: Slip, pick: Choose): Texts => {
  const after = make(String(texts[map][key]), pick);
  const { [key]: _, ...rest } = texts[map];
  return { ...texts, [map]: after === undefined ? rest : { ...rest, [key]: after } };
};
