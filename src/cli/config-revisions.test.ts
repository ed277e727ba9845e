import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { configFiles, exampleFolder } from '../../test/support/config-files.ts';
import { configMaps, startWatch } from '../../test/support/daemon.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { compileFiles } from '../config/compile.ts';
import { describeChange } from '../config/meaning/describe-change.ts';
import type { SourceFile } from '../config/revision.ts';
import { minute } from '../lib/clock.ts';
import { openRecord, recordFile } from '../record/open-record.ts';
import { loadPin, savePin, saveRevision, saveSentBack } from '../record/revisions.ts';
import { run } from './program.ts';

const morning = Date.parse('2026-11-24T10:00:00Z');

/** The example, then an edit of it, then another. */
const first = configFiles();
const edit = (files: readonly SourceFile[], from: string, to: string): SourceFile[] => {
  assert.ok(
    files.some(({ text }) => text.includes(from)),
    from,
  );
  return files.map((file) => ({ ...file, text: file.text.replace(from, to) }));
};
const second = edit(first, 'reports (P3)', 'reports (P2)');
const third = edit(second, '- recommendations: "', '- recommendations (P3): "');
const history = [first, second, third];
const [id1 = '', id2 = '', id3 = ''] = history.map((files) => compileFiles(files).id);

let folder: string;
let kept: Record<string, string | undefined>;
const settings = ['K8S_MONITOR_DATA_DIR', 'K8S_MONITOR_HTTP_PORT', 'ADMIN_TOKEN'];
before(() => {
  kept = Object.fromEntries(settings.map((name) => [name, process.env[name]]));
});
after(() => {
  for (const name of settings) {
    const value = kept[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-revisions-'));
  process.env['K8S_MONITOR_DATA_DIR'] = join(folder, 'data');
  // Nothing listens there.
  process.env['K8S_MONITOR_HTTP_PORT'] = '1';
});
afterEach(() => rmSync(folder, { recursive: true }));

const withDatabase = <Result>(use: (record: ReturnType<typeof openRecord>) => Result): Result => {
  const record = openRecord(join(folder, 'data', recordFile), { now: morning });
  try {
    return use(record);
  } finally {
    record.close();
  }
};
const saveAll = (): void =>
  withDatabase((record) => {
    for (const [index, files] of history.entries()) {
      const earlier = history[index - 1];
      saveRevision(record, {
        id: compileFiles(files).id,
        at: morning + index * minute,
        from: 'ConfigMaps k8s-monitor/a and k8s-monitor/b',
        ...(index > 0 && { author: 'kubectl-edit\u001b[31m' }),
        files,
        says: earlier ? describeChange(compileFiles(earlier), compileFiles(files)) : [],
      });
    }
  });

async function config(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const add = (text: string): void => void lines.push(text);
  const code = await run(['config', ...args], { print: add, warn: add, colour: false });
  return { code, text: lines.join('\n') };
}

describe('config history', () => {
  test('no record is no empty history', async () => {
    const { code, text } = await config('history');
    assert.equal(code, 1);
    assert.match(text, /there is no record in .*data: set K8S_MONITOR_DATA_DIR/);
  });

  test('a record that cannot be opened is no empty history', async () => {
    mkdirSync(join(folder, 'data', recordFile), { recursive: true });
    for (const command of ['history', 'rollback']) {
      const { code, text } = await config(command);
      assert.equal(code, 1);
      assert.match(text, /the record .* cannot be written \(unable to open database file\)$/);
    }
    assert.match((await config('status')).text, /No daemon answers at .*\n.*unable to open database file/);
  });

  test('who changed what when, and what that changed in meaning; the newest first', async () => {
    saveAll();
    const { code, text } = await config('history');
    assert.equal(code, 0);
    const [, ...lines] = text.split('\n');
    assert.deepEqual(
      lines.map((line) => line.split(/ {2,}/).slice(0, 3)),
      [
        [`* ${id3}`, '2026-11-24 11:02 Europe/Berlin', 'kubectl-edit'],
        ['', id2, '2026-11-24 11:01 Europe/Berlin'],
        ['', id1, '2026-11-24 11:00 Europe/Berlin'],
      ],
    );
    assert.match(lines[0] ?? '', /`recommendations` P2 -> P3/);
    assert.match(lines[2] ?? '', /nothing in meaning$/);
  });

  test('what is pinned and what was sent back is said', async () => {
    saveAll();
    withDatabase((record) => {
      savePin(record, { revision: id1, instead: id3, at: morning, why: 'pages all night', by: 'operator' });
      saveSentBack(record, { id: id3, at: morning + 3 * minute, why: 'two cycles failed' });
    });
    const { text } = await config('history');
    assert.match(text, new RegExp(`^ {2}${id3}.*sent back: two cycles failed$`, 'm'));
    assert.match(text, new RegExp(`^\\* ${id1}.*pinned: pages all night$`, 'm'));
  });

  test('json has moments in RFC 3339 and no contents', async () => {
    saveAll();
    const [newest] = JSON.parse((await config('history', '--output', 'json')).text);
    assert.deepEqual(
      [newest.id, newest.at, newest.inForce, newest.files],
      [id3, '2026-11-24T10:02:00Z', true, undefined],
    );
  });
});

describe('config diff', () => {
  const editedFolder = (from: string, to: string): string => {
    const path = join(folder, 'edited');
    cpSync(exampleFolder, path, { recursive: true });
    const file = join(path, 'CLAUDE.md');
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
    return path;
  };
  const rows: [what: string, args: () => string[], says: RegExp[]][] = [
    [
      'what the last edit changed',
      () => [],
      [/^-- recommendations: /m, /^\+- recommendations \(P3\): /m, /`recommendations` P2 -> P3/],
    ],
    [
      'what changed since a revision',
      () => [id1],
      [/^\+.*reports \(P2\)/m, /`reports` P3 -> P2/, /`recommendations` P2 -> P3/],
    ],
    [
      'of two revisions, by the beginning of their ids',
      () => [id2.slice(0, 6), id1.slice(0, 6)],
      [/`reports` P2 -> P3/],
    ],
    [
      'what a folder would change',
      () => [editedFolder('reports (P3)', 'report (P3)')],
      [/^\+.*report \(P3\)/m, /^-.*reports \(P2\)/m],
    ],
    ['a revision with itself', () => [id1, id1], [/have the same text/, /Nothing changes in meaning/]],
  ];
  for (const [what, args, says] of rows) {
    test(what, async () => {
      saveAll();
      const { code, text } = await config('diff', ...args());
      assert.equal(code, 0, text);
      for (const pattern of says) assert.match(text, pattern);
    });
  }

  test('files are named as the configuration names them, wherever they stood', async () => {
    saveAll();
    const { text } = await config('diff', exampleFolder, id1);
    assert.match(text, /have the same text/);
  });

  test('what is no revision and no path is said', async () => {
    saveAll();
    const { code, text } = await config('diff', 'nonsense');
    assert.equal(code, 1);
    assert.match(text, /nonsense is no saved revision.*config history/);
  });
});

/** A daemon's endpoints: it puts in force what the record pins, or does not. */
type Stand = { server: Server; posts: { token: string | undefined }[] };
async function startDaemonOn(answer: { configz: () => object; reload?: number; obeys?: boolean }): Promise<Stand> {
  const posts: Stand['posts'] = [];
  const server = createServer((request, response) => {
    if (request.method === 'POST' && request.url === '/-/reload') {
      posts.push({ token: request.headers.authorization });
      response.writeHead(answer.reload ?? 202).end();
      return;
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer.configz()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env['K8S_MONITOR_HTTP_PORT'] = String((server.address() as AddressInfo).port);
  return { server, posts };
}
const stop = ({ server }: Stand): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
const inForce = (revision: string, more: object = {}) => ({
  source: 'test',
  active: { revision, problems: [] },
  ...more,
});

describe('config rollback', () => {
  test('no daemon: the one before is pinned, and takes effect at the next start', async () => {
    saveAll();
    const { code, text } = await config('rollback', '--why', 'pages all night');
    assert.equal(code, 0, text);
    assert.match(
      text,
      new RegExp(`No daemon answers at http://127.0.0.1:1: revision ${id2} of .* takes effect when it starts`),
    );
    const { at: _, ...pin } = withDatabase(loadPin) ?? { at: 0 };
    assert.deepEqual(pin, { revision: id2, instead: id3, why: 'pages all night', by: 'operator' });
  });

  test('once more has to be named, and still stands against what the ConfigMaps hold', async () => {
    saveAll();
    await config('rollback');
    const unnamed = await config('rollback');
    assert.equal(unnamed.code, 1);
    assert.match(
      unnamed.text,
      new RegExp(`a rollback to ${id2} is in force already: name .* ${id1} \\(2026-11-24 11:00 .*\\); ${id3} ends`),
    );
    await config('rollback', id1);
    const pin = withDatabase(loadPin);
    assert.deepEqual([pin?.revision, pin?.instead], [id1, id3]);
  });

  test('the one before is never one that was sent back', async () => {
    saveAll();
    withDatabase((record) => saveSentBack(record, { id: id2, at: morning + 3 * minute, why: 'cycles failed' }));
    await config('rollback');
    assert.equal(withDatabase(loadPin)?.revision, id1);
  });

  test('to what the ConfigMaps hold: the rollback ends', async () => {
    saveAll();
    await config('rollback', id1);
    const { text } = await config('rollback', id3.slice(0, 8));
    assert.match(text, /The rollback has ended/);
    assert.equal(withDatabase(loadPin), undefined);
  });

  test('what is in force already is no rollback', async () => {
    saveAll();
    const { code, text } = await config('rollback', id3);
    assert.deepEqual([code, /is in force already/.test(text)], [1, true], text);
  });

  test('a daemon is told, with its token, and what is in force after it is printed', async () => {
    saveAll();
    process.env['ADMIN_TOKEN'] = 'sesame';
    const daemon = await startDaemonOn({ configz: () => inForce(withDatabase(loadPin)?.revision ?? id3) });
    try {
      const { code, text } = await config('rollback');
      assert.equal(code, 0, text);
      assert.match(
        text,
        new RegExp(`^Revision ${id2} of 2026-11-24 11:01 Europe/Berlin by kubectl-edit is in force\\.$`, 'm'),
      );
      assert.deepEqual(daemon.posts, [{ token: 'Bearer sesame' }]);
      assert.doesNotMatch(text, /sesame/);
    } finally {
      delete process.env['ADMIN_TOKEN'];
      await stop(daemon);
    }
  });

  test('a daemon that refuses what the ConfigMaps hold goes back all the same', async () => {
    saveAll();
    const refused = { refused: { revision: 'ffff', problems: [] } };
    const configz = (): object => inForce(withDatabase(loadPin)?.revision ?? id3, refused);
    const daemon = await startDaemonOn({ configz, reload: 422 });
    const { code, text } = await config('rollback');
    await stop(daemon);
    assert.equal(code, 0, text);
    assert.equal(withDatabase(loadPin)?.instead, id3);
  });

  test('a daemon that asks for a token: said, and the rollback is kept', async () => {
    saveAll();
    const daemon = await startDaemonOn({ configz: () => inForce(id3), reload: 401 });
    const { code, text } = await config('rollback');
    await stop(daemon);
    assert.equal(code, 1);
    assert.match(text, /asks for ADMIN_TOKEN.*The rollback is written/);
    assert.equal(withDatabase(loadPin)?.revision, id2);
  });
});

describe('config status', () => {
  const problem = {
    ...{ file: 'CLAUDE.md', line: 42, column: 3, level: 'error', code: 'priority-unknown' },
    ...{ message: '"P5" is not a priority.', cure: 'Use P0, P1, P2 or P3.' },
  };
  const source = { name: 'ConfigMaps k8s-monitor/a', speaking: 'api', why: 'The watch is connected.', conditions: [] };
  const rows: [what: string, configz: object, code: number, says: RegExp[]][] = [
    [
      'in order',
      inForce(id3, { source: { ...source, watchConnected: true, fileLagSeconds: 90 } }),
      0,
      [/^in force +\S+/m, /^watch +connected/m, /^files lag +1m 30s$/m, /^In order\.$/m],
    ],
    [
      'who changed it, since when',
      {
        source,
        active: { revision: id3, since: '2026-11-24T10:00:00Z', author: 'helm', from: 'ConfigMaps', problems: [] },
      },
      0,
      [/since 2026-11-24T10:00:00Z \(.*\) from ConfigMaps by helm/],
    ],
    [
      'refused, with the first problem',
      inForce(id3, { refused: { revision: 'ffff', problems: [problem] } }),
      1,
      [/^refused +ffff: 1 error$/m, /CLAUDE\.md:42:3: error: "P5" is not a priority\. Use P0/],
    ],
    [
      'half of a pair: it waits, and is in order',
      inForce(id3, {
        candidate: { state: 'waiting for pair', since: '2026-11-24T10:00:00Z' },
        pair: { state: 'waiting for the other half', orchestrator: '7', agents: '6' },
      }),
      0,
      [
        /^waiting +new content: waiting for pair since 2026-11-24T10:00:00Z/m,
        /^pair +WaitingForPair: the orchestrator is of bundle 7, the agents are of 6$/m,
      ],
    ],
    [
      'a rollback that was asked for',
      inForce(id3, { pinned: { revision: id3, why: 'pages', by: 'operator' } }),
      0,
      [/^pinned +\S+: pages \(by operator\)$/m],
    ],
    [
      'sent back by probation',
      inForce(id3, { pinned: { revision: id3, why: 'two cycles failed', by: 'probation' } }),
      1,
      [/Cycles failed under the newest content/],
    ],
    [
      'the saved copy',
      inForce(id3, { source: { ...source, speaking: 'saved', why: 'the API refuses' } }),
      1,
      [/the saved copy is in force \(the API refuses\)/],
    ],
    [
      'the built-in default',
      inForce(id3, { source: { ...source, speaking: 'default' } }),
      1,
      [/built-in default keeps watch/],
    ],
    [
      'a condition',
      inForce(id3, { source: { ...source, conditions: ['Forbidden: it may not read them'] } }),
      1,
      [/^Condition: Forbidden: it may not read them$/m],
    ],
  ];
  for (const [what, configz, code, says] of rows) {
    test(`exit ${code}: ${what}`, async () => {
      const daemon = await startDaemonOn({ configz: () => configz });
      const ended = await config('status');
      const json = await config('status', '--output', 'json');
      await stop(daemon);
      assert.equal(ended.code, code, ended.text);
      for (const pattern of says) assert.match(ended.text, pattern);
      assert.deepEqual([json.code, JSON.parse(json.text).ok], [code, code === 0]);
    });
  }

  test('exit 1: no daemon, so what the record knows', async () => {
    saveAll();
    await config('rollback', '--why', 'pages');
    const { code, text } = await config('status');
    assert.equal(code, 1);
    assert.match(
      text,
      /No daemon answers at http:\/\/127\.0\.0\.1:1\.\nLast in force: \w+, accepted .* by kubectl-edit\.\nPinned until .*: pages/,
    );
  });

  test('exit 1: no daemon and no record', async () => {
    const { code, text } = await config('status');
    assert.equal(code, 1);
    assert.match(text, /There is no record here either/);
  });

  test('another program on the port is no daemon', async () => {
    const other = await startDaemonOn({ configz: () => ({ hello: 'world' }) });
    const { text } = await config('status');
    await stop(other);
    assert.match(text, /No daemon answers/);
  });
});

test('against the real daemon: an edit is in the history, is rolled back, and comes again', async () => {
  const watch = await startWatch();
  process.env['K8S_MONITOR_DATA_DIR'] = watch.folder;
  process.env['K8S_MONITOR_HTTP_PORT'] = new URL(watch.daemon.url).port;
  try {
    const isActive = (id: string) => waitFor(id, () => watch.daemon.keeper.active().id === id);
    const claude = second.find(({ name }) => name === 'CLAUDE.md')?.text ?? '';
    for (const map of configMaps({ 'CLAUDE.md': claude })) watch.server.put(map);
    await isActive(id2);

    const { text: listed } = await config('history');
    assert.match(listed, new RegExp(`^\\* ${id2} .*\`reports\` P3 -> P2$`, 'm'));
    assert.match(listed, new RegExp(`^ {2}${id1} `, 'm'));

    const back = await config('rollback', '--why', 'pages all night');
    assert.equal(back.code, 0, back.text);
    assert.match(back.text, new RegExp(`^Revision ${id1} .* is in force\\.$`, 'm'));
    assert.equal(watch.daemon.keeper.active().id, id1);
    const held = await config('status');
    assert.equal(held.code, 0, held.text);
    assert.match(held.text, new RegExp(`^pinned +${id1}: pages all night \\(by operator\\) until .* ${id2}$`, 'm'));

    const again = await config('rollback', id2);
    assert.equal(again.code, 0, again.text);
    assert.match(again.text, /The rollback has ended/);
    assert.equal(watch.daemon.keeper.active().id, id2);

    // Back, then the ConfigMap breaks, then the rollback is to end: what it stood against is in force again, though nothing offers it.
    await config('rollback', id1);
    const broken = claude.replace('reports (P2)', 'reports (P5)');
    for (const map of configMaps({ 'CLAUDE.md': broken })) watch.server.put(map);
    await waitFor('the refusal', () => watch.daemon.keeper.refusal() !== undefined);
    const ended = await config('rollback', id2);
    assert.equal(ended.code, 0, ended.text);
    assert.match(ended.text, /What the ConfigMaps hold is refused; it stays until they hold something else/);
    assert.equal(watch.daemon.keeper.active().id, id2);
    assert.match((await config('history')).text, new RegExp(`^\\* ${id2} .*pinned: .*\n +rollback: `, 'm'));
    for (const map of configMaps()) watch.server.put(map);
    await isActive(id1);
    assert.equal(watch.daemon.keeper.pin(), undefined);
  } finally {
    await watch.stop();
  }
});
