CREATE TABLE nuncio.outbox_version (version int NOT NULL);
INSERT INTO nuncio.outbox_version VALUES (1);

-- Events that are committed and not yet published. Rows come and go: what is deleted should be cleared up soon.
CREATE TABLE nuncio.outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL,
    tenant text NOT NULL,
    type text NOT NULL,
    data json NOT NULL,
    data_bytes int NOT NULL,
    ordering_key text,
    deliver_at timestamptz,
    created_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE INDEX outbox_unordered ON nuncio.outbox (seq) WHERE ordering_key IS NULL;
CREATE INDEX outbox_ordered ON nuncio.outbox (seq) WHERE ordering_key IS NOT NULL;
CREATE INDEX outbox_key ON nuncio.outbox (tenant, ordering_key, seq) WHERE ordering_key IS NOT NULL;

-- Events that the server refused, with the reason, until somebody retries or drops them.
CREATE TABLE nuncio.outbox_refused (
    seq bigint PRIMARY KEY,
    id text NOT NULL,
    tenant text NOT NULL,
    type text NOT NULL,
    data json NOT NULL,
    data_bytes int NOT NULL,
    ordering_key text,
    deliver_at timestamptz,
    created_at timestamptz NOT NULL,
    refused_at timestamptz NOT NULL,
    status int NOT NULL,
    reason text NOT NULL
);

-- Publishes an event as part of the transaction that calls it; returns the event's id. It runs with the rights of whoever
-- installed it, so that callers need none on the tables.
CREATE FUNCTION nuncio.publish(
    tenant text,
    type text,
    data json,
    id text DEFAULT NULL,
    ordering_key text DEFAULT NULL,
    deliver_at timestamptz DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $publish$
DECLARE
    event_id text := coalesce(publish.id, gen_random_uuid()::text);
    bytes int := octet_length(publish.data::text);
    wrong text;
BEGIN
    wrong := CASE
        WHEN publish.tenant IS NULL THEN 'tenant is NULL'
        WHEN publish.type IS NULL THEN 'type is NULL'
        WHEN publish.data IS NULL THEN 'data is NULL: for the JSON value null, write ''null'''
        WHEN publish.tenant !~ '^[A-Za-z0-9][A-Za-z0-9_.:|@+-]{0,255}$'
            THEN format('tenant %L is not valid: 1 to 256 letters, digits and _ . : - | @ +, the first a letter or digit', left(publish.tenant, 280))
        WHEN publish.type !~ '^[!-)+-~]([ -)+-~]{0,254}[!-)+-~])?$'
            THEN format('type %L is not valid: 1 to 256 printable ASCII characters without *, no space at either end', left(publish.type, 280))
        WHEN event_id !~ '^[A-Za-z0-9_:-]{1,128}$'
            THEN format('id %L is not valid: 1 to 128 letters, digits and _ : -', left(event_id, 280))
        WHEN publish.ordering_key !~ '^[!-~]{1,128}$'
            THEN format('ordering_key %L is not valid: 1 to 128 printable ASCII characters without spaces', left(publish.ordering_key, 280))
        WHEN bytes > 1048576
            THEN format('data has %s bytes: at most 1 MiB (1048576 bytes) are allowed', bytes)
        WHEN publish.deliver_at < '1970-01-01 00:00:00Z' OR publish.deliver_at > '9999-12-31 00:00:00Z'
            THEN format('deliver_at %L is not valid: a time between the years 1970 and 9999', publish.deliver_at)
    END;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'nuncio.publish: %', wrong USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Until this transaction ends nobody else draws a number for the key: so numbers follow the order of commits.
    IF publish.ordering_key IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('nuncio publish ' || publish.tenant || ' ' || publish.ordering_key, 0));
    END IF;
    INSERT INTO nuncio.outbox (id, tenant, type, data, data_bytes, ordering_key, deliver_at, created_at)
    VALUES (event_id, publish.tenant, publish.type, publish.data, bytes, publish.ordering_key, publish.deliver_at, clock_timestamp());
    RETURN event_id;
END
$publish$;

-- The same for data of other types: many drivers send a string as text, and PostgreSQL's own JSON is often jsonb.
CREATE FUNCTION nuncio.publish(
    tenant text,
    type text,
    data jsonb,
    id text DEFAULT NULL,
    ordering_key text DEFAULT NULL,
    deliver_at timestamptz DEFAULT NULL
) RETURNS text
LANGUAGE sql VOLATILE AS $publish$
    SELECT nuncio.publish(tenant, type, data::json, id, ordering_key, deliver_at)
$publish$;

CREATE FUNCTION nuncio.publish(
    tenant text,
    type text,
    data text,
    id text DEFAULT NULL,
    ordering_key text DEFAULT NULL,
    deliver_at timestamptz DEFAULT NULL
) RETURNS text
LANGUAGE sql VOLATILE AS $publish$
    SELECT nuncio.publish(tenant, type, data::json, id, ordering_key, deliver_at)
$publish$;

REVOKE ALL ON FUNCTION nuncio.publish(text, text, json, text, text, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION nuncio.publish(text, text, jsonb, text, text, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION nuncio.publish(text, text, text, text, text, timestamptz) FROM PUBLIC;
