import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CheckOptions } from './config-check.ts';
import type { ExplainOptions } from './config-explain.ts';
import type { RollbackOptions } from './config-rollback.ts';
import { exitCodes } from './exit-codes.ts';
import { type Output, terminal } from './output.ts';
import type { PlanOptions } from './plan.ts';

/** Parses the arguments and runs the command, whose file is loaded only then. Returns the exit code. */
export async function run(args: readonly string[], output: Output = terminal): Promise<number> {
  let code: number = exitCodes.done;
  const program = new Command('k8s-monitor')
    .description('The Kubernetes monitor that operators steer by editing Markdown in two ConfigMaps.')
    // For the help only: bin/k8s-monitor.js answers it before anything is loaded.
    .option('-V, --version', 'the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.warn(text.trimEnd()),
    })
    .showHelpAfterError('(--help shows what there is)');
  const act = <Options>(load: () => Promise<(given: Options, output: Output) => Promise<number>>) => {
    return async (options: Options): Promise<void> => {
      code = await (await load())(options, output);
    };
  };
  const json = (): Option => new Option('--output <format>', 'text or json').choices(['text', 'json']).default('text');

  program
    .command('run')
    .description('the daemon: watches the cluster and the configuration, and tells')
    .option('--config <path...>', 'folder, Markdown files or ConfigMap YAML files instead of the ConfigMaps')
    .option('--observe', 'decide and record everything, send nothing but a daily summary')
    .action(act(async () => (await import('./run.ts')).runDaemon));

  program
    .command('cycle')
    .description(
      'one cycle: what is broken now, why, and how bad (exit 0 completed, 1 failed, 3 could not see everything)',
    )
    .option('--config <path...>', 'folder, Markdown files or ConfigMap YAML files')
    .option(
      '--recording <path>',
      'a recording, a List file or a folder of `kubectl get -o json` instead of the cluster',
    )
    .option('--now <time>', 'the moment to judge at (RFC 3339); a recording brings its own')
    .option('--notify', 'send what is due and keep the record, under the lock that `run` takes too')
    .option('--all', 'show pending and ignored findings as well')
    .addOption(
      new Option('--fail-on <severity>', 'exit 2 where an open incident is that bad').choices([
        'SEV-1',
        'SEV-2',
        'SEV-3',
        'SEV-4',
      ]),
    )
    .addOption(json())
    .action(act(async () => (await import('./cycle.ts')).cycleOnce));

  program
    .command('demo')
    .description('the whole story on an embedded cluster, in under 20 seconds')
    .option('--keep', 'leave it running and print a kubeconfig for your own kubectl')
    .action(act(async () => (await import('./demo.ts')).demo));

  program
    .command('plan')
    .description(
      'what an edit would change: services, incidents, messages (exit 0 people are told the same, 2 something else, 1 it would be refused)',
    )
    .argument('<paths...>', 'folder, Markdown files or ConfigMap YAML files')
    .option('--against <path...>', 'compare with this instead of the revision in force')
    .option('--recording <path>', 'replay a recording instead of the cluster')
    .option('--cycles <number>', 'replay the last so many recorded cycles instead of the cluster', readCount)
    .option('--now <time>', 'the moment to judge at (RFC 3339); a recording brings its own')
    .addOption(
      new Option('--output <format>', 'text, json, or markdown for a comment on a pull request')
        .choices(['text', 'json', 'markdown'])
        .default('text'),
    )
    .action(async (paths: string[], options: Omit<PlanOptions, 'paths'>) => {
      code = await (await import('./plan.ts')).planEdit({ ...options, paths }, output);
    });

  const config = program.command('config').description('the Markdown: check it, explain it, compare it, go back');
  config
    .command('check')
    .description('every problem with file:line:col and its cure (exit 1 with an error)')
    .argument('[paths...]', 'folder, Markdown files or ConfigMap YAML files')
    .option('--strict', 'warnings fail too')
    .option('--cluster', 'hold it against the cluster of the kubeconfig: what is missing or found twice')
    .option('--recording <path>', 'hold it against a recording')
    .option('--explain <code>', 'what a code means, with an example and its cure')
    .option('--watch', 'check again whenever a file changes, and show what that changed')
    .addOption(
      new Option('--output <format>', 'text as editors read it, json, or annotations of a GitHub workflow')
        .choices(['text', 'json', 'github'])
        .default('text'),
    )
    .action(async (paths: string[], options: Omit<CheckOptions, 'paths'>) => {
      code = await (await import('./config-check.ts')).checkConfig({ ...options, paths }, output);
    });
  config
    .command('schema')
    .description("the JSON Schema of an agent's frontmatter, for editors")
    .action(async () => {
      code = (await import('./config-schema.ts')).printSchema(output);
    });
  config
    .command('explain')
    .description('what every line means, and what it matches')
    .argument('[paths...]', 'folder, Markdown files or ConfigMap YAML files')
    .option('--cluster', 'match services against the cluster of the kubeconfig')
    .option('--recording <path>', 'match services against a recording')
    .option('--annotate', 'the Markdown itself with a verdict for every line')
    .option('--now <time>', 'the moment to explain at (RFC 3339); a recording brings its own')
    .addOption(json())
    .action(async (paths: string[], options: Omit<ExplainOptions, 'paths'>) => {
      code = await (await import('./config-explain.ts')).explainConfig({ ...options, paths }, output);
    });

  config
    .command('status')
    .description('what is in force, from where and by whom, and what is refused (exit 1 where something is)')
    .addOption(json())
    .action(act(async () => (await import('./config-status.ts')).printStatus));
  config
    .command('history')
    .description('the accepted revisions: who changed what when, and what that changed in meaning')
    .addOption(json())
    .action(act(async () => (await import('./config-history.ts')).printHistory));
  config
    .command('diff')
    .description('what differs in text and in meaning')
    .argument('[a]', 'a revision, a folder or a ConfigMap YAML file; the revision in force without it')
    .argument('[b]', 'what to compare it with')
    .addOption(json())
    .action(async (a: string | undefined, b: string | undefined, options: { output: string }) => {
      const sides = { ...(a !== undefined && { a }), ...(b !== undefined && { b }) };
      code = await (await import('./config-diff.ts')).diffConfig({ ...options, ...sides }, output);
    });
  config
    .command('rollback')
    .description('put an earlier revision in force until the content of the ConfigMaps changes')
    .argument('[revision]', 'the one before without it')
    .option('--why <text>', 'the reason that is shown')
    .option('--by <name>', 'who')
    .addOption(json())
    .action(async (id: string | undefined, options: Omit<RollbackOptions, 'id'>) => {
      code = await (await import('./config-rollback.ts')).rollBack(
        { ...options, ...(id !== undefined && { id }) },
        output,
      );
    });

  const incidents = program.command('incidents').description('what was told: list, show, acknowledge, mute');
  incidents
    .command('list', { isDefault: true })
    .description('open incidents; --all with the resolved ones')
    .option('--all', 'resolved ones too')
    .addOption(json())
    .action(act(async () => (await import('./incidents.ts')).listOpen));
  incidents
    .command('pending')
    .description('what was found and waits for the end of its grace')
    .addOption(json())
    .action(act(async () => (await import('./incidents.ts')).listPending));
  incidents
    .command('show')
    .description('the story of one incident')
    .argument('<id>')
    .addOption(json())
    .action(async (id: string, options: { output: string }) => {
      code = await (await import('./incidents.ts')).showOne({ ...options, id }, output);
    });
  incidents
    .command('ack')
    .description('somebody is on it: no more reminders')
    .argument('<id>')
    .option('--by <name>', 'who')
    .action(async (id: string, options: { by?: string }) => {
      code = await (await import('./incidents.ts')).acknowledgeOne({ ...options, id }, output);
    });
  incidents
    .command('mute')
    .description('stop telling, never recording, and never a higher severity')
    .argument('[id]')
    .option('--service <name>')
    .option('--namespace <name>')
    .option('--node <name>')
    .option('--check <name>')
    .requiredOption('--for <duration>', '2h, 90m, 3d')
    .option('--why <text>', 'the reason that is shown')
    .option('--by <name>', 'who')
    .action(async (id: string | undefined, options: Record<string, string>) => {
      code = await (await import('./incidents.ts')).muteSome({ ...options, ...(id ? { id } : {}) }, output);
    });
  incidents
    .command('outbox')
    .description('messages that wait or could not be delivered')
    .addOption(json())
    .action(act(async () => (await import('./incidents.ts')).listUndelivered));

  program
    .command('record')
    .description('record the cluster into a folder (gzip; secrets, environment values and tokens removed)')
    .argument('<dir>')
    .action(async (dir: string) => {
      code = await (await import('./record.ts')).recordCluster({ dir }, output);
    });

  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 || error.code === 'commander.help' ? exitCodes.done : exitCodes.failed;
    output.warn(`k8s-monitor: ${error instanceof Error ? error.message : String(error)}`);
    return exitCodes.failed;
  }
}

function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Write a whole number from 1 on.');
  return count;
}
