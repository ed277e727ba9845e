import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Figure } from './measure.ts';

const execute = promisify(execFile);
const image = 'k8s-monitor:dev';
/** Each prints the bytes of an image, unpacked. */
const builders: readonly [program: string, args: string[]][] = [
  ['docker', ['image', 'inspect', '--format', '{{.Size}}', image]],
  ['podman', ['image', 'inspect', '--format', '{{.Size}}', image]],
  ['buildah', ['images', '--json', image]],
];

/** The size of the image that was built last as `k8s-monitor:dev`, by whichever builder has it; nothing where none does. */
export async function benchImage(): Promise<Figure[]> {
  for (const [program, args] of builders) {
    const printed = await execute(program, args).then(
      ({ stdout }) => stdout,
      () => undefined,
    );
    const megabytes = printed === undefined ? undefined : readSize(printed);
    if (megabytes !== undefined) return [{ what: `the image ${image}`, value: megabytes, unit: 'MB', limit: 350 }];
  }
  return [];
}

/** Bytes as docker and podman print them, `"size": "286 MB"` as buildah does. */
function readSize(printed: string): number | undefined {
  const [, size, unit] = /"size": "([\d.]+) ([KMG])B"/.exec(printed) ?? [];
  if (size !== undefined) return Number(size) * { K: 1e-3, M: 1, G: 1e3 }[unit as 'K' | 'M' | 'G'];
  const bytes = Number(printed.trim());
  return Number.isFinite(bytes) && bytes > 0 ? bytes / 1e6 : undefined;
}
