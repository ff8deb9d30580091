-- The fixed tables of a store. Tables of events and registers are made from the pack's declarations:
-- see event_tables.cpp.

CREATE TABLE clausal_meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the columns of the event and register tables hold, in the words of the pack.
CREATE TABLE clausal_field (
    owner    TEXT NOT NULL,        -- table of rows
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,
    type     TEXT NOT NULL,
    PRIMARY KEY (owner, position)
) STRICT, WITHOUT ROWID;

-- Texts of events, by the ids that the tables of rows hold; ids are dense from 0.
CREATE TABLE clausal_text (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

-- Values that are several texts: a JSON list of ids.
CREATE TABLE clausal_text_set (
    id      INTEGER PRIMARY KEY,
    members TEXT NOT NULL
) STRICT;

CREATE TABLE clausal_import (
    id           INTEGER PRIMARY KEY,
    declared     TEXT NOT NULL,    -- the source's file as the pack writes it, '' for the generic form
    path         TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    bytes        INTEGER NOT NULL,
    source_rank  INTEGER NOT NULL,
    row_count    INTEGER NOT NULL,
    events       INTEGER NOT NULL,
    put_aside    INTEGER NOT NULL,
    duplicates   INTEGER NOT NULL,
    late         INTEGER NOT NULL,
    recorded_at  TEXT NOT NULL,
    UNIQUE (declared, content_hash)
) STRICT;

-- How many rows each source rank has given so far: the next row's number goes on from there.
CREATE TABLE clausal_rank (
    source_rank INTEGER PRIMARY KEY,
    row_count   INTEGER NOT NULL
) STRICT;

-- Rows put aside, and what was noted about files.
CREATE TABLE clausal_finding (
    id          INTEGER PRIMARY KEY,
    path        TEXT NOT NULL,
    line        INTEGER NOT NULL,  -- 0: about the whole file
    column_name TEXT NOT NULL,
    code        INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    value       TEXT NOT NULL,
    arguments   TEXT NOT NULL,     -- JSON object
    rejected    INTEGER NOT NULL   -- 1: the row was put aside
) STRICT;

CREATE TABLE clausal_firing (
    position       INTEGER PRIMARY KEY,   -- output order
    id             TEXT NOT NULL UNIQUE,
    rule           TEXT NOT NULL,
    subject        TEXT NOT NULL,
    time           INTEGER NOT NULL,      -- microseconds since 1970 UTC
    step           TEXT NOT NULL,         -- event, expiry, deadline
    event          TEXT,
    event_sequence INTEGER,
    actions        TEXT NOT NULL          -- JSON list
) STRICT;

CREATE VIEW clausal_firings AS
SELECT rule, subject,
       strftime('%Y-%m-%dT%H:%M:%S', (time - ((time % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch')
           || printf('.%06dZ', ((time % 1000000) + 1000000) % 1000000) AS time,
       step, actions, id
FROM clausal_firing ORDER BY position;

-- Up to where the outputs are complete.
CREATE TABLE clausal_cursor (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    clock    INTEGER NOT NULL
) STRICT;
