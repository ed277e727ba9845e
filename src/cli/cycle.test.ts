import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exampleFolder } from '../../test/support/config-files.ts';
import { type Coverage, emptySnapshot } from '../cluster/snapshot.ts';
import { type ApiServer, startApiServer } from '../demo/server/start-api-server.ts';
import { hasAnswered } from './cycle.ts';
import { run } from './program.ts';

const company = join(exampleFolder, '../company');
const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-cycle-'));
let server: ApiServer;
before(async () => {
  const files = readdirSync(company).filter((file) => file.endsWith('.json'));
  const objects = files.map((file): unknown => JSON.parse(readFileSync(join(company, file), 'utf8')));
  server = await startApiServer({ objects });
  writeFileSync(join(folder, 'kubeconfig'), server.kubeconfig());
  process.env['KUBECONFIG'] = join(folder, 'kubeconfig');
});
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function cycle(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const add = (text: string): void => void lines.push(text);
  const code = await run(['cycle', ...args], { print: add, warn: add, colour: false });
  return { code, text: lines.join('\n') };
}

const config = ['--config', exampleFolder];
const rows: [what: string, args: string[], denied: string[], code: number, says: RegExp][] = [
  ['it completed', config, [], 0, /SEV-3 .*shop\/search/],
  ['an open incident is that bad', [...config, '--fail-on', 'SEV-3'], [], 2, /SEV-3/],
  ['none is that bad', [...config, '--fail-on', 'SEV-2'], [], 0, /SEV-3/],
  ['not seen is before bad', [...config, '--fail-on', 'SEV-4'], ['pods'], 3, /not seen: pods \(denied/],
  ['what nothing needs is not missed', config, ['networkpolicies'], 0, /nothing enabled needs it/],
  ['failed is before not seen', ['--config', join(folder, 'none')], ['pods'], 1, /configuration is refused/],
  ['no configuration is the default', [], [], 0, /no configuration found .*: the built-in default is used/],
  ['who may not read it is told', [], ['configmaps'], 0, /could not be read: the API server answered 403/],
  ['a moment that is none', [...config, '--now', 'tomorrow'], [], 1, /--now tomorrow is no moment/],
];
for (const [what, args, denied, code, says] of rows) {
  test(`exit ${code}: ${what}`, async () => {
    for (const resource of denied) server.fault(resource, { kind: '403' });
    try {
      const ended = await cycle(...args);
      assert.equal(ended.code, code, ended.text);
      assert.match(ended.text, says);
    } finally {
      server.clearFaults();
    }
  });
}

test('exit 1: no cluster is configured', async () => {
  process.env['KUBECONFIG'] = join(folder, 'none');
  const { code, text } = await cycle(...config);
  process.env['KUBECONFIG'] = join(folder, 'kubeconfig');
  assert.equal(code, 1);
  assert.match(text, /there is no kubeconfig at .*none/);
});

const answers: [what: string, pods: Coverage['state'], version: string | undefined, answered: boolean][] = [
  ['a list', 'complete', undefined, true],
  ['a refusal', 'denied', undefined, true],
  ['its version, and no list', 'partial', 'v1.35.0', true],
  ['nothing', 'partial', undefined, false],
];
for (const [what, state, version, answered] of answers) {
  test(`a cluster that answers with ${what} is ${answered ? 'one' : 'none'}`, () => {
    const empty = emptySnapshot(0, { id: 'unknown', name: 'test', ...(version && { version }) });
    const coverage: Coverage[] = [
      { source: 'pods', state, count: 0 },
      { source: 'logs', state: 'complete', count: 0 },
    ];
    assert.equal(hasAnswered({ ...empty, coverage }), answered);
  });
}
