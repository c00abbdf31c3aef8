-- The code of endpoints' transformations: each text a version of its own, never changed. `endpoint` is the id.
CREATE TABLE transforms (
    version    INTEGER PRIMARY KEY AUTOINCREMENT,
    project    INTEGER NOT NULL,
    endpoint   BLOB NOT NULL,
    code       TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX transforms_by_endpoint ON transforms (endpoint, version);
CREATE INDEX transforms_by_project ON transforms (project);
-- The version that changed what an attempt sent; NULL for none.
ALTER TABLE attempts ADD COLUMN transform INTEGER;
