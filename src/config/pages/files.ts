import { type ProblemPage, shown, told } from './page.ts';

/** Problems of files and of where they come from. */
export const filePages: Record<string, ProblemPage> = {
  'no-configuration': told(
    'Nothing that was given holds a configuration, so there is nothing to check or to run.',
    'A folder without CLAUDE.md and agents, or a YAML file without a ConfigMap that has Markdown in it.',
    'Give the folder that holds CLAUDE.md and agents/*.md, the Markdown files themselves, or the YAML of both ConfigMaps.',
  ),
  'empty-file': shown(
    'github-reviewer.md',
    'A file with nothing in it is nearly always a mistake of an editor or a template, so it never replaces a configuration.',
    '',
    '---\nname: github-reviewer\ndescription: Finds the change that came before an incident.\n---\n',
    { whole: true },
  ),
  'file-too-large': told(
    'A single file may have 256 KiB: `kubectl apply` refuses annotations above that, and agents read every line.',
    'A change log or examples that have grown for years.',
    'Move history and examples out of the ConfigMap.',
  ),
  'configuration-too-large': told(
    'All files together may have 900 KiB; a ConfigMap holds 1 MiB.',
    'Several files near the limit of a single one.',
    'Move history and examples out of the ConfigMaps.',
  ),
  'line-too-long': told(
    'A value is a line, not a book: what stands behind the 4000th character of a line is not read as a rule.',
    'A table or a log that was pasted into one line.',
    'Break it into several lines or bullets.',
  ),
  'nul-character': told(
    'A file with a NUL character is not text, whatever its name says, and what follows may be hidden in editors.',
    'A binary file, or UTF-16 that was saved as UTF-8.',
    'Save the file as UTF-8 text again.',
  ),
  'not-utf8': told(
    'Only UTF-8 can be read without guessing what a character is.',
    'A file in Latin-1 or Windows-1252, which Kubernetes then keeps in `binaryData`.',
    'Save the file as UTF-8 and apply it again, below `data`.',
  ),
  'pair-incomplete': told(
    'Two ConfigMaps that name a bundle are one change: both take effect, or neither. Where they still name different bundles after two minutes, what was in force stays.',
    'Only one of the two files was applied, or the word was raised in one of them.',
    'Apply both with the same word (`k8s-monitor.io/bundle`, or the comment `<!-- bundle: WORD -->`), or take it off both.',
  ),
  'source-unreadable': told(
    'At the start nothing that holds the configuration could be read, so the last good revision keeps watch, or the built-in default.',
    'An API server that does not answer, a service account without the right to get the two ConfigMaps, and no mounted files.',
    'Grant `get`, `list` and `watch` on the two ConfigMaps by name, or mount them; nothing has to be restarted.',
  ),
  'hidden-direction': told(
    'Characters that turn the direction of writing make a line show otherwise than it is read, which can hide a rule from its reviewers.',
    'Text copied from a page in Arabic or Hebrew, or an attempt to deceive.',
    'Delete the character; type the line again if you cannot see it.',
  ),
  'zero-width': told(
    'A character without a width stands in the line. It was left out, because a name with it would match nothing.',
    'Text copied from a wiki or a chat.',
    'Delete the character; type the word again if you cannot see it.',
  ),
  'byte-order-mark': told(
    'The file begins with the mark that some Windows editors write. It was left out.',
    'A file saved as "UTF-8 with BOM".',
    'Save the file as UTF-8 without BOM.',
  ),
  'merge-conflict': shown(
    'CLAUDE.md',
    'The marks of a merge that nobody finished stand in the file, with both sides of it. Of a value that stands twice one would win, and nobody would have chosen it.',
    '## Cluster Information\n\n<<<<<<< HEAD\n- **Name**: production\n=======\n- **Name**: staging\n>>>>>>> new-name',
    '## Cluster Information\n\n- **Name**: production',
  ),
  'comment-not-closed': shown(
    'CLAUDE.md',
    'A comment that is never closed would hide everything below it, rules as well.',
    '<!-- the old list of\n\n## Known Issues',
    '<!-- the old list of -->\n\n## Cluster notes',
  ),
  'fence-not-closed': shown(
    'CLAUDE.md',
    'Everything below an open fence is code for Markdown, so no section below it is read.',
    '## How to look\n\n```bash\nkubectl get pods',
    '## How to look\n\n```bash\nkubectl get pods\n```',
  ),
  'heading-in-fence': shown(
    'CLAUDE.md',
    'A heading that names a section stands inside a code fence, so it is code and no section.',
    '## How to look\n\n```bash\nkubectl get pods\n\n## Known Issues\n```',
    '## How to look\n\n```bash\nkubectl get pods\n```\n\n## Known Issues',
  ),
  'placeholder-not-expanded': shown(
    'CLAUDE.md',
    'A variable or a template stands where a value should. Nothing fills it in: what stands in the ConfigMap is what counts.',
    '## Cluster Information\n\n- **Name**: {{ cluster_name }}',
    '## Cluster Information\n\n- **Name**: production',
  ),
  'placeholder-in-prose': shown(
    'k8s-analyzer.md',
    "A variable or a template stands in an agent's prose. The agent reads it as it stands.",
    'You watch the cluster {{ cluster_name }}.',
    'You watch the cluster `{{ cluster_name }}`.',
  ),
  'rule-in-fence': shown(
    'CLAUDE.md',
    'A line that would decide something stands in a code fence without a language, or is indented like code. Fences are never read as rules, and nobody should have to guess.',
    '## Known Issues\n\n### Search rebuilds its index\n\n- Every Sunday 2-3 AM\n\n```\nDo not flag\n```',
    '## Known Issues\n\n### Search rebuilds its index\n\n- Every Sunday 2-3 AM\n- Do not flag',
  ),
  'setting-in-markdown': shown(
    'CLAUDE.md',
    'What binds, authenticates or stores is set by the environment, because changing it half-way through would lose what is under way. Everything else is Markdown.',
    '## Cluster Information\n\n- **Metrics port**: 9090',
    '## Cluster Information\n\n- **Monitoring Frequency**: Every 1 hour',
  ),
  'secret-in-markdown': shown(
    'CLAUDE.md',
    'A ConfigMap is no place for a secret: it is in git, in backups, and on the screen of everybody who may look at the configuration. The monitor reads secrets from files, at each use.',
    '## Team & Contact\n\n- **Slack token**: (in the vault)',
    '## Team & Contact\n\n- **Team**: Platform',
  ),
  'references-other-file': shown(
    'CLAUDE.md',
    'Nothing outside the two ConfigMaps is read, neither by the rules nor by agents.',
    'Read docs/oncall.md first.',
    'The on-call rota changes on Mondays.',
  ),
  'orchestrator-missing': told(
    'Without CLAUDE.md no service is known, so nothing could be judged by its priority.',
    'The key `CLAUDE.md` is missing in the ConfigMap, or the folder has agents only.',
    'Add CLAUDE.md: the key of that name in the ConfigMap k8s-monitor-orchestrator.',
  ),
  'agents-missing': told(
    'There is no agent at all, so neither criteria nor thresholds are known.',
    'The folder `agents` or the ConfigMap k8s-monitor-agents is missing.',
    'Add agents/k8s-analyzer.md, escalation-manager.md, slack-notifier.md and github-reviewer.md.',
  ),
  'agent-missing': told(
    'The four agents of the shipped ConfigMap are required: with one gone, its criteria, thresholds or templates would silently go back to what is built in.',
    "An agent's file or key was removed or renamed.",
    'Add it again, even if it holds nothing but its frontmatter.',
  ),
  'needs-confirmation': told(
    'The edit would blind the team, so it waits for somebody to say that it is meant. Everything stays as it is until then.',
    'The edit silences every P0 service without an end, leaves SEV-1 without a channel, removes a required agent or more than half of the P0 services, or leaves no service that matches anything in the cluster.',
    'Undo it. Where it is meant, put the hash of the message into the annotation `k8s-monitor.io/confirm` of the ConfigMap, or into the comment `<!-- confirm: HASH -->` of a mounted file. Comments and annotations do not change the hash; any other edit does, and is asked about again.',
  ),
  'agent-listed-twice': told(
    'Two files claim the same agent, so it would be chance which of them is meant.',
    'A file was copied and its `name` kept.',
    'Give one of the two another name, or remove it.',
  ),
  'agent-name-differs': shown(
    'github-reviewer.md',
    'The name in the frontmatter and that of the file differ, so one of the two is not what somebody believes it is.',
    '---\nname: git-reviewer\ndescription: Finds changes.\n---\n',
    '---\nname: github-reviewer\ndescription: Finds changes.\n---\n',
    { whole: true },
  ),
  'file-denied': told(
    'The file is there and this user may not read it.',
    'A mount whose `defaultMode` gives the group or others nothing.',
    'Set `defaultMode: 0444`, or `fsGroup` to a group of the pod.',
  ),
  'file-missing': told(
    'The path leads to nothing.',
    'A slip in the path, or a file that was removed while it was read.',
    'Correct the path, or write the file again.',
  ),
  'file-link': told(
    'The file is a link that leads nowhere or in circles.',
    'A link whose target was removed.',
    'Put the file itself there.',
  ),
  'file-not-regular': told(
    'The path is a pipe, a device or a folder, which is never read.',
    'A folder with a name that ends in `.md`.',
    'Put a text file there.',
  ),
  'file-outside': told(
    'The file is a link that leaves the folder of the configuration. What lies elsewhere is not part of a revision.',
    'A link to a shared file.',
    'Put the file itself there.',
  ),
  'file-twice': told(
    'The same file comes from two places, so it would be chance which of them counts.',
    'Two ConfigMaps with the same key, or a folder and its YAML given together.',
    'Keep one of the two.',
  ),
  'file-unreadable': told(
    'The operating system could not read the file.',
    'A fault of the volume or of the disk.',
    'Look at the volume or the disk; the message names the error.',
  ),
  'mount-moving': told(
    'The mounted ConfigMap was replaced again and again while it was read, so no state of it could be read whole. The revision in force stays.',
    'Something that writes the ConfigMap in a circle.',
    'Nothing: it is read again by itself. Look at what writes the ConfigMap where it comes again.',
  ),
  'too-many-agents': told(
    'A configuration may have 200 agents.',
    'A folder of agents that holds something else.',
    'Remove those that are not needed.',
  ),
  'too-complex': told(
    'Reading the Markdown took more than two seconds or too much memory, so it was given up before it could hold up the monitor.',
    'Very long rows of `*` or `_`, very large tables, or text that was made to do this.',
    'Shorten very long lines, tables and rows of emphasis marks; start with the change you made last.',
  ),
  'compiler-failed': told(
    'The compiler met a text that it should have been able to read.',
    'A fault of the monitor.',
    'Please report it with the file.',
  ),
  'yaml-invalid': shown(
    'yaml',
    'The YAML file with the ConfigMap is not valid, so nothing in it can be trusted.',
    'kind: ConfigMap\ndata:\n  CLAUDE.md: |\n    ## Critical Services (P0)\n bad: [',
    'kind: ConfigMap\ndata:\n  CLAUDE.md: |\n    ## Critical Services (P0)\n    - shop: the shop',
  ),
  'config-map-not-text': shown(
    'yaml',
    'The key of a Markdown file has a number, a list or a map for its value.',
    'kind: ConfigMap\ndata:\n  CLAUDE.md: [P0]',
    'kind: ConfigMap\ndata:\n  CLAUDE.md: |\n    ## Critical Services (P0)\n    - shop: the shop',
  ),
  'config-map-not-literal': shown(
    'yaml',
    'The Markdown is a quoted string, so problems can name its key but not their exact line.',
    'kind: ConfigMap\ndata:\n  CLAUDE.md: "## Critical Services (P0)\\n- shop"',
    'kind: ConfigMap\ndata:\n  CLAUDE.md: |\n    ## Critical Services (P0)\n    - shop: the shop',
  ),
  'config-map-missing': told(
    'One of the two ConfigMaps is not there. The revision in force stays.',
    'It was deleted, or never applied.',
    'Apply it again.',
  ),
  'config-map-empty': told(
    'The ConfigMap is there and has no Markdown in it. The revision in force stays.',
    'A key without the ending `.md`, or a ConfigMap that was emptied.',
    'Give it the key `CLAUDE.md`, or a key for each agent such as `k8s-analyzer.md`.',
  ),
  'config-map-immutable': told(
    'The ConfigMap is `immutable`: the API refuses every edit of it, and kubelet has stopped looking for changes, so the mounted files of running pods stay as they are.',
    '`immutable: true`, which ConfigMap generators set with a hash in the name.',
    'Delete it and apply it without `immutable`. The API watch sees the new one at once.',
  ),
};
