/** What goes wrong (F) or what is promised about alerts (A), and what we do about it. `never`: why it cannot happen here. */
export type Failure = { id: string; what: string; we: string; never?: string };

const failure = (id: string, what: string, we: string, never?: string): Failure => ({
  id,
  what,
  we,
  ...(never && { never }),
});

/** Failures of hot reload. */
export const failures: readonly Failure[] = [
  failure(
    'F1',
    'Files of one mounted ConfigMap are read while it is swapped',
    'The link `..data` is resolved once and everything is read from that directory; where the link moved meanwhile, it is read again.',
  ),
  failure(
    'F2',
    'Only one of two ConfigMaps that belong together has arrived',
    'Where both carry a bundle and the bundles differ nothing is committed; after 120 s the half is refused.',
  ),
  failure(
    'F3',
    'The configuration changes in the middle of a cycle',
    'A cycle keeps the revision it began with and names it; the edit starts the next one.',
  ),
  failure(
    'F4',
    'A ConfigMap is deleted',
    'It is refused as missing and the revision in force stays; a deletion is never an empty configuration.',
  ),
  failure('F5', 'All files vanish from a mount', 'An empty set of files is refused and the revision in force stays.'),
  failure(
    'F6',
    'The pod restarts while a ConfigMap is missing',
    'The mounts are optional, so the pod starts; the last saved revision is in force, and that is said loudly.',
  ),
  failure(
    'F7',
    'A key is removed from a ConfigMap',
    'The removal of a required agent is refused and names it; that of another agent is a change like any other.',
  ),
  failure('F8', 'A file is empty', 'It is refused as an empty file.'),
  failure('F9', 'There are no agents at all', 'The configuration is refused.'),
  failure(
    'F10',
    'Frontmatter is missing, not closed or no YAML',
    'The revision is refused with file, line and column; no other file of it is applied alone.',
  ),
  failure(
    'F11',
    'YAML traps: duplicate keys, aliases, tags, several documents',
    'Strict YAML 1.2 without aliases, anchors and tags, with limits of size and depth; each trap is an error at its line.',
  ),
  failure('F12', 'A key is misspelt', 'It is an error that names the key that was meant.'),
  failure(
    'F13',
    'Two files are the same agent, or a name is not that of its file',
    'The revision is refused and both files are named.',
  ),
  failure(
    'F14',
    'An unknown model is named',
    'It is an error; a `$NAME` that is not set means the default model, and is said.',
  ),
  failure(
    'F15',
    'An agent asks for a tool it must not have',
    'Configuration narrows tools and never widens them: what is not offered is not given, and that is said.',
  ),
  failure('F16', 'A placeholder was not filled in', 'It is a problem at its line.'),
  failure('F17', 'A file begins with a byte order mark', 'It is dropped, with a warning.'),
  failure(
    'F18',
    'Line ends of Windows, or lone carriage returns',
    'They are read as line ends, and changing them changes no revision.',
  ),
  failure(
    'F19',
    'Bytes that are not UTF-8, NUL, bidirectional controls, characters without width',
    'The first two refuse the revision; what reads otherwise than it looks is a problem at its line.',
  ),
  failure(
    'F20',
    'A file is too large',
    'At most 256 KiB a file and 900 KiB together; what is larger is refused without being read.',
  ),
  failure(
    'F21',
    'A mount shows every file several times',
    'No folder is searched in depth, and names that begin with a dot are passed over.',
  ),
  failure(
    'F22',
    'A link that loops, dangles or leaves the folder; a pipe or a folder instead of a file',
    'It is refused, and nothing waits for it.',
  ),
  failure(
    'F23',
    'A file may not be read',
    'It is a problem whose cure names `defaultMode` and `fsGroup`; the revision in force stays.',
  ),
  failure(
    'F24',
    'A mount with `subPath`, which never changes',
    'It is recognised at the start and shown as `MountNotLive`; the API goes on telling of edits.',
  ),
  failure(
    'F25',
    'An immutable ConfigMap is deleted and made anew',
    'The API watch sees the new object under the same name.',
  ),
  failure(
    'F26',
    'File watching fails or goes deaf',
    'Directories are watched, not files; an error of the watch ends nothing, and the link is looked at every 5 s.',
  ),
  failure('F27', 'The file system tells of no changes at all', 'The link is looked at every 5 s.'),
  failure(
    'F28',
    'Kubelet empties the directory of a running pod',
    'A directory that is empty or gone is a failure of the source and no configuration; the revision in force stays.',
  ),
  failure(
    'F29',
    'Kubelet refreshes the files late or not at all',
    'The API watch is the fast path; how far the files are behind is a metric.',
  ),
  failure(
    'F30',
    'A configuration flaps',
    'More than 6 commits in 5 minutes to and fro between at most three contents hold the next ones down for 60 s; then the last content is decided.',
  ),
  failure('F31', 'Two writers fight over a ConfigMap', 'The Event `Flapping` names both.'),
  failure(
    'F32',
    'One of two files was applied, or an edit was saved half-done',
    'Each half is checked against the other one in force; a bundle makes them one change.',
  ),
  failure(
    'F33',
    'A valid edit that would blind the team',
    'It is refused as `needs-confirmation`, with what would fall silent and the hash that confirms it.',
  ),
  failure(
    'F34',
    'A valid edit makes cycles fail',
    'After two failures where the previous revision completes the monitor goes back, pins it and says so.',
  ),
  failure(
    'F35',
    'The configuration is broken at the start',
    'The last saved revision is in force, or the built-in default, and that is said loudly.',
  ),
  failure('F36', 'Refused content is tried again and again', 'It is refused once, until the content changes.'),
  failure(
    'F37',
    'Going back to the former content after a refusal',
    'It clears the refusal; the very same revision is still in force.',
  ),
  failure(
    'F38',
    'A metric shows a configuration that is not in force',
    'What is in force and what is refused are different series, set after the commit.',
  ),
  failure(
    'F39',
    'The right to read the ConfigMaps is taken away',
    'The revision in force stays, the files speak after 60 s, and the watch is tried again within 30 s; a token is read again.',
  ),
  failure(
    'F40',
    'A watch is too old (410)',
    'It is begun anew, in both forms of that answer, and no edit is told twice.',
  ),
  failure(
    'F41',
    'A watch is dead and nobody says so',
    'A watch that is silent for 75 s is given up and begun anew; bookmarks keep a quiet one alive.',
  ),
  failure(
    'F42',
    'The API server is down',
    'The revision in force stays; what cannot be seen is unknown, never healthy, and that is told.',
  ),
  failure(
    'F43',
    'A stale API server shows an older configuration',
    'What is older than what was seen of the same object is not taken.',
  ),
  failure(
    'F44',
    'The clock steps',
    'A step changes how long something waits and nothing that is in force; no edit is lost by it.',
  ),
  failure(
    'F45',
    'Windows and the change to summer time',
    'Windows hold in a named zone: one that starts in the hour that is skipped starts at its end, an hour that comes twice counts both.',
  ),
  failure(
    'F46',
    'Two replicas run different revisions',
    'One data folder has one daemon; a second one does not start.',
  ),
  failure(
    'F47',
    'A reload during a reload, or during the end',
    'One thing after another: what comes meanwhile shares the next turn, and after the stop nothing is taken.',
  ),
  failure(
    'F48',
    'A port or a credential in the reloadable configuration',
    'What binds or authenticates is a setting of the environment; in Markdown it is a problem that says so.',
  ),
  failure('F49', 'A secret is rotated', 'Secrets are read from their files at each use.'),
  failure(
    'F50',
    'Hostile or huge Markdown holds up the program',
    'It is compiled in a worker that is ended after 2 s.',
  ),
  failure(
    'F51',
    'The volume is full or read-only',
    'The monitor goes on in memory, tells that first, and holds back no message for it.',
  ),
  failure(
    'F52',
    'Who may edit the ConfigMap tries to gain power by it',
    'Configuration is bounded: no shell, no secrets, no further tools, and every commit names who made it.',
  ),
];

/** Promises about alerts. */
export const promises: readonly Failure[] = [
  failure(
    'A1',
    'What was decided is delivered',
    'At least once, or it stays visible as undelivered: the outbox is written before anything is sent.',
  ),
  failure(
    'A2',
    'A crash repeats at most one message per channel',
    'What may have arrived is looked for before it is sent again.',
  ),
  failure(
    'A3',
    'Not seen is never healthy',
    'What could not be seen is unknown, and after two cycles or 10 minutes that is told.',
  ),
  failure(
    'A4',
    'No alert waits for a language model',
    'Rules find, judge and tell.',
    'what is sent is planned by rules from the snapshot alone, and nothing on that way asks a model',
  ),
  failure('A5', 'A stuck channel delays no other', 'Each channel has its own queue.'),
  failure(
    'A6',
    'What fails for a while is tried again, what fails for good goes elsewhere',
    'After the time that the channel asks for, until a deadline by severity; refusals go to the fallback channel.',
  ),
  failure('A7', 'One incident, one story', 'Grouped, begun once, updated, resolved, and never resolved unseen.'),
  failure(
    'A8',
    'A reload loses, repeats and resets nothing',
    'Incidents and what was told live in the record, not in the revision.',
  ),
  failure(
    'A9',
    'A broken or full record ends nothing',
    'A broken file is set aside and a fresh one begun; a disk that refuses leaves the record in memory.',
  ),
  failure('A10', 'A heartbeat only when a cycle really completed', 'It stops with the cycles, not with the process.'),
  failure('A11', 'Two daemons never tell the same', 'A lock on the data folder, which a killed process gives back.'),
  failure(
    'A12',
    'Late is visible',
    'How old the oldest message that waits is, is a metric; what the API shows is in the record at most 2 s later.',
  ),
  failure(
    'A13',
    'The liveness probe tells the truth',
    'It fails when no cycle completed in two periods or one hangs, not when the cluster is broken.',
  ),
  failure(
    'A14',
    'An orderly stop loses nothing',
    'What is decided is sent before the end; the rest is kept for the next start.',
  ),
  failure('A15', 'Every message can be traced', 'It names its incident, revision, cycle and evidence.'),
];
