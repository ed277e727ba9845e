// `k8s-monitor ... | head` closes the pipe while we write: that is no fault of ours, and nobody reads on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** Where commands write. Nothing outside cli/ does. */
export type Output = { print(text: string): void; warn(text: string): void; colour: boolean };

export const terminal: Output = {
  print: (text) => void process.stdout.write(`${text}\n`),
  warn: (text) => void process.stderr.write(`${text}\n`),
  colour: process.stdout.isTTY === true,
};

type Paint = (text: string) => string;
const paint =
  (code: number, output: Output): Paint =>
  (text) =>
    output.colour ? `\u001b[${code}m${text}\u001b[0m` : text;

export type Paints = Record<'bad' | 'warning' | 'good' | 'dim' | 'bold', Paint>;

/** Colours by meaning; plain text where the output is not a terminal. */
export function paints(output: Output): Paints {
  return {
    bad: paint(31, output),
    warning: paint(33, output),
    good: paint(32, output),
    dim: paint(2, output),
    bold: paint(1, output),
  };
}

/** Columns padded to their widest cell, two spaces between them. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
