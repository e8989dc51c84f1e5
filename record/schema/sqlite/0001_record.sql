-- The record itself. Nothing here is ever changed or removed, except that
-- erasing an event's private part sets private and salt to NULL.

-- +goose Up
PRAGMA application_id = 1415933303; -- "Temw": tells a record from other SQLite files

CREATE TABLE IF NOT EXISTS event (
    idx     INTEGER NOT NULL PRIMARY KEY CHECK (idx >= 0), -- 0, 1, 2, ... without gaps
    type    TEXT NOT NULL,
    public  TEXT NOT NULL, -- canonical JSON
    private TEXT,          -- canonical JSON; holds the time and the key
    salt    BLOB,
    sum     BLOB NOT NULL  -- SHA-256 of the row, against damage
);

-- Small, so that counting the events does not read them.
CREATE INDEX IF NOT EXISTS event_type ON event (type);

-- The commands that were done, by idempotency key. Those that changed nothing
-- have left no event: this table is their only trace.
CREATE TABLE IF NOT EXISTS command (
    key       TEXT NOT NULL PRIMARY KEY,
    digest    BLOB NOT NULL,    -- of the command's content
    from_idx  INTEGER NOT NULL, -- its events: from_idx <= idx < to_idx
    to_idx    INTEGER NOT NULL,
    at_micros INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    sum       BLOB NOT NULL
);

-- +goose Down
-- What cannot be derived from something else stays: Up finds it there.
