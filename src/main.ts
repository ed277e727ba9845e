import { run } from './cli/program.ts';

/** Arguments of the command line -> exit code (0 done, 1 failed, 2 an open incident is that bad, 3 not everything could be seen). */
export async function main(args: readonly string[]): Promise<number> {
  return run(args);
}
