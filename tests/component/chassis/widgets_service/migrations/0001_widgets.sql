-- migrate:up
CREATE TABLE widgets (
    district_code text NOT NULL, id uuid NOT NULL, division_code text COLLATE "C" NOT NULL, name text NOT NULL,
    owner uuid, made_on date NOT NULL,
    CONSTRAINT widgets_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT widgets_named_once UNIQUE (district_code, name) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE outbox (
    district_code text NOT NULL, id uuid NOT NULL, subject text NOT NULL, body jsonb NOT NULL, traceparent text,
    recorded_at timestamptz NOT NULL, CONSTRAINT outbox_pkey PRIMARY KEY (district_code, id)
);
CREATE TABLE inbox (
    district_code text NOT NULL, fact_id uuid NOT NULL, received_at timestamptz NOT NULL,
    CONSTRAINT inbox_pkey PRIMARY KEY (district_code, fact_id)
);
CREATE TABLE idempotency_keys (
    district_code text NOT NULL, subject text NOT NULL, operation text NOT NULL, key text NOT NULL,
    fingerprint bytea NOT NULL, answer bytea, status int, recorded_at timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (district_code, subject, operation, key)
);
ALTER TABLE widgets ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_division ON widgets TO widgets_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY by_person ON widgets TO widgets_by_person
    USING (owner = nullif(current_setting('app.person', true), '')::uuid);
CREATE POLICY worker_sees_all ON widgets TO widgets_worker USING (true) WITH CHECK (true);
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_keys ON idempotency_keys TO widgets_serving, widgets_by_division, widgets_by_person
    USING (subject = nullif(current_setting('app.subject', true), ''))
    WITH CHECK (subject = nullif(current_setting('app.subject', true), ''));
GRANT SELECT, INSERT, UPDATE ON widgets TO widgets_serving, widgets_by_division, widgets_by_person;
GRANT INSERT ON outbox TO widgets_serving, widgets_by_division, widgets_by_person;
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO widgets_serving, widgets_by_division, widgets_by_person;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO widgets_worker;
-- migrate:down
DROP TABLE widgets, outbox, inbox, idempotency_keys;
