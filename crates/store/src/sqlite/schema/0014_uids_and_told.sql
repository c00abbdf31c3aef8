-- Another name for a tenant, free again once the tenant is deleted. An endpoint's is in its document.
ALTER TABLE tenants ADD COLUMN uid TEXT;
CREATE UNIQUE INDEX tenants_by_uid ON tenants (project, uid) WHERE uid IS NOT NULL;

-- What the operator was told, so that it is told once: that an endpoint fails (`since` is null once somebody has enabled
-- it again), and that a delivery is dead.
ALTER TABLE failing RENAME TO failing_before;
CREATE TABLE failing (
    endpoint INTEGER PRIMARY KEY,
    since    INTEGER,
    told     INTEGER NOT NULL
);
INSERT INTO failing (endpoint, since, told) SELECT endpoint, since, 0 FROM failing_before;
DROP TABLE failing_before;

CREATE TABLE told_dead (
    delivery BLOB PRIMARY KEY
) WITHOUT ROWID;
CREATE TRIGGER told_dead_goes_with_it AFTER DELETE ON deliveries WHEN old.state <> 1
BEGIN
    DELETE FROM told_dead WHERE delivery = old.id;
END;

-- The data of broadcasts that are not through.
CREATE TABLE broadcasts (
    seq  INTEGER PRIMARY KEY,
    job  BLOB NOT NULL UNIQUE,
    data TEXT NOT NULL
);
CREATE INDEX tenants_by_project ON tenants (project) WHERE doc IS NOT NULL;
