-- Every administrative change, in the commit of the change. `project` is its id, since entries outlive it; `changes` is
-- JSON. Times are in the id and in `at`.
CREATE TABLE audit (
    seq         INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    at          INTEGER NOT NULL,
    action      TEXT NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_key   BLOB,
    actor_name  TEXT,
    via         TEXT NOT NULL,
    project     BLOB,
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
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = new.id OR seq = new.seq)
BEGIN
    SELECT raise(ABORT, 'the audit log is append-only');
END;
-- Only what a year of later entries lies over may go: 365 days of milliseconds.
CREATE TRIGGER audit_is_kept_a_year BEFORE DELETE ON audit
WHEN old.at > (SELECT at FROM audit ORDER BY id DESC LIMIT 1) - 31536000000
BEGIN
    SELECT raise(ABORT, 'the audit log is kept for a year');
END;
