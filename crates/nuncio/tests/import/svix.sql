-- Tables and columns of a Svix server's database that an import reads, with their types.
CREATE TABLE application (
    id varchar PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
    org_id varchar NOT NULL, uid varchar, name varchar NOT NULL, rate_limit int, deleted boolean NOT NULL DEFAULT false
);
CREATE TABLE applicationmetadata (id varchar PRIMARY KEY, data jsonb NOT NULL);
CREATE TABLE eventtype (
    id varchar PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
    org_id varchar NOT NULL, name varchar NOT NULL, description varchar NOT NULL, deleted boolean NOT NULL DEFAULT false,
    deprecated boolean NOT NULL DEFAULT false, schemas json, feature_flag text
);
CREATE TABLE endpoint (
    id varchar PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
    app_id varchar NOT NULL, key bytea NOT NULL, url varchar NOT NULL, description varchar NOT NULL DEFAULT '',
    event_types_ids jsonb, version int NOT NULL DEFAULT 1, rate_limit int, deleted boolean NOT NULL DEFAULT false,
    disabled boolean NOT NULL DEFAULT false, first_failure_at timestamptz, uid varchar, old_keys jsonb, channels jsonb,
    headers jsonb
);
CREATE TABLE endpointmetadata (id varchar PRIMARY KEY, data jsonb NOT NULL);

INSERT INTO application (id, org_id, uid, name, deleted) VALUES
    ('app_one', 'org_a', 'acme', 'Acme', false),
    ('app_two', 'org_a', NULL, 'Beta', false),
    ('app_gone', 'org_a', 'gone', 'Gone', true),
    ('app_other', 'org_b', 'other', 'Other', false);
INSERT INTO applicationmetadata VALUES ('app_one', '{"tier": "gold"}');
INSERT INTO eventtype (id, org_id, name, description, deleted, deprecated, schemas) VALUES
    ('evtype_1', 'org_a', 'order.paid', 'An order was paid.', false, false,
     '{"1": {"type": "object"}, "2": {"type": "object", "required": ["id"]}}'),
    ('evtype_2', 'org_a', 'order.old', 'Before.', false, true, NULL),
    ('evtype_3', 'org_a', 'order.gone', 'Archived.', true, false, NULL),
    ('evtype_4', 'org_b', 'other.paid', 'Of others.', false, false, NULL);
-- One endpoint of each kind of key: plain as old servers kept it, plain, encrypted, a key pair, one from another server.
INSERT INTO endpoint (id, app_id, uid, url, key, event_types_ids, channels, headers, rate_limit, disabled, deleted, old_keys) VALUES
    ('ep_1legacy', 'app_one', NULL, '{url}/legacy', decode(repeat('2a', 24), 'hex'), NULL, NULL, NULL, NULL, false, false, NULL),
    ('ep_2plain', 'app_one', 'orders', '{url}/plain', decode('01' || repeat('2a', 24), 'hex'), '["order.paid"]', '["eu"]',
     '{"x-team": "a"}', 7, true, false, NULL),
    ('ep_3sealed', 'app_one', NULL, '{url}/sealed', decode('81000102030405060708090a0b0c0d0e0f1011121314151617ab79c96cd35603cb105c5efb3730d296d13812b89cad82d84bea0bcd671c1fbf9e9053f842dfd351', 'hex'),
     NULL, NULL, NULL, NULL, false, false, jsonb_build_array(
        jsonb_build_object('signingKey', 'gQABAgMEBQYHCAkKCwwNDg8QERITFBUWF6p4yG3SVwLKEV1f+jYx05fQORO5nayD2bZFpAD5L6XqWGRAtCOLAHY=', 'expiration', now() + interval '1 hour'),
        jsonb_build_object('signingKey', 'whsec_LCwsLCwsLCwsLCwsLCwsLCwsLCwsLCws', 'expiration', now() - interval '1 hour'))),
    ('ep_4pair', 'app_two', NULL, '{url}/pair', decode('82000102030405060708090a0b0c0d0e0f10111213141516178654e441fe7b2ee63d7173d61a1dffbbfc153f95b180aff5ec7d26380020c131618fd0c8c12bec42fa50ae47e8c624d699d83dac4d7144db98ec0c4cb6c3b48d58b7d7c3a7f77ef70bc2046ba1de9a81', 'hex'),
     NULL, NULL, NULL, NULL, false, false, NULL),
    ('ep_5foreign', 'app_two', NULL, '{url}/foreign', decode('81' || repeat('00', 64), 'hex'), NULL, NULL, NULL, NULL, false, false, NULL),
    ('ep_6gone', 'app_two', NULL, '{url}/gone', decode(repeat('2a', 24), 'hex'), NULL, NULL, NULL, NULL, false, true, NULL),
    ('ep_7gone', 'app_gone', NULL, '{url}/gone', decode(repeat('2a', 24), 'hex'), NULL, NULL, NULL, NULL, false, false, NULL),
    ('ep_8other', 'app_other', NULL, '{url}/other', decode(repeat('2a', 24), 'hex'), NULL, NULL, NULL, NULL, false, false, NULL);
