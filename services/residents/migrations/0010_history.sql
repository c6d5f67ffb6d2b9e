-- migrate:up

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
CREATE POLICY worker_sees_all ON history TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON history FOR SELECT TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
CREATE POLICY in_ones_own_name ON history FOR INSERT TO residents_by_division, residents_by_person
    WITH CHECK (subject = nullif(current_setting('app.subject', true), ''));
GRANT SELECT (district_code, id, at, subject, role, kind, record_id, division_code, act, before, after, reason,
    erased_at) ON history TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT ON history TO residents_by_division, residents_by_person;
GRANT SELECT, INSERT ON history TO residents_worker;
REVOKE UPDATE, DELETE ON history FROM residents_worker;

-- The read log gets salted commitments: those of the rows that are there are made here.
ALTER TABLE read_log ALTER COLUMN person_key DROP NOT NULL;
ALTER TABLE read_log ADD COLUMN salt bytea, ADD COLUMN commitment bytea, ADD COLUMN erased_at timestamptz;
UPDATE read_log SET salt = decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
UPDATE read_log SET commitment = sha256(salt || convert_to('[' || concat_ws(',', to_json(id),
    to_json(to_char(read_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00'),
    to_json(subject), to_json(role), to_json(purpose), to_json(what), to_json(person_key)) || ']', 'UTF8'));
ALTER TABLE read_log ALTER COLUMN commitment SET NOT NULL;
ALTER TABLE read_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON read_log TO residents_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON read_log TO residents_worker;
REVOKE UPDATE, DELETE ON read_log FROM residents_worker;

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
GRANT INSERT ON history_to_seal TO residents_by_division, residents_by_person;
GRANT SELECT, INSERT, DELETE ON history_to_seal, read_log_to_seal TO residents_worker;
REVOKE UPDATE ON history_to_seal, read_log_to_seal FROM residents_worker;

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
GRANT SELECT, INSERT ON history_chain, read_log_chain TO residents_worker;
REVOKE UPDATE, DELETE ON history_chain, read_log_chain FROM residents_worker;

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
GRANT EXECUTE ON FUNCTION erase_history, erase_read_log TO residents_worker;

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
CREATE POLICY worker_sees_all ON look_up_alarms TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON look_up_alarms FOR SELECT TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON look_up_alarms TO residents_serving, residents_by_division, residents_by_person;
GRANT SELECT, INSERT, UPDATE, DELETE ON look_up_counts TO residents_worker;
GRANT SELECT, INSERT ON look_up_alarms TO residents_worker;
REVOKE UPDATE, DELETE ON look_up_alarms FROM residents_worker;
-- A person's read log belongs to whom the person is visible.
CREATE POLICY of_visible_people ON read_log FOR SELECT TO residents_by_division USING (EXISTS (
    SELECT 1 FROM residents r WHERE r.district_code = read_log.district_code AND r.person_key = read_log.person_key
));
GRANT SELECT (district_code, id, read_at, subject, role, purpose, what, person_key) ON read_log
    TO residents_serving, residents_by_division, residents_by_person;

-- What was read before is sealed with the rest.
INSERT INTO read_log_to_seal (district_code, entry_id) SELECT district_code, id FROM read_log;

-- migrate:down

DROP TABLE look_up_alarms, look_up_counts, read_log_chain, history_chain, read_log_to_seal, history_to_seal, history;
DROP FUNCTION erase_history, erase_read_log;
DROP POLICY of_visible_people ON read_log;
DROP POLICY worker_sees_all ON read_log;
ALTER TABLE read_log DISABLE ROW LEVEL SECURITY;
REVOKE SELECT (district_code, id, read_at, subject, role, purpose, what, person_key) ON read_log
    FROM residents_serving, residents_by_division, residents_by_person;
ALTER TABLE read_log DROP COLUMN erased_at, DROP COLUMN commitment, DROP COLUMN salt;
DELETE FROM read_log WHERE person_key IS NULL;
ALTER TABLE read_log ALTER COLUMN person_key SET NOT NULL;
