import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CauseId } from '../../config/checks.ts';
import { findProcessCause } from './process-logs.ts';

const rows: [CauseId, ...string[]][] = [
  [
    'missing-setting',
    'FATAL: environment variable DB_HOST is not set',
    'required key DB_HOST missing value',
    "KeyError: 'DATABASE_URL'",
    'Error: Missing required environment variable: STRIPE_KEY',
    '/entrypoint.sh: line 3: BUCKET: unbound variable',
    'sh: DB_HOST: parameter not set',
    "Could not resolve placeholder 'spring.datasource.url' in value",
    'You need to specify one of the following as an environment variable: - MYSQL_ROOT_PASSWORD',
    'Error: Database is uninitialized and superuser password is not specified.',
    'open /etc/app/config.yaml: no such file or directory',
    'SECRET_KEY must be set',
  ],
  [
    'port-conflict',
    'httpd: bind: Address in use',
    'Error: listen EADDRINUSE: address already in use :::3000',
    'listen tcp :8080: bind: address already in use',
    'OSError: [Errno 98] Address already in use',
    'Web server failed to start. Port 8080 was already in use.',
  ],
  [
    'disk-full',
    'FATAL: could not write lock file "postmaster.pid": No space left on device',
    'Error: ENOSPC: no space left on device, write',
    'write /data/wal: disk quota exceeded',
  ],
  [
    'volume-permission',
    'touch: /etc/uploads.lock: Permission denied',
    "mkdir: cannot create directory '/bitnami/mariadb/data': Permission denied",
    "PermissionError: [Errno 13] Permission denied: '/data/x'",
    "Error: EACCES: permission denied, open '/data/db.sqlite'",
    'chown: /var/lib/postgresql/data: Operation not permitted',
    'open /data/index.lock: read-only file system',
  ],
  [
    'bad-command',
    'exec /app/server: exec format error',
    'sh: gunicron: not found',
    "Error: Cannot find module '/app/server.js'",
    "python: can't open file '/app/main.py': [Errno 2] No such file or directory",
    'Error: Could not find or load main class com.example.Main',
    'Error: unknown flag: --listen-addr',
  ],
  [
    'memory-limit',
    'java.lang.OutOfMemoryError: Java heap space',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'fatal error: runtime: out of memory',
  ],
];

describe('the last words of a program', () => {
  for (const [cause, ...lines] of rows) {
    for (const line of lines) test(`${cause}: ${line}`, () => assert.equal(findProcessCause([line])?.cause, cause));
  }
});

describe('lines that only look alike', () => {
  const innocent = [
    'environment variable DB_HOST is set to db',
    'ERROR:  permission denied for table orders',
    'listen tcp :80: bind: permission denied',
    'GET https://api.example/v1/users: 403 permission denied',
    'listening on :8080',
    'relation accounts does not exist',
    'disk check: 20% space left on /data',
    '200 GET /missing-settings',
  ];
  for (const line of innocent) test(line, () => assert.equal(findProcessCause([line]), undefined));
});

test('the last telling line counts, and only the end of a log is read', () => {
  const lines = ['BUCKET is not set', 'bind: address already in use', 'bye'];
  assert.deepEqual(findProcessCause(lines), { cause: 'port-conflict', line: 'bind: address already in use' });
  assert.equal(findProcessCause(['BUCKET is not set', ...Array.from({ length: 80 }, () => 'bye')]), undefined);
});
