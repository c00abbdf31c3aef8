-- A tenant's keys go with it, however many the project has.
DROP INDEX keys_by_project;
CREATE INDEX keys_by_tenant ON keys (project, tenant);

-- Since when every attempt at an endpoint has failed: beside the endpoint, since it changes with every success after a
-- failure, and the endpoint does not. What has just changed may be written a minute later.
CREATE TABLE failing (
    endpoint INTEGER PRIMARY KEY,
    since    INTEGER NOT NULL
);
INSERT INTO failing (endpoint, since)
    SELECT seq, CAST(round((julianday(json_extract(doc, '$.failing_since')) - 2440587.5) * 86400000) AS INTEGER)
    FROM endpoints WHERE json_extract(doc, '$.failing_since') IS NOT NULL;
UPDATE endpoints SET doc = json_remove(doc, '$.failing_since')
    WHERE json_extract(doc, '$.failing_since') IS NOT NULL;
