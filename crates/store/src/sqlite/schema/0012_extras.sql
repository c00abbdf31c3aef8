-- What nearly no event has, a JSON object: channels, metadata, headers, how long it is kept, and the endpoints that were
-- passed over since they were disabled. NULL for none.
ALTER TABLE events ADD COLUMN extras TEXT;

-- The events that are kept for a time of their own, with its end.
CREATE TABLE retentions (
    event   INTEGER PRIMARY KEY,
    project INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
);
CREATE INDEX retentions_by_end ON retentions (project, ends_at, event);
