-- The deliveries of an endpoint whose events have the same ordering key are a queue, in the order of their events.
-- `ordering` is the queue's number while a delivery is in it, that is, until it is final. Only the first of a queue has
-- a `due`; those behind it keep theirs in `scheduled_due`.

ALTER TABLE events ADD COLUMN ordering_key TEXT;
ALTER TABLE deliveries ADD COLUMN ordering INTEGER;
CREATE INDEX deliveries_ordering ON deliveries (endpoint, ordering, event) WHERE state = 0 AND ordering IS NOT NULL;
