import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { parseAllDocuments } from 'yaml';
import { RecordingError } from './format.ts';

/** Files that may hold objects. */
export const isDocument = (name: string): boolean => /\.(json|ya?ml)(\.gz)?$/.test(name) && !name.startsWith('.');

/** The documents in a JSON or YAML file, gzipped or not. Throws a RecordingError that names the file. */
export async function readDocuments(path: string): Promise<unknown[]> {
  const bytes = await readFile(path);
  const text = path.endsWith('.gz') ? (await promisify(gunzip)(bytes)).toString('utf8') : bytes.toString('utf8');
  const first = text.trimStart()[0];
  if (first === '{' || first === '[') {
    try {
      return [JSON.parse(text)];
    } catch (error) {
      throw new RecordingError(`${path} is no JSON: ${error instanceof Error ? error.message : ''}`);
    }
  }
  const documents = parseAllDocuments(text);
  return (Array.isArray(documents) ? documents : []).map((document) => {
    const [problem] = document.errors;
    if (problem) throw new RecordingError(`${path} is no YAML: ${problem.message}`);
    return document.toJS({ maxAliasCount: 100 });
  });
}
