import type { Output } from './output.ts';
export async function demo(_: object, output: Output): Promise<number> { output.print('soon'); return 1; }
