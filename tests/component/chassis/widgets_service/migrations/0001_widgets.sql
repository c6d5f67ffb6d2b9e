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
-- History and read log: every change and every look at a person, each with a salted commitment. Rows are only
-- ever added; what a row says may be erased, its commitment stays. Sealing links the commitments into chains.

CREATE TABLE history (
    district_code text NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    subject text NOT NULL,
    role text NOT NULL,
    kind text NOT NULL,
    record_id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    act text NOT NULL,
    before json,
    after json,
    reason text,
    salt bytea,
    commitment bytea NOT NULL,
    erased_at timestamptz,
    CONSTRAINT history_pkey PRIMARY KEY (district_code, id)
);
CREATE INDEX history_of_record ON history (district_code, record_id, id);
ALTER TABLE history ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON history TO widgets_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON history FOR SELECT TO widgets_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
CREATE POLICY in_ones_own_name ON history FOR INSERT TO widgets_by_division, widgets_by_person
    WITH CHECK (subject = nullif(current_setting('app.subject', true), ''));
GRANT SELECT (district_code, id, at, subject, role, kind, record_id, division_code, act, before, after, reason,
    erased_at) ON history TO widgets_serving, widgets_by_division, widgets_by_person;
GRANT INSERT ON history TO widgets_by_division, widgets_by_person;
GRANT SELECT, INSERT ON history TO widgets_worker;
REVOKE UPDATE, DELETE ON history FROM widgets_worker;

-- Every look at what is sensitive of a person; rows are only ever added. Nobody found: no person key.
CREATE TABLE read_log (
    district_code text NOT NULL,
    id uuid NOT NULL,
    read_at timestamptz NOT NULL,
    subject text NOT NULL,
    role text NOT NULL,
    purpose text NOT NULL,
    what text NOT NULL,
    person_key text COLLATE "C",
    salt bytea,
    commitment bytea NOT NULL,
    erased_at timestamptz,
    CONSTRAINT read_log_pkey PRIMARY KEY (district_code, id)
);
CREATE INDEX read_log_of_person ON read_log (district_code, person_key, read_at);
ALTER TABLE read_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON read_log TO widgets_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON read_log TO widgets_worker;
REVOKE UPDATE, DELETE ON read_log FROM widgets_worker;

-- What waits to be sealed.
CREATE TABLE history_to_seal (
    district_code text NOT NULL,
    entry_id uuid NOT NULL,
    CONSTRAINT history_to_seal_pkey PRIMARY KEY (district_code, entry_id)
);
CREATE TABLE read_log_to_seal (
    district_code text NOT NULL,
    entry_id uuid NOT NULL,
    CONSTRAINT read_log_to_seal_pkey PRIMARY KEY (district_code, entry_id)
);
GRANT INSERT ON history_to_seal TO widgets_by_division, widgets_by_person;
GRANT SELECT, INSERT, DELETE ON history_to_seal, read_log_to_seal TO widgets_worker;
REVOKE UPDATE ON history_to_seal, read_log_to_seal FROM widgets_worker;

-- The chains: link = SHA-256(previous, position, entry, commitment), in the order of sealing.
CREATE TABLE history_chain (
    district_code text NOT NULL,
    position bigint NOT NULL,
    entry_id uuid NOT NULL,
    commitment bytea NOT NULL,
    previous bytea NOT NULL,
    link bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    CONSTRAINT history_chain_pkey PRIMARY KEY (district_code, position),
    CONSTRAINT history_chain_once UNIQUE (district_code, entry_id)
);
CREATE TABLE read_log_chain (
    district_code text NOT NULL,
    position bigint NOT NULL,
    entry_id uuid NOT NULL,
    commitment bytea NOT NULL,
    previous bytea NOT NULL,
    link bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    CONSTRAINT read_log_chain_pkey PRIMARY KEY (district_code, position),
    CONSTRAINT read_log_chain_once UNIQUE (district_code, entry_id)
);
GRANT SELECT, INSERT ON history_chain, read_log_chain TO widgets_worker;
REVOKE UPDATE, DELETE ON history_chain, read_log_chain FROM widgets_worker;

-- Erasing takes what an entry says and its salt, and nothing else: the worker may not change an entry otherwise.
CREATE FUNCTION erase_history(district text, ids uuid[], instant timestamptz) RETURNS SETOF uuid
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    UPDATE history SET before = NULL, after = NULL, reason = NULL, salt = NULL, erased_at = instant
    WHERE district_code = district AND id = ANY (ids) AND erased_at IS NULL AND act <> 'ERASED'
    RETURNING id
$$;
CREATE FUNCTION erase_read_log(district text, ids uuid[], instant timestamptz) RETURNS SETOF uuid
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    UPDATE read_log SET person_key = NULL, salt = NULL, erased_at = instant
    WHERE district_code = district AND id = ANY (ids) AND erased_at IS NULL
    RETURNING id
$$;
REVOKE EXECUTE ON FUNCTION erase_history, erase_read_log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_history, erase_read_log TO widgets_worker;

-- Look-ups by one person: counted by hour and day, an alarm once a window.
CREATE TABLE look_up_counts (
    district_code text NOT NULL,
    subject text NOT NULL,
    period text NOT NULL,
    starts_at timestamptz NOT NULL,
    look_ups bigint NOT NULL,
    CONSTRAINT look_up_counts_pkey PRIMARY KEY (district_code, subject, period, starts_at),
    CONSTRAINT look_up_counts_period_known CHECK (period IN ('HOUR', 'DAY'))
);
CREATE INDEX look_up_counts_age ON look_up_counts (starts_at);
CREATE TABLE look_up_alarms (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    subject text NOT NULL,
    role text NOT NULL,
    period text NOT NULL,
    starts_at timestamptz NOT NULL,
    look_ups bigint NOT NULL,
    look_ups_max bigint NOT NULL,
    is_refused boolean NOT NULL,
    raised_at timestamptz NOT NULL,
    CONSTRAINT look_up_alarms_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT look_up_alarms_once_per_window UNIQUE (district_code, subject, period, starts_at, is_refused)
);
CREATE INDEX look_up_alarms_by_division ON look_up_alarms (district_code, division_code, raised_at, id);
ALTER TABLE look_up_alarms ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON look_up_alarms TO widgets_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON look_up_alarms FOR SELECT TO widgets_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON look_up_alarms TO widgets_serving, widgets_by_division, widgets_by_person;
GRANT SELECT, INSERT, UPDATE, DELETE ON look_up_counts TO widgets_worker;
GRANT SELECT, INSERT ON look_up_alarms TO widgets_worker;
REVOKE UPDATE, DELETE ON look_up_alarms FROM widgets_worker;
-- migrate:down
DROP TABLE look_up_alarms, look_up_counts, read_log_chain, history_chain, read_log_to_seal, history_to_seal, history, read_log;
DROP FUNCTION erase_history, erase_read_log;
DROP TABLE widgets, outbox, inbox, idempotency_keys;
