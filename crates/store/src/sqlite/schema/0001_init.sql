-- Ids are 16 bytes, big-endian, so that they sort by time. Times are Unix milliseconds. `seq` is the store's own
-- number. A deleted project, tenant or endpoint keeps a row without `doc`, for the deliveries that name it.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value NOT NULL
) WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('watermark', 0), ('listed', 0);

CREATE TABLE projects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id  BLOB NOT NULL UNIQUE,
    doc TEXT
);

CREATE TABLE tenants (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    project INTEGER NOT NULL,
    id      TEXT NOT NULL,
    doc     TEXT
);
CREATE UNIQUE INDEX tenants_by_id ON tenants (project, id) WHERE doc IS NOT NULL;

CREATE TABLE keys (
    id           BLOB PRIMARY KEY,
    project      INTEGER,
    tenant       TEXT,
    sha256       BLOB NOT NULL UNIQUE,
    doc          TEXT NOT NULL,
    last_used_at INTEGER
) WITHOUT ROWID;
CREATE INDEX keys_by_project ON keys (project);

CREATE TABLE event_types (
    project INTEGER NOT NULL,
    name    TEXT NOT NULL,
    doc     TEXT NOT NULL,
    PRIMARY KEY (project, name)
) WITHOUT ROWID;

CREATE TABLE endpoints (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    id      BLOB NOT NULL UNIQUE,
    project INTEGER NOT NULL,
    tenant  INTEGER NOT NULL,
    doc     TEXT,
    sealed  BLOB
);
CREATE INDEX endpoints_by_tenant ON endpoints (tenant);
CREATE INDEX endpoints_by_project ON endpoints (project);

-- Project 0 is the program itself.
CREATE TABLE dialects (
    version    INTEGER PRIMARY KEY AUTOINCREMENT,
    project    INTEGER NOT NULL,
    name       TEXT NOT NULL,
    sha256     BLOB NOT NULL,
    source     TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX dialects_by_name ON dialects (project, name);

-- `targets` are the endpoints that it matched, 8 bytes each; `replayed` are deliveries that came later, 12 bytes
-- each: endpoint and generation.
CREATE TABLE events (
    seq            INTEGER PRIMARY KEY,
    id             BLOB NOT NULL,
    project        INTEGER NOT NULL,
    tenant         INTEGER NOT NULL,
    type           TEXT NOT NULL,
    source_id      TEXT,
    fingerprint    BLOB NOT NULL,
    occurred_at    INTEGER,
    created_at     INTEGER NOT NULL,
    deliver_at     INTEGER,
    test           INTEGER NOT NULL,
    targets        BLOB NOT NULL,
    replayed       BLOB,
    payload_sha256 BLOB NOT NULL,
    payload        TEXT
);
CREATE UNIQUE INDEX events_by_id ON events (project, id);
CREATE UNIQUE INDEX events_by_source_id ON events (source_id, tenant) WHERE source_id IS NOT NULL;

-- The events of each tenant. Not an index of `events`, since it is written later: many events in one go.
CREATE TABLE tenant_events (
    tenant INTEGER NOT NULL,
    id     BLOB NOT NULL,
    event  INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

-- `state`: 0 pending, 1 succeeded, 2 dead, 3 cancelled. `due` is the earlier of `scheduled_due` and `extra`.
CREATE TABLE deliveries (
    seq           INTEGER PRIMARY KEY,
    id            BLOB NOT NULL,
    event         INTEGER NOT NULL,
    endpoint      INTEGER NOT NULL,
    project       INTEGER NOT NULL,
    generation    INTEGER NOT NULL,
    state         INTEGER NOT NULL,
    reason        TEXT,
    due           INTEGER,
    scheduled_due INTEGER,
    extra         INTEGER,
    attempts      INTEGER NOT NULL,
    scheduled     INTEGER NOT NULL,
    first_began   INTEGER,
    trigger       TEXT NOT NULL,
    last_status   INTEGER,
    last_error    TEXT,
    created_at    INTEGER NOT NULL,
    finished_at   INTEGER
);
CREATE UNIQUE INDEX deliveries_by_id ON deliveries (project, id);
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint, id);
CREATE INDEX deliveries_tests ON deliveries (endpoint, due) WHERE state = 0 AND trigger = 'test';
CREATE INDEX deliveries_due ON deliveries (endpoint, due) WHERE state = 0;
CREATE INDEX deliveries_by_state ON deliveries (project, state, id) WHERE state <> 1;
CREATE INDEX deliveries_by_endpoint_state ON deliveries (endpoint, state, id) WHERE state <> 1;

-- `seq` is the delivery's, times 65536, plus the attempt's number.
CREATE TABLE attempts (
    seq              INTEGER PRIMARY KEY,
    id               BLOB NOT NULL,
    trigger          TEXT NOT NULL,
    started_at       INTEGER NOT NULL,
    url              TEXT NOT NULL,
    dialect          INTEGER NOT NULL,
    request_headers  TEXT NOT NULL,
    status           INTEGER,
    response_headers TEXT NOT NULL,
    truncated        INTEGER NOT NULL,
    error            TEXT,
    error_detail     TEXT,
    dns_us           INTEGER,
    connect_us       INTEGER,
    tls_us           INTEGER,
    first_byte_us    INTEGER,
    total_us         INTEGER NOT NULL,
    response_body    BLOB NOT NULL
);

-- `body` is sealed: an answer may hold a secret.
CREATE TABLE once (
    seq         INTEGER PRIMARY KEY,
    scope       BLOB NOT NULL UNIQUE,
    fingerprint BLOB NOT NULL,
    status      INTEGER NOT NULL,
    body        BLOB NOT NULL,
    created_at  INTEGER NOT NULL
);

-- `tenant` is the one that may see the job besides its project. `cursor` is the delivery where it stands.
CREATE TABLE jobs (
    id          BLOB PRIMARY KEY,
    project     INTEGER NOT NULL,
    tenant      TEXT,
    kind        TEXT NOT NULL,
    state       INTEGER NOT NULL,
    cursor      BLOB,
    done        INTEGER NOT NULL,
    total       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    finished_at INTEGER
) WITHOUT ROWID;
CREATE INDEX jobs_running ON jobs (state) WHERE state = 0;
