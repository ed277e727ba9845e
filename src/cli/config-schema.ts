import { frontmatterJsonSchema } from '../config/grammar/frontmatter-schema.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

/** The JSON Schema of an agent's frontmatter, for editors. */
export function printSchema(output: Output): number {
  output.print(JSON.stringify(frontmatterJsonSchema(), null, 2));
  return exitCodes.done;
}
