-- What rooms above the record keep on it.

-- +goose Up
-- Bytes that belong to an event and are too long for it; the event's private
-- part has their SHA-256. Erased together with that.
CREATE TABLE IF NOT EXISTS content (
    idx   INTEGER NOT NULL PRIMARY KEY REFERENCES event (idx),
    bytes BLOB NOT NULL
);

-- The books, whose query tables are named book_<name>_<table>: how they were
-- defined, and how many events of the record they hold. Dropping them loses
-- nothing: they are replayed.
CREATE TABLE IF NOT EXISTS book (
    name   TEXT NOT NULL PRIMARY KEY,
    sum    BLOB NOT NULL, -- SHA-256 of the definition
    events INTEGER NOT NULL
);

-- +goose Down
-- Contents cannot be derived from something else: they stay, and Up finds them
-- there. So does the list of books, whose tables stay as well.
