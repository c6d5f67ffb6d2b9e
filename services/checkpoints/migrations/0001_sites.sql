-- migrate:up

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE outbox (
    district_code text NOT NULL,
    id uuid NOT NULL,
    subject text NOT NULL,
    body jsonb NOT NULL,
    traceparent text,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (district_code, id)
);
CREATE INDEX outbox_order ON outbox (id);

CREATE TABLE inbox (
    district_code text NOT NULL,
    fact_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT inbox_pkey PRIMARY KEY (district_code, fact_id)
);

CREATE TABLE idempotency_keys (
    district_code text NOT NULL,
    subject text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    status int,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (district_code, subject, operation, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (recorded_at);

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_keys ON idempotency_keys
    TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person
    USING (subject = nullif(current_setting('app.subject', true), ''))
    WITH CHECK (subject = nullif(current_setting('app.subject', true), ''));
CREATE POLICY worker_sees_all ON idempotency_keys TO checkpoints_worker USING (true) WITH CHECK (true);

GRANT INSERT ON outbox
    TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT SELECT, INSERT, UPDATE ON idempotency_keys
    TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;

-- A checkpoint of a village as a whole has the serial 000. Without hours it is open round the clock.
CREATE TABLE checkpoints (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    closed_at timestamptz,
    opens_at time,
    closes_at time,
    minimum_strength int NOT NULL,
    CONSTRAINT checkpoints_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT checkpoints_division CHECK (division_code ~ '^\d{15}$' AND left(division_code, 6) = district_code),
    CONSTRAINT checkpoints_kind CHECK (kind IN ('VILLAGE_ENTRANCE', 'ROAD', 'COMPOUND', 'ENTERPRISE_GATE')),
    CONSTRAINT checkpoints_status CHECK (status IN ('OPEN', 'CLOSED')),
    CONSTRAINT checkpoints_closed CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL)),
    CONSTRAINT checkpoints_hours CHECK ((opens_at IS NULL) = (closes_at IS NULL)),
    CONSTRAINT checkpoints_strength CHECK (minimum_strength BETWEEN 0 AND 100)
);
CREATE INDEX checkpoints_by_division_code ON checkpoints (district_code, division_code, id);

-- A device belongs to one checkpoint at a time; its sequence goes on when it moves.
CREATE TABLE devices (
    district_code text NOT NULL,
    id text NOT NULL,
    checkpoint_id uuid NOT NULL,
    CONSTRAINT devices_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT devices_checkpoint FOREIGN KEY (district_code, checkpoint_id) REFERENCES checkpoints
);
CREATE INDEX devices_of_checkpoint ON devices (district_code, checkpoint_id);

ALTER TABLE checkpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;

-- A grid worker's scope has 15 digits, and the gates of the whole village are the grid's as well:
-- sites (not what passed there) are read from the village level down.
CREATE POLICY sites_of_scopes ON checkpoints FOR SELECT TO checkpoints_by_division USING (
    division_code >= (SELECT min(left(s, 12))
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max(left(s, 12)) || '~'
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= left(s, 12) AND division_code < left(s, 12) || '~'));
CREATE POLICY opened_within_scopes ON checkpoints FOR INSERT TO checkpoints_by_division WITH CHECK (
    EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY changed_within_scopes ON checkpoints FOR UPDATE TO checkpoints_by_division
    USING (EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'))
    WITH CHECK (EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_checkpoints ON checkpoints FOR SELECT TO checkpoints_by_checkpoint USING (
    id = ANY (string_to_array(nullif(current_setting('app.checkpoints', true), ''), ',')::uuid[]));
CREATE POLICY worker_sees_all ON checkpoints TO checkpoints_worker USING (true) WITH CHECK (true);

CREATE POLICY devices_of_new_sites ON devices FOR INSERT TO checkpoints_by_division WITH CHECK (
    EXISTS (SELECT 1 FROM checkpoints c
        WHERE c.district_code = devices.district_code AND c.id = devices.checkpoint_id));
CREATE POLICY worker_sees_all ON devices TO checkpoints_worker USING (true) WITH CHECK (true);

GRANT SELECT ON checkpoints
    TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT INSERT, UPDATE ON checkpoints TO checkpoints_by_division;
GRANT INSERT ON devices TO checkpoints_by_division;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, inbox, idempotency_keys, checkpoints, devices TO checkpoints_worker;

-- migrate:down

DROP TABLE devices;
DROP TABLE checkpoints;
DROP TABLE idempotency_keys;
DROP TABLE inbox;
DROP TABLE outbox;
DROP EXTENSION btree_gist;
