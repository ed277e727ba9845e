import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Severity } from '../src/config/revision.ts';
import { formatMoment } from '../src/lib/duration.ts';
import { compileSaid, smallCluster } from './support/markdown-world.ts';
import { makeRun } from './support/triage.ts';

/** A known issue as it stands in Markdown; at a moment of the zone, what is wrong, and what becomes of it: silent and until when, or told. */
type Group = {
  about: string;
  issue: string;
  zone?: string;
  services?: string[];
  criteria?: Partial<Record<Severity, string>>;
  images?: Record<string, string>;
  rows: Row[];
};
type Row = [at: string, given: string, ...is: string[]];

const backup = (...lines: string[]): string =>
  ['### Backup', '', '- Services: db', ...lines.map((line) => `- ${line}`), '- Solution: expected, DO NOT ALERT'].join(
    '\n',
  );

const expected: Group[] = [
  {
    about: 'a weekly window',
    issue: backup('Every Sunday 2-3 AM'),
    rows: [
      ['2026-11-22T01:59:59+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
      ['2026-11-22T02:00:00+01:00', 'db down 10m', 'db silent: "Backup" until 2026-11-22 03:00 Europe/Berlin'],
      ['2026-11-22T02:59:59+01:00', 'db down 10m', 'db silent: "Backup" until 2026-11-22 03:00 Europe/Berlin'],
      ['2026-11-22T03:00:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'a zone beside the hours',
    issue: backup('Every Sunday 2-3 AM (America/New_York)'),
    rows: [
      ['2026-11-22T02:30:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
      ['2026-11-22T07:59:59Z', 'db down 10m', 'db silent: "Backup" until 2026-11-22 09:00 Europe/Berlin'],
      ['2026-11-22T08:00:00Z', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'an hour that clocks skip: the window starts at the end of the gap',
    issue: backup('Every Sunday 2-3 AM'),
    rows: [
      ['2026-03-29T01:59:59+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
      ['2026-03-29T03:00:00+02:00', 'db down 10m', 'db silent: "Backup" until 2026-03-29 04:00 Europe/Berlin'],
      ['2026-03-29T03:59:59+02:00', 'db down 10m', 'db silent: "Backup" until 2026-03-29 04:00 Europe/Berlin'],
      ['2026-03-29T04:00:00+02:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'an hour that comes twice counts both times',
    issue: backup('Every Sunday 2-3 AM'),
    rows: [
      ['2026-10-25T02:00:00+02:00', 'db down 10m', 'db silent: "Backup" until 2026-10-25 03:00 Europe/Berlin'],
      ['2026-10-25T02:59:59+01:00', 'db down 2h', 'db silent: "Backup" until 2026-10-25 03:00 Europe/Berlin'],
      ['2026-10-25T03:00:00+01:00', 'db down 2h', 'db SEV-2: P1 db down for 2h (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'over midnight: the day is the one it starts on',
    issue: backup('Friday 22:00-02:00'),
    rows: [
      ['2026-11-28T01:59:59+01:00', 'db down 10m', 'db silent: "Backup" until 2026-11-28 02:00 Europe/Berlin'],
      ['2026-11-28T02:00:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
      ['2026-11-27T01:59:59+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'the first Monday, to 24:00',
    issue: backup('First Monday of the month 22:00-24:00'),
    rows: [
      ['2026-12-07T23:59:59+01:00', 'db down 10m', 'db silent: "Backup" until 2026-12-08 00:00 Europe/Berlin'],
      ['2026-12-08T00:00:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
      ['2026-12-14T22:30:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'the last Friday',
    issue: backup('Last Friday of the month 18:00-20:00'),
    rows: [
      ['2026-11-20T19:00:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
      ['2026-11-27T18:00:00+01:00', 'db down 10m', 'db silent: "Backup" until 2026-11-27 20:00 Europe/Berlin'],
    ],
  },
  {
    about: 'days of the month',
    issue: backup('1st and 15th of the month 22:00-23:00'),
    rows: [
      ['2026-12-15T22:30:00+01:00', 'db down 10m', 'db silent: "Backup" until 2026-12-15 23:00 Europe/Berlin'],
      ['2026-12-14T22:30:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'weekdays',
    issue: backup('Weekdays 9 AM - 5 PM'),
    rows: [
      ['2026-11-27T16:59:59+01:00', 'db down 10m', 'db silent: "Backup" until 2026-11-27 17:00 Europe/Berlin'],
      ['2026-11-28T12:00:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'cron with a duration',
    issue: backup('Window: `0 2 * * 0` for 90 minutes'),
    rows: [
      ['2026-11-22T03:29:59+01:00', 'db down 10m', 'db silent: "Backup" until 2026-11-22 03:30 Europe/Berlin'],
      ['2026-11-22T03:30:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'once',
    issue: backup('2026-01-05 22:00 to 2026-01-06 02:00'),
    rows: [
      ['2026-01-06T01:59:59+01:00', 'db down 10m', 'db silent: "Backup" until 2026-01-06 02:00 Europe/Berlin'],
      ['2026-01-06T02:00:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'windows that overlap or touch are one',
    issue: backup('Every Sunday 2-3 AM', 'Every Sunday 02:30-04:00', 'Every Sunday 4-5 AM'),
    rows: [
      ['2026-11-22T02:15:00+01:00', 'db down 10m', 'db silent: "Backup" until 2026-11-22 05:00 Europe/Berlin'],
      ['2026-11-22T04:59:59+01:00', 'db down 10m', 'db silent: "Backup" until 2026-11-22 05:00 Europe/Berlin'],
      ['2026-11-22T05:00:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'Until',
    issue: backup('Daily 00:00-24:00', 'Until: 2026-11-22'),
    rows: [
      ['2026-11-22T23:59:59+01:00', 'db down 10m', 'db silent: "Backup" until 2026-11-23 00:00 Europe/Berlin'],
      ['2026-11-23T00:00:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'Until ends a window that would go on',
    issue: backup('Every Sunday 2-6 AM', 'Until: 2026-11-22 04:00'),
    rows: [
      ['2026-11-22T03:59:59+01:00', 'db down 10m', 'db silent: "Backup" until 2026-11-22 04:00 Europe/Berlin'],
      ['2026-11-22T04:00:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'a grace from the onset',
    issue: backup('Up to: 5 minutes'),
    rows: [
      ['2026-11-22T12:00:00+01:00', 'db down 4m59s', 'db silent: "Backup" until 2026-11-22 12:00 Europe/Berlin'],
      ['2026-11-22T12:00:00+01:00', 'db down 5m', 'db SEV-2: P1 db down for 5m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'a grace with a range: its longer end',
    issue: backup('Fails over for 5-10 minutes'),
    rows: [
      ['2026-11-22T12:00:00+01:00', 'db down 9m59s', 'db silent: "Backup" until 2026-11-22 12:00 Europe/Berlin'],
      ['2026-11-22T12:00:00+01:00', 'db down 10m', 'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'a slow start: from the start of the pod',
    issue: '### Slow start\n\n- db takes 5-6 minutes to become ready, do not alert',
    rows: [
      [
        '2026-11-22T12:00:00+01:00',
        'db down 5m59s; pods 5m59s',
        'db silent: "Slow start" until 2026-11-22 12:00 Europe/Berlin',
      ],
      ['2026-11-22T12:00:00+01:00', 'db down 6m; pods 6m', 'db SEV-2: P1 db down for 6m (SEV-2: default for P1 down)'],
      ['2026-11-22T12:00:00+01:00', 'db down 4m; pods 3d', 'db SEV-2: P1 db down for 4m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'a class of services, by what they run',
    issue: '### Night backup\n\n- Databases restart daily 02:00-03:00: do not page',
    services: ['P1 db', 'P1 sessions'],
    images: { db: 'postgres:17', sessions: 'redis:8' },
    rows: [
      ['2026-11-22T02:30:00+01:00', 'db down 10m', 'db silent: "Night backup" until 2026-11-22 03:00 Europe/Berlin'],
      [
        '2026-11-22T02:30:00+01:00',
        'sessions down 10m',
        'sessions SEV-2: P1 sessions down for 10m (SEV-2: default for P1 down)',
      ],
    ],
  },
  {
    about: 'kinds that it names',
    issue: backup('Daily 02:00-03:00', 'Kinds: crash loops, OOM kills'),
    rows: [
      [
        '2026-11-22T02:30:00+01:00',
        'db down crash-loop 10m',
        'db silent: "Backup" until 2026-11-22 03:00 Europe/Berlin',
      ],
      [
        '2026-11-22T02:30:00+01:00',
        'db degraded oom-killed 10m',
        'db silent: "Backup" until 2026-11-22 03:00 Europe/Berlin',
      ],
      [
        '2026-11-22T02:30:00+01:00',
        'db down not-ready 10m',
        'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)',
      ],
    ],
  },
  {
    about: 'a victim below P1 goes with the root that is expected',
    issue: backup('Daily 02:00-03:00'),
    services: ['P1 db', 'P2 mail: Depends on: db'],
    rows: [
      [
        '2026-11-22T02:30:00+01:00',
        'db down 10m; mail down 5m',
        'db silent: "Backup" until 2026-11-22 03:00 Europe/Berlin',
        'mail silent: "Backup" until 2026-11-22 03:00 Europe/Berlin',
      ],
    ],
  },
  {
    about: 'all services of a priority',
    issue: backup('Daily 02:00-03:00').replace('db', 'all P2 services'),
    services: ['P1 db', 'P2 mail', 'P2 wiki'],
    rows: [
      [
        '2026-11-22T02:30:00+01:00',
        'mail down 10m; wiki degraded 10m; db down 10m',
        'mail silent: "Backup" until 2026-11-22 03:00 Europe/Berlin',
        'wiki silent: "Backup" until 2026-11-22 03:00 Europe/Berlin',
        'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)',
      ],
    ],
  },
  {
    about: 'a row of a table',
    issue: '| Service | When | What to do |\n| --- | --- | --- |\n| db | Daily 02:00-03:00 | do not page |',
    rows: [['2026-11-22T02:30:00+01:00', 'db down 10m', 'db silent: "db" until 2026-11-22 03:00 Europe/Berlin']],
  },
  {
    about: 'one flat bullet, an alias',
    issue: '- The database server is restarted nightly 02:00-03:00, never alert',
    services: ['P1 db: Aliases: database server'],
    rows: [
      [
        '2026-11-22T02:30:00+01:00',
        'db down 10m',
        'db silent: "The database server is restarted nightly 02:00-03:00, never alert" until 2026-11-22 03:00 Europe/Berlin',
      ],
    ],
  },
  {
    about: 'a P0 that wants no replicas in its window',
    issue: '### Migration\n\n- db is scaled to zero daily 02:00-03:00, do not alert',
    services: ['P0 db'],
    rows: [
      ['2026-11-22T02:30:00+01:00', 'db zero 10m'],
      ['2026-11-22T03:00:00+01:00', 'db zero 10m', 'db SEV-1: P0 db down for 0s (SEV-1: default for P0 down)'],
    ],
  },
];

/** What pages although a known issue stands there: why, and as above. `before` are the moments of earlier cycles. */
type Told = Omit<Group, 'about' | 'rows'> & { why: string; at: string; before?: string[]; given: string; is: string[] };

const inside = '2026-11-22T02:30:00+01:00';
const nightly = backup('Daily 02:00-03:00');

const told: Told[] = [
  {
    why: 'crash loops are never meant',
    issue: nightly,
    at: inside,
    given: 'db down crash-loop 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'memory kills are never meant',
    issue: nightly,
    at: inside,
    given: 'db degraded oom-killed 10m',
    is: ['db SEV-3: P1 db degraded for 10m (SEV-3: default for P1 degraded)'],
  },
  {
    why: 'image pulls are never meant',
    issue: nightly,
    at: inside,
    given: 'db down image-pull 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'storage is never meant',
    issue: nightly,
    at: inside,
    given: 'db warned volume-filling 10m',
    is: ['db SEV-4: P1 db warned about for 10m (SEV-4: default for P1 warned about)'],
  },
  {
    why: 'nodes are never meant',
    issue: nightly,
    at: inside,
    given: 'node n1 down 10m',
    is: ['n1 SEV-2: Node n1 down for 10m (SEV-2: default for node, as P1 down)'],
  },
  {
    why: 'a second fault of the same service',
    issue: nightly,
    at: inside,
    given: 'db down not-ready 10m; db down crash-loop 10m',
    is: [
      'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)',
      'db silent: "Backup" until 2026-11-22 03:00 Europe/Berlin',
    ],
  },
  {
    why: 'kinds that are written replace the usual ones',
    issue: backup('Daily 02:00-03:00', 'Kinds: not ready'),
    at: inside,
    given: 'db degraded health-check-failed 10m',
    is: ['db SEV-3: P1 db degraded for 10m (SEV-3: default for P1 degraded)'],
  },
  {
    why: 'an exception in brackets',
    issue: backup('Daily 02:00-03:00', 'Kinds: not ready, crash loops', 'Do not page (but monitor for crashes)'),
    at: inside,
    given: 'db down crash-loop 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'an exception after "except"',
    issue: backup('Daily 02:00-03:00', 'Kinds: not ready, OOM kills, restarts', 'Do not flag except for OOM kills'),
    at: inside,
    given: 'db degraded oom-killed 10m',
    is: ['db SEV-3: P1 db degraded for 10m (SEV-3: default for P1 degraded)'],
  },
  {
    why: 'another service',
    issue: nightly,
    services: ['P1 db', 'P1 cart'],
    at: inside,
    given: 'cart down 10m',
    is: ['cart SEV-2: P1 cart down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'a P0 victim that it does not name',
    issue: nightly,
    services: ['P0 shop: Depends on: db', 'P1 db'],
    at: inside,
    given: 'db down 10m; shop down 5m',
    is: [
      'db silent: "Backup" until 2026-11-22 03:00 Europe/Berlin',
      'db SEV-1: P0 shop down for 5m (SEV-1: default for P0 down)',
    ],
  },
  {
    why: 'a P1 victim that it does not name',
    issue: nightly,
    services: ['P1 db', 'P1 cart: Depends on: db'],
    at: inside,
    given: 'db down 10m; cart down 5m',
    is: [
      'db silent: "Backup" until 2026-11-22 03:00 Europe/Berlin',
      'db SEV-2: P1 cart down for 5m (SEV-2: default for P1 down)',
    ],
  },
  {
    why: 'a workload that another service shares which it does not name',
    issue: nightly,
    services: ['P1 db', 'P1 ledger: Workload: db'],
    at: inside,
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'it was told before the window opened',
    issue: nightly,
    before: ['2026-11-22T01:50:00+01:00', '2026-11-22T01:55:00+01:00'],
    at: inside,
    given: 'db down 45m',
    is: ['db SEV-2: P1 db down for 45m (SEV-2: default for P1 down)'],
  },
  {
    why: 'it was told before the window, and gets worse inside',
    issue: nightly,
    services: ['P1 db: Max downtime: 40 minutes'],
    criteria: { 'SEV-1': 'max downtime exceeded' },
    before: ['2026-11-22T01:50:00+01:00', '2026-11-22T01:55:00+01:00'],
    at: inside,
    given: 'db down 45m',
    is: ['db SEV-1: P1 db down for 45m, limit 40m (SEV-1: max downtime exceeded)'],
  },
  {
    why: 'it outlived its window: with its whole duration',
    issue: nightly,
    before: ['2026-11-22T02:10:00+01:00', '2026-11-22T02:59:00+01:00'],
    at: '2026-11-22T03:00:00+01:00',
    given: 'db down 55m',
    is: ['db SEV-2: P1 db down for 55m (SEV-2: default for P1 down)'],
  },
  {
    why: 'it outlived its grace',
    issue: backup('Up to: 10 minutes'),
    before: ['2026-11-22T12:05:00+01:00', '2026-11-22T12:09:00+01:00'],
    at: '2026-11-22T12:10:00+01:00',
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'a slow start that is no start: the pods are old',
    issue: '### Slow start\n\n- db needs 5 minutes to start, do not alert',
    at: inside,
    given: 'db degraded 4m',
    is: ['db SEV-3: P1 db degraded for 4m (SEV-3: default for P1 degraded)'],
  },
  {
    why: 'without a bound: in the digest, not silent',
    issue: '### Flaky\n\n- db is flaky, do not alert',
    at: inside,
    given: 'db down 10m',
    is: [
      'db SEV-4: P1 db down for 10m (SEV-2: default for P1 down); SEV-4 because known issue "Flaky" expects it without saying for how long',
    ],
  },
  {
    why: 'a P0 that wants no replicas, without a bound: in the digest, not silent',
    issue: '### Migration\n\n- db is scaled to zero, do not alert',
    services: ['P0 db'],
    at: inside,
    given: 'db zero 10m',
    is: [
      'db SEV-4: P0 db down for 0s (SEV-1: default for P0 down); SEV-4 because known issue "Migration" expects it without saying for how long',
    ],
  },
  {
    why: 'it names nothing that is listed',
    issue: '### Old thing\n\n- The legacy importer fails daily 02:00-03:00, do not alert',
    at: inside,
    given: 'db down 10m; importer down 10m',
    is: [
      'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)',
      'importer SEV-4: Deployment importer/importer down for 10m (SEV-4: default for unlisted, as P3 down)',
    ],
  },
  {
    why: '"expected" alone is context',
    issue: '### Backup\n\n- Services: db\n- Daily 02:00-03:00\n- Solution: this is expected',
    at: inside,
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'a sentence over the whole section',
    issue: 'Everything below is known, do not alert.\n\n### Backup\n\n- Services: db\n- Daily 02:00-03:00',
    at: inside,
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'it has expired',
    issue: backup('Daily 02:00-03:00', 'Until: 2026-11-21'),
    at: inside,
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'another day',
    issue: backup('Every Monday 2-3 AM'),
    at: inside,
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'the same hours in another zone',
    issue: nightly,
    zone: 'America/New_York',
    at: inside,
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'another class',
    issue: '### Night backup\n\n- Databases restart daily 02:00-03:00: do not page',
    images: { db: 'redis:8' },
    at: inside,
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'a class beside a name: the name is meant',
    issue: '### Night backup\n\n- The database of cart (cart-db) restarts daily 02:00-03:00: do not page',
    services: ['P1 db', 'P2 cart-db'],
    images: { db: 'postgres:17', 'cart-db': 'postgres:17' },
    at: inside,
    given: 'db down 10m; cart-db down 10m',
    is: [
      'db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)',
      'cart-db silent: "Night backup" until 2026-11-22 03:00 Europe/Berlin',
    ],
  },
  {
    why: "an example is nobody's rule",
    issue: `### Example\n\n${nightly.split('\n').slice(2).join('\n')}`,
    at: inside,
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'it is struck through',
    issue: '- ~~db restarts daily 02:00-03:00, do not alert~~',
    at: inside,
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'it is in a comment',
    issue: `<!--\n${nightly}\n-->`,
    at: inside,
    given: 'db down 10m',
    is: ['db SEV-2: P1 db down for 10m (SEV-2: default for P1 down)'],
  },
  {
    why: 'a P0 that wants no replicas and an issue that only waits',
    issue: backup('Up to: 10 minutes'),
    services: ['P0 db'],
    before: ['2026-11-22T02:00:00+01:00', '2026-11-22T02:09:00+01:00'],
    at: '2026-11-22T02:10:00+01:00',
    given: 'db zero 20m',
    is: ['db SEV-1: P0 db down for 10m (SEV-1: default for P0 down)'],
  },
  {
    why: 'two services are down and one of them is expected: the other counts alone and is told',
    issue: nightly,
    services: ['P1 db', 'P1 cart'],
    at: inside,
    given: 'db down 10m; cart down 10m',
    is: [
      'db silent: "Backup" until 2026-11-22 03:00 Europe/Berlin',
      'cart SEV-2: P1 cart down for 10m (SEV-2: default for P1 down)',
    ],
  },
];

type Case = Omit<Group, 'about' | 'rows'> & { before?: string[]; at: string; given: string };

/** Judges a case, after the cycles before it, and says what is told, what waits and what is silent. */
function judgeCase({
  issue,
  zone = 'Europe/Berlin',
  services = ['P1 db'],
  criteria = {},
  images = {},
  ...row
}: Case): string[] {
  const revision = compileSaid({ services, issues: issue, criteria, timezone: zone });
  const [given = '', podAge] = row.given.split(/; pods /);
  const moments = [...(row.before ?? []), row.at].map((at) => Temporal.Instant.from(at).epochMilliseconds);
  const now = Math.max(...moments);
  const cluster = smallCluster(revision, { given, now, images, ...(podAge && { podAge }) });
  const quiet = smallCluster(revision, { given: '', now, images });
  const { run } = makeRun({ revision, ...cluster, oneShot: row.before === undefined });
  const all = moments.map((at) => {
    const began = cluster.findings.every(({ since }) => since <= at);
    return run({ at, world: (began ? cluster : quiet).world, findings: (began ? cluster : quiet).findings });
  });
  const last = all.at(-1);
  return [
    ...(last?.incidents ?? []).map(
      ({ subject, severity, because, told: isTold }) =>
        `${subject.name} ${severity}${isTold ? '' : ' in a moment'}: ${because}`,
    ),
    ...(last?.findings ?? []).flatMap(({ subject, pending }) =>
      pending ? [`${subject.name} waits: ${pending.because}`] : [],
    ),
    ...(last?.suppressed ?? []).map(
      ({ subject, by, until }) =>
        `${subject.name} silent: "${by.name}" until ${until === undefined ? 'it is changed' : formatMoment(until, zone)}`,
    ),
  ].sort();
}

const short = (lines: readonly string[]): string => lines.map((one) => one.replace(/:.*/s, '')).join(', ') || 'nothing';

for (const { about, rows, ...said } of expected) {
  for (const [at, given, ...is] of rows) {
    test(`known issue, ${about}: ${at} ${given} -> ${short(is)}`, () => {
      assert.deepEqual(judgeCase({ ...said, at, given }), is.toSorted());
    });
  }
}

for (const { why, is, ...said } of told) {
  test(`known issue that does not hide: ${why}: ${said.given} -> ${short(is)}`, () => {
    assert.deepEqual(judgeCase(said), is.toSorted());
  });
}
