/**
 * The schema, one step per released version; `user_version` counts them. A step that was released is never edited:
 * what changes is a new step.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- body: the Incident as JSON. remembered: in the memory of the last cycle.
  CREATE TABLE incidents (
    id TEXT PRIMARY KEY, cluster TEXT NOT NULL, state TEXT NOT NULL, severity TEXT NOT NULL, since INTEGER NOT NULL,
    opened_at INTEGER NOT NULL, ended_at INTEGER, remembered INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX incidents_remembered ON incidents (cluster, remembered);
  CREATE INDEX incidents_opened ON incidents (opened_at);

  CREATE TABLE incident_events (
    sequence INTEGER PRIMARY KEY, incident TEXT NOT NULL, at INTEGER NOT NULL, cycle TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX incident_events_incident ON incident_events (incident, sequence);

  CREATE TABLE service_states (
    cluster TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (cluster, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE first_seen (
    cluster TEXT NOT NULL, finding TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (cluster, finding)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE mutes (id TEXT PRIMARY KEY, until INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE acks (incident TEXT PRIMARY KEY, who TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- started_at: an attempt whose end is not known yet; after a crash it may have arrived.
  CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, incident TEXT, kind TEXT NOT NULL, channel TEXT NOT NULL,
    severity TEXT, state TEXT NOT NULL, planned_at INTEGER NOT NULL, attempts INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL, started_at INTEGER, ambiguous INTEGER NOT NULL DEFAULT 0, sent_at INTEGER,
    remote_id TEXT, last_error TEXT, covers TEXT, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_waiting ON outbox (next_attempt_at) WHERE state IN ('planned', 'failed');
  CREATE INDEX outbox_incident ON outbox (incident, channel);

  -- body is null where nothing but the time differs from the cycle it is like.
  CREATE TABLE cycles (
    id TEXT PRIMARY KEY, cluster TEXT NOT NULL, at INTEGER NOT NULL, trigger TEXT NOT NULL, took INTEGER NOT NULL,
    exit INTEGER NOT NULL, alike TEXT, body TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX cycles_at ON cycles (at);

  CREATE TABLE revisions (id TEXT PRIMARY KEY, at INTEGER NOT NULL, who TEXT, files TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- What the last cycle found, pending and ignored too. at: of the cycle that first found it.
  CREATE TABLE findings (
    cluster TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (cluster, id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Until here nothing wrote it. sequence: the newest is the highest, also where the clock went back.
  DROP TABLE revisions;
  CREATE TABLE revisions (
    id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, at INTEGER NOT NULL, source TEXT NOT NULL, author TEXT,
    files TEXT NOT NULL, says TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX revisions_sequence ON revisions (sequence);

  -- One row at most; body is null where nothing is pinned any more.
  CREATE TABLE pins (slot INTEGER PRIMARY KEY CHECK (slot = 0), body TEXT) STRICT;

  -- Revisions under which cycles failed.
  CREATE TABLE sent_back (id TEXT PRIMARY KEY, at INTEGER NOT NULL, why TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

export const schemaVersion = migrations.length;

/** The tables of the present schema, and what makes two of their rows the same. */
export const tables: readonly { name: string; columns: string; by: string }[] = [
  { name: 'meta', columns: 'key, value', by: 'key' },
  {
    name: 'incidents',
    columns: 'id, cluster, state, severity, since, opened_at, ended_at, remembered, body',
    by: 'id',
  },
  { name: 'incident_events', columns: 'incident, at, cycle, body', by: 'incident, at, cycle, body' },
  { name: 'service_states', columns: 'cluster, name, body', by: 'cluster, name' },
  { name: 'first_seen', columns: 'cluster, finding, at', by: 'cluster, finding' },
  { name: 'mutes', columns: 'id, until, body', by: 'id' },
  { name: 'acks', columns: 'incident, who, at', by: 'incident' },
  {
    name: 'outbox',
    columns:
      'key, incident, kind, channel, severity, state, planned_at, attempts, next_attempt_at, started_at, ambiguous, sent_at, remote_id, last_error, covers, body',
    by: 'key',
  },
  { name: 'cycles', columns: 'id, cluster, at, trigger, took, exit, alike, body', by: 'id' },
  { name: 'revisions', columns: 'id, sequence, at, source, author, files, says', by: 'id' },
  { name: 'pins', columns: 'slot, body', by: 'slot' },
  { name: 'sent_back', columns: 'id, at, why', by: 'id' },
  { name: 'findings', columns: 'cluster, id, at, body', by: 'cluster, id' },
];
