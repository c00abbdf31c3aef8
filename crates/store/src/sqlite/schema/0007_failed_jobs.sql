-- `state` 2: given up. `tries` counts the failures of the piece that is next, `error` says why the last of them failed.
ALTER TABLE jobs ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN error TEXT;
