-- The query tables. They hold only what the events say and can be dropped and
-- replayed at any time; a migration that changes them does just that.

-- +goose Up
-- Every version of every fact. Its body is not here but in the event that
-- stated it, so that there is only one.
CREATE TABLE fact (
    from_idx INTEGER NOT NULL PRIMARY KEY REFERENCES event (idx), -- stated it
    to_idx   INTEGER REFERENCES event (idx), -- revised or retracted it; NULL: current
    dossier  TEXT NOT NULL,
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    hash     BLOB NOT NULL
);

CREATE INDEX fact_version ON fact (dossier, kind, id, from_idx, to_idx);
CREATE UNIQUE INDEX fact_current ON fact (dossier, kind, id) WHERE to_idx IS NULL;

-- Which version of a fact cites which source of its dossier.
CREATE TABLE cites (
    source   TEXT NOT NULL,
    from_idx INTEGER NOT NULL REFERENCES fact (from_idx),
    PRIMARY KEY (source, from_idx)
);

-- The missions on file, each of one dossier. (Not a unique index on fact WHERE
-- kind = 'mission': it makes SQLite plan each statement that binds a kind anew.)
CREATE TABLE mission (
    id      TEXT NOT NULL PRIMARY KEY,
    dossier TEXT NOT NULL
);

-- How many events are in the query tables: all of them, except between a
-- migration and the replay that follows it.
CREATE TABLE projection (events INTEGER NOT NULL);
INSERT INTO projection (events) VALUES (0);

-- +goose Down
DROP TABLE projection;
DROP TABLE mission;
DROP TABLE cites;
DROP TABLE fact;
