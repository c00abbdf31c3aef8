-- Tables and columns of a Hook0 server's database that an import reads, with their types.
CREATE SCHEMA event;
CREATE SCHEMA webhook;
CREATE TABLE event.application (application__id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE event.event_type (
    application__id uuid NOT NULL, service__name text NOT NULL, resource_type__name text NOT NULL, verb__name text NOT NULL,
    deactivated_at timestamptz,
    event_type__name text GENERATED ALWAYS AS (service__name || '.' || resource_type__name || '.' || verb__name) STORED
);
CREATE TABLE webhook.subscription (
    subscription__id uuid PRIMARY KEY, application__id uuid NOT NULL, is_enabled boolean NOT NULL DEFAULT true,
    description text, secret uuid NOT NULL, metadata jsonb NOT NULL DEFAULT '{}', labels jsonb NOT NULL,
    target__id uuid NOT NULL, deleted_at timestamptz
);
CREATE TABLE webhook.subscription__event_type (subscription__id uuid NOT NULL, event_type__name text NOT NULL);
CREATE TABLE webhook.target (target__id uuid PRIMARY KEY);
CREATE TABLE webhook.target_http (method text NOT NULL, url text NOT NULL, headers jsonb NOT NULL DEFAULT '{}') INHERITS (webhook.target);
INSERT INTO event.application VALUES ('00000000-0000-0000-0000-00000000000a', 'Shop');
INSERT INTO event.event_type (application__id, service__name, resource_type__name, verb__name, deactivated_at) VALUES
    ('00000000-0000-0000-0000-00000000000a', 'shop', 'order', 'paid', NULL),
    ('00000000-0000-0000-0000-00000000000a', 'shop', 'order', 'old', now());
INSERT INTO webhook.subscription (subscription__id, application__id, is_enabled, description, secret, labels, target__id, deleted_at)
SELECT format('00000000-0000-0000-0000-%s', lpad(n::text, 12, '0'))::uuid, '00000000-0000-0000-0000-00000000000a', n <> 2, 'Orders',
    '6f1ed002-ab59-4f4e-9c2c-000000000001', labels::jsonb, format('00000000-0000-0000-0001-%s', lpad(n::text, 12, '0'))::uuid,
    CASE WHEN n = 5 THEN now() END
FROM (VALUES (1, '{"tenant": "acme"}'), (2, '{"tenant": "beta"}'), (3, '{"region": "eu"}'),
    (4, '{"tenant": "acme", "region": "eu"}'), (5, '{"tenant": "acme"}')) AS given (n, labels);
INSERT INTO webhook.subscription__event_type SELECT subscription__id, 'shop.order.paid' FROM webhook.subscription;
INSERT INTO webhook.target_http (target__id, method, url, headers)
SELECT target__id, 'POST', '{url}/in', '{"x-team": "a"}' FROM webhook.subscription;
