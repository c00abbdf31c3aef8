-- Ids are 16 bytes, big-endian, so that they sort by time. Times are Unix milliseconds. `seq` is the store's own number.
-- A deleted project, tenant or endpoint keeps a row without `doc`, for the deliveries that name it. Texts that lists are
-- sorted by compare byte by byte, whatever the database's language is.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- How often the catalog was changed. Whoever routes events holds what it knows against this.
CREATE TABLE catalog (
    version BIGINT NOT NULL
);
INSERT INTO catalog (version) VALUES (0);

CREATE TABLE projects (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id  BYTEA NOT NULL UNIQUE,
    doc TEXT
);

CREATE TABLE tenants (
    seq     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project BIGINT NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    doc     TEXT,
    uid     TEXT
);
CREATE UNIQUE INDEX tenants_by_id ON tenants (project, id) WHERE doc IS NOT NULL;
CREATE UNIQUE INDEX tenants_by_uid ON tenants (project, uid) WHERE uid IS NOT NULL;
CREATE INDEX tenants_by_project ON tenants (project, seq) WHERE doc IS NOT NULL;

CREATE TABLE keys (
    id             BYTEA PRIMARY KEY,
    project        BIGINT,
    tenant         TEXT,
    sha256         BYTEA NOT NULL UNIQUE,
    doc            TEXT NOT NULL,
    last_used_at   BIGINT,
    portal_ends_at BIGINT
);
CREATE INDEX keys_by_tenant ON keys (project, tenant);
CREATE INDEX keys_portal_ends_at ON keys (portal_ends_at) WHERE portal_ends_at IS NOT NULL;

CREATE TABLE sessions (
    sha256     BYTEA PRIMARY KEY,
    key_sha256 BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE event_types (
    project BIGINT NOT NULL,
    name    TEXT COLLATE "C" NOT NULL,
    doc     TEXT NOT NULL,
    PRIMARY KEY (project, name)
);

CREATE TABLE endpoints (
    seq     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id      BYTEA NOT NULL UNIQUE,
    project BIGINT NOT NULL,
    tenant  BIGINT NOT NULL,
    doc     TEXT,
    sealed  BYTEA
);
CREATE INDEX endpoints_by_tenant ON endpoints (tenant);
CREATE INDEX endpoints_by_project ON endpoints (project);

-- Since when every attempt at an endpoint has failed, and what its operator was told.
CREATE TABLE failing (
    endpoint BIGINT PRIMARY KEY,
    since    BIGINT,
    told     BIGINT NOT NULL
);

-- Endpoints whose receivers have asked for a pause: until when, on the steady clock.
CREATE TABLE pauses (
    endpoint BIGINT PRIMARY KEY,
    until    BIGINT NOT NULL
);

-- Project 0 is the program itself.
CREATE TABLE dialects (
    version    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project    BIGINT NOT NULL,
    name       TEXT NOT NULL,
    sha256     BYTEA NOT NULL,
    source     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX dialects_by_name ON dialects (project, name);

CREATE TABLE transforms (
    version    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project    BIGINT NOT NULL,
    endpoint   BYTEA NOT NULL,
    code       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX transforms_by_endpoint ON transforms (endpoint, version);
CREATE INDEX transforms_by_project ON transforms (project);

-- `targets` are the endpoints that it matched, 8 bytes each; `replayed` are deliveries that came later, 12 bytes each:
-- endpoint and generation. Numbers come from a sequence that is drawn from before the row is written, so their order is
-- that of no commits.
CREATE SEQUENCE events_seq;
CREATE TABLE events (
    seq            BIGINT PRIMARY KEY,
    id             BYTEA NOT NULL,
    project        BIGINT NOT NULL,
    tenant         BIGINT NOT NULL,
    type           TEXT NOT NULL,
    source_id      TEXT,
    fingerprint    BYTEA NOT NULL,
    occurred_at    BIGINT,
    created_at     BIGINT NOT NULL,
    deliver_at     BIGINT,
    test           SMALLINT NOT NULL,
    targets        BYTEA NOT NULL,
    replayed       BYTEA,
    payload_sha256 BYTEA NOT NULL,
    payload        TEXT,
    ordering_key   TEXT,
    extras         TEXT,
    schema_version BIGINT
);
CREATE UNIQUE INDEX events_by_id ON events (project, id);
CREATE UNIQUE INDEX events_by_source_id ON events (source_id, tenant) WHERE source_id IS NOT NULL;
CREATE INDEX events_by_tenant ON events (tenant, id);

-- The events of each tenant: a table of its own in SQLite, an index here.
CREATE VIEW tenant_events AS SELECT tenant, id, seq AS event FROM events;
CREATE RULE tenant_events_go_with_their_event AS ON DELETE TO tenant_events DO INSTEAD NOTHING;

-- The events that are kept for a time of their own, with its end.
CREATE TABLE retentions (
    event   BIGINT PRIMARY KEY,
    project BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX retentions_by_end ON retentions (project, ends_at, event);

-- `state`: 0 pending, 1 succeeded, 2 dead, 3 cancelled, 4 a test that failed. `due` is the earlier of `scheduled_due`
-- and `extra`, and null while another of the same `ordering` is before it.
CREATE TABLE deliveries (
    seq           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id            BYTEA NOT NULL,
    event         BIGINT NOT NULL,
    endpoint      BIGINT NOT NULL,
    project       BIGINT NOT NULL,
    generation    INTEGER NOT NULL,
    state         SMALLINT NOT NULL,
    reason        TEXT,
    due           BIGINT,
    scheduled_due BIGINT,
    extra         BIGINT,
    attempts      INTEGER NOT NULL,
    scheduled     INTEGER NOT NULL,
    first_began   BIGINT,
    trigger       TEXT NOT NULL,
    last_status   INTEGER,
    last_error    TEXT,
    created_at    BIGINT NOT NULL,
    finished_at   BIGINT,
    ordering      BIGINT
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX deliveries_by_id ON deliveries (project, id);
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint, id);
CREATE INDEX deliveries_tests ON deliveries (endpoint, due) WHERE state = 0 AND trigger = 'test';
CREATE INDEX deliveries_due ON deliveries (endpoint, due) WHERE state = 0;
CREATE INDEX deliveries_by_state ON deliveries (project, state, id) WHERE state <> 1;
CREATE INDEX deliveries_by_endpoint_state ON deliveries (endpoint, state, id) WHERE state <> 1;
CREATE INDEX deliveries_ordering ON deliveries (endpoint, ordering, event) WHERE state = 0 AND ordering IS NOT NULL;

-- `seq` is the delivery's, times 65536, plus the attempt's number.
CREATE TABLE attempts (
    seq              BIGINT PRIMARY KEY,
    id               BYTEA NOT NULL,
    trigger          TEXT NOT NULL,
    started_at       BIGINT NOT NULL,
    url              TEXT NOT NULL,
    dialect          BIGINT NOT NULL,
    request_headers  TEXT NOT NULL,
    status           INTEGER,
    response_headers TEXT NOT NULL,
    truncated        SMALLINT NOT NULL,
    error            TEXT,
    error_detail     TEXT,
    dns_us           BIGINT,
    connect_us       BIGINT,
    tls_us           BIGINT,
    first_byte_us    BIGINT,
    total_us         BIGINT NOT NULL,
    response_body    BYTEA NOT NULL,
    metadata         TEXT,
    project          BIGINT,
    endpoint         BIGINT,
    transform        BIGINT
);
CREATE INDEX attempts_by_id ON attempts (project, id);
CREATE INDEX attempts_by_endpoint ON attempts (endpoint, id);
CREATE INDEX attempts_failed ON attempts (project, id) WHERE error IS NOT NULL;
CREATE INDEX attempts_failed_by_endpoint ON attempts (endpoint, id) WHERE error IS NOT NULL;

-- The dead letters that the operator was told of.
CREATE TABLE told_dead (
    delivery BYTEA PRIMARY KEY
);
CREATE FUNCTION told_dead_goes_with_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM told_dead WHERE delivery = old.id;
    RETURN NULL;
END $$;
CREATE TRIGGER told_dead_goes_with_it AFTER DELETE ON deliveries
    FOR EACH ROW WHEN (old.state <> 1) EXECUTE FUNCTION told_dead_goes_with_it();

-- `body` is sealed: an answer may hold a secret.
CREATE TABLE once (
    seq         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope       BYTEA NOT NULL UNIQUE,
    fingerprint BYTEA NOT NULL,
    status      INTEGER NOT NULL,
    body        BYTEA NOT NULL,
    created_at  BIGINT NOT NULL
);

-- `tenant` is the one that may see the job besides its project. `cursor` is the delivery where it stands. `state` 2: given
-- up. `tries` counts the failures of the piece that is next, `error` says why the last of them failed.
CREATE TABLE jobs (
    id          BYTEA PRIMARY KEY,
    project     BIGINT NOT NULL,
    tenant      TEXT,
    kind        TEXT NOT NULL,
    state       SMALLINT NOT NULL,
    cursor      BYTEA,
    done        BIGINT NOT NULL,
    total       BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    finished_at BIGINT,
    tries       INTEGER NOT NULL DEFAULT 0,
    error       TEXT
);
CREATE INDEX jobs_running ON jobs (state) WHERE state = 0;
CREATE INDEX jobs_by_project ON jobs (project);

-- The data of broadcasts that are not through.
CREATE TABLE broadcasts (
    seq  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job  BYTEA NOT NULL UNIQUE,
    data TEXT NOT NULL
);

-- What happened in a minute (`unit` 0) or an hour (1) that begins at `at`. `scope`: 0 a project, 1 a tenant, 2 an
-- endpoint; `owner` is its number. Every connection that counts has rows of its own, by `writer`, so that nobody waits
-- for another; reading adds them up.
CREATE TABLE rollups (
    unit            SMALLINT NOT NULL,
    at              BIGINT NOT NULL,
    project         BIGINT NOT NULL,
    scope           SMALLINT NOT NULL,
    owner           BIGINT NOT NULL,
    writer          INTEGER NOT NULL,
    events          BIGINT NOT NULL,
    attempts        BIGINT NOT NULL,
    attempts_failed BIGINT NOT NULL,
    succeeded       BIGINT NOT NULL,
    dead            BIGINT NOT NULL,
    cancelled       BIGINT NOT NULL,
    last_success    BIGINT,
    last_failure    BIGINT,
    attempt_times   BYTEA NOT NULL,
    delivery_times  BYTEA NOT NULL,
    PRIMARY KEY (unit, at, project, scope, owner, writer)
);

-- Every administrative change, in the commit of the change. `project` is its id, since entries outlive it; `changes` is
-- JSON. Times are in the id and in `at`.
CREATE TABLE audit (
    seq         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          BYTEA NOT NULL UNIQUE,
    at          BIGINT NOT NULL,
    action      TEXT NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_key   BYTEA,
    actor_name  TEXT,
    via         TEXT NOT NULL,
    project     BYTEA,
    tenant      TEXT,
    target_kind TEXT NOT NULL,
    target      TEXT,
    changes     TEXT,
    ip          TEXT,
    user_agent  TEXT,
    request_id  TEXT NOT NULL
);
CREATE INDEX audit_by_project ON audit (project, id);
CREATE INDEX audit_by_target ON audit (target, id);
CREATE INDEX audit_by_tenant ON audit (tenant, id);
CREATE INDEX audit_by_key ON audit (actor_key, id);
CREATE INDEX audit_by_action ON audit (action, id);

-- Nobody changes what is written, the program included: a fault in it must not be able to hide what was done.
CREATE FUNCTION audit_is_not_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_not_changed();
-- Only what a year of later entries lies over may go: 365 days of milliseconds.
CREATE FUNCTION audit_is_kept_a_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF old.at > (SELECT at FROM audit ORDER BY id DESC LIMIT 1) - 31536000000 THEN
        RAISE EXCEPTION 'the audit log is kept for a year';
    END IF;
    RETURN old;
END $$;
CREATE TRIGGER audit_is_kept_a_year BEFORE DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept_a_year();

-- What tells whether the master key is the one that sealed the secrets in here.
CREATE TABLE key_checks (
    name   TEXT PRIMARY KEY,
    sealed BYTEA NOT NULL
);
CREATE SEQUENCE writers_seq MAXVALUE 2147483647;
