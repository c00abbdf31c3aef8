-- A sign-in: `sha256` is of what the browser shows, `key_sha256` of the key that signed in.
CREATE TABLE sessions (
    sha256     BLOB PRIMARY KEY,
    key_sha256 BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Only of a portal's token, which is deleted once it has ended.
ALTER TABLE keys ADD COLUMN portal_ends_at INTEGER;
CREATE INDEX keys_portal_ends_at ON keys (portal_ends_at) WHERE portal_ends_at IS NOT NULL;
