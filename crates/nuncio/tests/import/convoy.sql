-- Tables and columns of a Convoy server's database that an import reads, with their types.
CREATE EXTENSION pgcrypto;
CREATE SCHEMA convoy;
CREATE TABLE convoy.endpoints (
    id varchar(26) PRIMARY KEY, name text NOT NULL, status text NOT NULL, owner_id text, url text NOT NULL, description text,
    http_timeout int NOT NULL DEFAULT 30, rate_limit int NOT NULL DEFAULT 0, rate_limit_duration int NOT NULL DEFAULT 0,
    advanced_signatures boolean NOT NULL DEFAULT false, project_id varchar(26) NOT NULL, authentication_type text,
    secrets jsonb, is_encrypted boolean DEFAULT false, secrets_cipher bytea, created_at timestamptz DEFAULT now(),
    deleted_at timestamptz
);
CREATE TABLE convoy.subscriptions (
    id varchar(26) PRIMARY KEY, name text NOT NULL, type text NOT NULL DEFAULT 'api', project_id varchar(26) NOT NULL,
    endpoint_id varchar(26), filter_config_event_types text[] NOT NULL, filter_config_filter_headers jsonb NOT NULL DEFAULT '{}',
    filter_config_filter_body jsonb NOT NULL DEFAULT '{}', deleted_at timestamptz
);
CREATE TABLE convoy.event_types (
    id varchar(26) PRIMARY KEY, name text NOT NULL, description text, project_id varchar(26) NOT NULL, category text,
    deprecated_at timestamptz
);
INSERT INTO convoy.endpoints (id, name, status, owner_id, url, project_id, secrets, is_encrypted, secrets_cipher, authentication_type, deleted_at) VALUES
    ('01PLAIN', 'Plain', 'active', 'acme', '{url}/plain', 'p1',
     '[{"uid": "1", "value": "former-secret"}, {"uid": "2", "value": "present-secret"}]', false, NULL, NULL, NULL),
    ('02SEALED', 'Sealed', 'paused', '', '{url}/sealed', 'p1', NULL, true,
     pgp_sym_encrypt('[{"uid": "1", "value": "sealed-secret"}]', 'key-of-convoy'), '', NULL),
    ('03FILTER', 'Filter', 'active', 'acme', '{url}/filter', 'p1', '[]', false, NULL, NULL, NULL),
    ('04LONELY', 'Lonely', 'active', 'acme', '{url}/lonely', 'p1', '[]', false, NULL, NULL, NULL),
    ('05AUTH', 'Auth', 'active', 'acme', '{url}/auth', 'p1', '[]', false, NULL, 'api_key', NULL),
    ('06GONE', 'Gone', 'active', 'acme', '{url}/gone', 'p1', '[]', false, NULL, NULL, now());
INSERT INTO convoy.subscriptions (id, name, project_id, endpoint_id, filter_config_event_types, filter_config_filter_body) VALUES
    ('s1', 's', 'p1', '01PLAIN', '{order.paid}', '{}'), ('s2', 's', 'p1', '01PLAIN', '{order.paid,order.new}', '{}'),
    ('s3', 's', 'p1', '02SEALED', '{*}', '{}'), ('s4', 's', 'p1', '03FILTER', '{*}', '{"amount": {"$gt": 1}}'),
    ('s5', 's', 'p1', '05AUTH', '{*}', '{}');
INSERT INTO convoy.event_types VALUES ('e1', 'order.paid', 'An order was paid.', 'p1', '', NULL), ('e2', '*', '', 'p1', '', NULL),
    ('e3', 'order.old', '', 'p1', '', now());
