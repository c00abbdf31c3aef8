-- What happened in a minute (`unit` 0) or an hour (1) that begins at `at`. `scope`: 0 a project, 1 a tenant, 2 an
-- endpoint; `owner` is its number. Time comes first, so that all that is written at one time lies in a few pages, and
-- what is old goes from one end.
CREATE TABLE rollups (
    unit            INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    project         INTEGER NOT NULL,
    scope           INTEGER NOT NULL,
    owner           INTEGER NOT NULL,
    events          INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    attempts_failed INTEGER NOT NULL,
    succeeded       INTEGER NOT NULL,
    dead            INTEGER NOT NULL,
    cancelled       INTEGER NOT NULL,
    last_success    INTEGER,
    last_failure    INTEGER,
    attempt_times   BLOB NOT NULL,
    delivery_times  BLOB NOT NULL,
    PRIMARY KEY (unit, at, project, scope, owner)
) WITHOUT ROWID;
