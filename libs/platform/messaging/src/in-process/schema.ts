export const schemaVersion = 1;

/** Times are milliseconds since 1970, where they are compared; RFC 3339, where they are shown. */
export const schema = `
CREATE TABLE messages (
  offset INTEGER PRIMARY KEY AUTOINCREMENT,
  topic TEXT NOT NULL,
  id TEXT NOT NULL,
  only_for TEXT NOT NULL DEFAULT '',
  published_at INTEGER NOT NULL,
  payload TEXT NOT NULL,
  UNIQUE (id, only_for)
);
CREATE INDEX messages_by_topic ON messages (topic, offset);

CREATE TABLE offsets (
  consumer TEXT NOT NULL,
  topic TEXT NOT NULL,
  offset INTEGER NOT NULL,
  PRIMARY KEY (consumer, topic)
) WITHOUT ROWID;

CREATE TABLE checkpoints (
  name TEXT PRIMARY KEY,
  position TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  holder TEXT,
  epoch INTEGER NOT NULL,
  beat INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  consumer TEXT NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  message_id TEXT NOT NULL,
  status TEXT NOT NULL,
  steps TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  code TEXT,
  at TEXT,
  parked_at TEXT NOT NULL,
  failed_at TEXT,
  origin TEXT NOT NULL,
  payload TEXT NOT NULL,
  UNIQUE (consumer, key, message_id)
);
CREATE INDEX dead_letters_by_key ON dead_letters (consumer, key, id);

CREATE TABLE timers (
  context TEXT NOT NULL,
  name TEXT NOT NULL,
  stream TEXT NOT NULL,
  key TEXT NOT NULL,
  due TEXT NOT NULL,
  occurred_at TEXT NOT NULL,
  set_position TEXT NOT NULL,
  event_id TEXT NOT NULL,
  fire_at INTEGER NOT NULL,
  data TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  code TEXT,
  PRIMARY KEY (context, name, stream, key)
) WITHOUT ROWID;
CREATE INDEX timers_by_time ON timers (context, fire_at);
`;
