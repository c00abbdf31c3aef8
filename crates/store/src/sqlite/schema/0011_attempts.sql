-- Attempts are listed by their own time: of a project, of an endpoint, and those that failed.

ALTER TABLE attempts ADD COLUMN project INTEGER;
ALTER TABLE attempts ADD COLUMN endpoint INTEGER;
UPDATE attempts SET (project, endpoint) =
    (SELECT project, endpoint FROM deliveries WHERE deliveries.seq = attempts.seq >> 16);
CREATE INDEX attempts_by_id ON attempts (project, id);
CREATE INDEX attempts_by_endpoint ON attempts (endpoint, id);
CREATE INDEX attempts_failed ON attempts (project, id) WHERE error IS NOT NULL;
CREATE INDEX attempts_failed_by_endpoint ON attempts (endpoint, id) WHERE error IS NOT NULL;

-- `state` 4: a test that failed, which is dead, but no dead letter.
UPDATE deliveries SET state = 4 WHERE state = 2 AND reason = 'test_failed';
UPDATE deliveries SET state = 4, reason = 'test_failed'
    WHERE state = 2 AND event IN (SELECT seq FROM events WHERE test);
