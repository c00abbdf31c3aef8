-- Erasures whose text may still be in the write-ahead log: a row goes once the log has been found empty.
CREATE TABLE erasures (
    seq INTEGER PRIMARY KEY,
    at  INTEGER NOT NULL
);
