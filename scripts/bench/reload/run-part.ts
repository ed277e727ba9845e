import { makeBed } from './bed.ts';
import { type PartName, type PartOptions, parts } from './parts.ts';

// One part in this process: it says what it found to the one that started it, and ends.
const name = process.argv[2] as PartName;
const options = JSON.parse(process.argv[3] ?? '') as PartOptions;
const bed = await makeBed(options.kubeconfig, options.isEmbedded);
try {
  const measured = await parts[name].run(bed, options);
  await new Promise((sent) => process.send?.(measured, sent));
} finally {
  await bed.remove();
}
// Workers and connections that wait hold up nobody.
process.exit(0);
