-- The database of checkpoints as it is now. How it got there: migrations/.


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


-- What a gate must know of a person: a keyed hash, a color, an order. No name, no number.
CREATE TABLE watchlist (
    district_code text NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    color text,
    home_division_code text,
    expected_arrival_on date,
    expected_origin_code text,
    order_id uuid,
    order_status text,
    order_setting text,
    order_ends_on date,
    taken_in_at timestamptz NOT NULL,
    CONSTRAINT watchlist_pkey PRIMARY KEY (district_code, person_key)
);

-- Where a rebuild gathers its rows before they replace the watchlist at once. Only the worker is granted it;
-- COPY does not work under row level security.
CREATE UNLOGGED TABLE watchlist_incoming (
    district_code text NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    color text,
    home_division_code text,
    expected_arrival_on date,
    expected_origin_code text,
    order_id uuid,
    order_status text,
    order_setting text,
    order_ends_on date
);

-- When the last fact was taken in: how far a gate's knowledge may lag behind. The machine's time.
CREATE TABLE watchlist_state (
    district_code text NOT NULL,
    taken_in_at timestamptz NOT NULL,
    CONSTRAINT watchlist_state_pkey PRIMARY KEY (district_code)
);

CREATE TABLE risk_regions (
    district_code text NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    code text NOT NULL,
    level text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT risk_regions_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT risk_regions_level CHECK (level IN ('LOW', 'MEDIUM', 'HIGH'))
);

ALTER TABLE watchlist ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON watchlist TO checkpoints_worker USING (true) WITH CHECK (true);

GRANT SELECT ON watchlist_state
    TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT SELECT, INSERT, UPDATE, DELETE ON watchlist, watchlist_state, risk_regions TO checkpoints_worker;
GRANT SELECT, INSERT, TRUNCATE ON watchlist_incoming TO checkpoints_worker;


-- Append-only. The day is the district's day of the passage, by which the table will be partitioned.
CREATE TABLE passages (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    checkpoint_id uuid NOT NULL,
    day date NOT NULL,
    direction text NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    device_id text NOT NULL,
    device_sequence bigint NOT NULL,
    person_key text COLLATE "C",
    person_name text,
    document_kind text,
    document_number_sealed bytea,
    document_number_masked text,
    pass_token_index bytea,
    temperature_c numeric(3, 1) NOT NULL,
    recheck_temperature_c numeric(3, 1),
    emergency boolean NOT NULL,
    origin_code text,
    destination_division_code text,
    reason text,
    companions int NOT NULL,
    vehicle_plate text,
    outcome text NOT NULL,
    instruction_code text NOT NULL,
    instruction_en text NOT NULL,
    instruction_zh text NOT NULL,
    quarantine_days int,
    rule_version text NOT NULL,
    decided_from jsonb NOT NULL,
    CONSTRAINT passages_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT passages_checkpoint FOREIGN KEY (district_code, checkpoint_id) REFERENCES checkpoints,
    CONSTRAINT passages_direction CHECK (direction IN ('ENTRY', 'EXIT')),
    CONSTRAINT passages_outcome CHECK (
        outcome IN ('ADMITTED', 'ADMITTED_REGISTERED', 'HELD', 'TURNED_BACK', 'EMERGENCY_ADMITTED')),
    CONSTRAINT passages_temperature CHECK (temperature_c BETWEEN 34 AND 43),
    CONSTRAINT passages_recheck CHECK (recheck_temperature_c BETWEEN 34 AND 43),
    CONSTRAINT passages_companions CHECK (companions BETWEEN 0 AND 20)
);
CREATE INDEX passages_of_checkpoint ON passages (district_code, checkpoint_id, occurred_at, id);
CREATE INDEX passages_of_person ON passages (district_code, person_key, occurred_at, id);
CREATE INDEX passages_by_division_code ON passages (district_code, division_code, occurred_at, id);

-- What makes a scan happen once: it stays with the device, wherever the device stands.
CREATE TABLE passage_keys (
    district_code text NOT NULL,
    device_id text NOT NULL,
    device_sequence bigint NOT NULL,
    passage_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT passage_keys_pkey PRIMARY KEY (district_code, device_id, device_sequence)
);
CREATE INDEX passage_keys_age ON passage_keys (recorded_at);

CREATE TABLE gate_hours (
    district_code text NOT NULL,
    checkpoint_id uuid NOT NULL,
    hour timestamptz NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    entries int NOT NULL,
    exits int NOT NULL,
    held int NOT NULL,
    turned_back int NOT NULL,
    CONSTRAINT gate_hours_pkey PRIMARY KEY (district_code, checkpoint_id, hour)
);

CREATE TABLE division_days (
    district_code text NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    day date NOT NULL,
    passages int NOT NULL,
    held int NOT NULL,
    turned_back int NOT NULL,
    CONSTRAINT division_days_pkey PRIMARY KEY (district_code, day, division_code)
);

-- What an offline device sent in one go; every passage sent is accounted for.
CREATE TABLE passage_batches (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    checkpoint_id uuid NOT NULL,
    device_id text NOT NULL,
    sent int NOT NULL,
    stored int NOT NULL,
    duplicates int NOT NULL,
    refused jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    uploaded_by text NOT NULL,
    CONSTRAINT passage_batches_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT passage_batches_checkpoint FOREIGN KEY (district_code, checkpoint_id) REFERENCES checkpoints,
    CONSTRAINT passage_batches_sum CHECK (sent = stored + duplicates + jsonb_array_length(refused))
);

ALTER TABLE passages ENABLE ROW LEVEL SECURITY;
ALTER TABLE passage_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE division_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE passage_batches ENABLE ROW LEVEL SECURITY;

CREATE POLICY passages_of_scopes ON passages FOR SELECT TO checkpoints_by_division USING (
    division_code >= (SELECT min(s)
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C")
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY passages_of_own_checkpoints ON passages FOR SELECT TO checkpoints_by_checkpoint USING (
    checkpoint_id = ANY (string_to_array(nullif(current_setting('app.checkpoints', true), ''), ',')::uuid[]));
CREATE POLICY own_passages ON passages FOR SELECT TO checkpoints_by_person USING (
    person_key = nullif(current_setting('app.person_key', true), ''));
CREATE POLICY worker_sees_all ON passages TO checkpoints_worker USING (true) WITH CHECK (true);

-- The passages that the subquery sees are one's own.
CREATE POLICY sites_of_own_passages ON checkpoints FOR SELECT TO checkpoints_by_person USING (
    EXISTS (SELECT 1 FROM passages p
        WHERE p.district_code = checkpoints.district_code AND p.checkpoint_id = checkpoints.id));

CREATE POLICY worker_sees_all ON passage_keys TO checkpoints_worker USING (true) WITH CHECK (true);

CREATE POLICY hours_of_scopes ON gate_hours FOR SELECT TO checkpoints_by_division USING (
    division_code >= (SELECT min(s)
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C")
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY worker_sees_all ON gate_hours TO checkpoints_worker USING (true) WITH CHECK (true);

CREATE POLICY days_of_scopes ON division_days FOR SELECT TO checkpoints_by_division USING (
    division_code >= (SELECT min(s)
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C")
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY worker_sees_all ON division_days TO checkpoints_worker USING (true) WITH CHECK (true);

CREATE POLICY batches_of_scopes ON passage_batches FOR SELECT TO checkpoints_by_division USING (
    division_code >= (SELECT min(s)
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C")
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY batches_of_own_checkpoints ON passage_batches FOR SELECT TO checkpoints_by_checkpoint USING (
    checkpoint_id = ANY (string_to_array(nullif(current_setting('app.checkpoints', true), ''), ',')::uuid[]));
CREATE POLICY worker_sees_all ON passage_batches TO checkpoints_worker USING (true) WITH CHECK (true);

GRANT SELECT ON passages, passage_batches
    TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT SELECT ON gate_hours, division_days
    TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT SELECT, INSERT, UPDATE, DELETE ON passages, passage_keys, gate_hours, division_days, passage_batches
    TO checkpoints_worker;


-- Public: the organs, enterprises and institutions that send people to checkpoints.
CREATE TABLE organizations (
    district_code text NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    CONSTRAINT organizations_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT organizations_kind CHECK (kind IN ('DISTRICT_ORGAN', 'ENTERPRISE', 'INSTITUTION'))
);

CREATE TABLE staff (
    district_code text NOT NULL,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    CONSTRAINT staff_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT staff_organization FOREIGN KEY (district_code, organization_id) REFERENCES organizations
);

CREATE TABLE duty_shifts (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    checkpoint_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT duty_shifts_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT duty_shifts_checkpoint FOREIGN KEY (district_code, checkpoint_id) REFERENCES checkpoints,
    CONSTRAINT duty_shifts_staff FOREIGN KEY (district_code, staff_id) REFERENCES staff,
    CONSTRAINT duty_shifts_length CHECK (ends_at > starts_at),
    CONSTRAINT duty_shifts_nobody_twice
        EXCLUDE USING gist (district_code WITH =, staff_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
);
CREATE INDEX duty_shifts_of_checkpoint ON duty_shifts (district_code, checkpoint_id, ends_at);

-- One alarm of a kind is open at a time for one thing: `topic` is empty for the checkpoint itself.
CREATE TABLE alarms (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    checkpoint_id uuid NOT NULL,
    kind text NOT NULL,
    topic text NOT NULL,
    message_en text NOT NULL,
    message_zh text NOT NULL,
    raised_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    closed_at timestamptz,
    CONSTRAINT alarms_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT alarms_checkpoint FOREIGN KEY (district_code, checkpoint_id) REFERENCES checkpoints,
    CONSTRAINT alarms_kind CHECK (kind IN ('GAP', 'FEVER', 'SEQUENCE_REUSED')),
    CONSTRAINT alarms_acknowledged CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
);
CREATE UNIQUE INDEX alarms_one_open ON alarms (district_code, checkpoint_id, kind, topic) WHERE closed_at IS NULL;
CREATE INDEX alarms_open_gaps ON alarms (district_code, division_code) WHERE kind = 'GAP' AND closed_at IS NULL;
CREATE INDEX alarms_by_division_code ON alarms (district_code, division_code, raised_at, id);

ALTER TABLE staff ENABLE ROW LEVEL SECURITY;
ALTER TABLE duty_shifts ENABLE ROW LEVEL SECURITY;
ALTER TABLE alarms ENABLE ROW LEVEL SECURITY;

-- Who stands guard is read like the sites: from the village level down.
CREATE POLICY shifts_of_scopes ON duty_shifts FOR SELECT TO checkpoints_by_division USING (
    division_code >= (SELECT min(left(s, 12))
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max(left(s, 12)) || '~'
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= left(s, 12) AND division_code < left(s, 12) || '~'));
CREATE POLICY planned_within_scopes ON duty_shifts FOR INSERT TO checkpoints_by_division WITH CHECK (
    EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY shifts_of_own_checkpoints ON duty_shifts FOR SELECT TO checkpoints_by_checkpoint USING (
    checkpoint_id = ANY (string_to_array(nullif(current_setting('app.checkpoints', true), ''), ',')::uuid[]));
CREATE POLICY worker_sees_all ON duty_shifts TO checkpoints_worker USING (true) WITH CHECK (true);

-- The shifts that the subquery sees are those of one's own scope.
CREATE POLICY staff_of_visible_shifts ON staff FOR SELECT TO checkpoints_by_division, checkpoints_by_checkpoint USING (
    EXISTS (SELECT 1 FROM duty_shifts d WHERE d.district_code = staff.district_code AND d.staff_id = staff.id));
CREATE POLICY worker_sees_all ON staff TO checkpoints_worker USING (true) WITH CHECK (true);

CREATE POLICY alarms_of_scopes ON alarms FOR SELECT TO checkpoints_by_division USING (
    division_code >= (SELECT min(s)
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C")
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY acknowledged_within_scopes ON alarms FOR UPDATE TO checkpoints_by_division
    USING (EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'))
    WITH CHECK (EXISTS (SELECT 1
        FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY alarms_of_own_checkpoints ON alarms FOR SELECT TO checkpoints_by_checkpoint USING (
    checkpoint_id = ANY (string_to_array(nullif(current_setting('app.checkpoints', true), ''), ',')::uuid[]));
CREATE POLICY worker_sees_all ON alarms TO checkpoints_worker USING (true) WITH CHECK (true);

GRANT SELECT ON organizations, staff, duty_shifts, alarms
    TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT INSERT ON duty_shifts TO checkpoints_by_division;
GRANT UPDATE ON alarms TO checkpoints_by_division;
GRANT SELECT, INSERT, UPDATE, DELETE ON organizations, staff, duty_shifts, alarms TO checkpoints_worker;

-- 0005 history

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
CREATE POLICY worker_sees_all ON history TO checkpoints_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON history FOR SELECT TO checkpoints_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
CREATE POLICY in_ones_own_name ON history FOR INSERT TO checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person
    WITH CHECK (subject = nullif(current_setting('app.subject', true), ''));
GRANT SELECT (district_code, id, at, subject, role, kind, record_id, division_code, act, before, after, reason,
    erased_at) ON history TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT INSERT ON history TO checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT SELECT, INSERT ON history TO checkpoints_worker;
REVOKE UPDATE, DELETE ON history FROM checkpoints_worker;

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
CREATE POLICY worker_sees_all ON read_log TO checkpoints_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON read_log TO checkpoints_worker;
REVOKE UPDATE, DELETE ON read_log FROM checkpoints_worker;

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
GRANT INSERT ON history_to_seal TO checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT SELECT, INSERT, DELETE ON history_to_seal, read_log_to_seal TO checkpoints_worker;
REVOKE UPDATE ON history_to_seal, read_log_to_seal FROM checkpoints_worker;

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
GRANT SELECT, INSERT ON history_chain, read_log_chain TO checkpoints_worker;
REVOKE UPDATE, DELETE ON history_chain, read_log_chain FROM checkpoints_worker;

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
GRANT EXECUTE ON FUNCTION erase_history, erase_read_log TO checkpoints_worker;

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
CREATE POLICY worker_sees_all ON look_up_alarms TO checkpoints_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON look_up_alarms FOR SELECT TO checkpoints_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON look_up_alarms TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT SELECT, INSERT, UPDATE, DELETE ON look_up_counts TO checkpoints_worker;
GRANT SELECT, INSERT ON look_up_alarms TO checkpoints_worker;
REVOKE UPDATE, DELETE ON look_up_alarms FROM checkpoints_worker;

-- 0006 person aliases

-- Who is known by another key since two records of residents were merged. No survivor: the merge was undone, and
-- the row stays, so that an older fact that comes late changes nothing.
CREATE TABLE person_aliases (
    district_code text NOT NULL,
    lost_person_key text COLLATE "C" NOT NULL,
    survivor_person_key text COLLATE "C",
    version bigint NOT NULL,
    taken_in_at timestamptz NOT NULL,
    CONSTRAINT person_aliases_pkey PRIMARY KEY (district_code, lost_person_key),
    CONSTRAINT person_aliases_of_another CHECK (survivor_person_key <> lost_person_key)
);
CREATE INDEX person_aliases_of_survivor ON person_aliases (district_code, survivor_person_key)
    WHERE survivor_person_key IS NOT NULL;
ALTER TABLE person_aliases ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON person_aliases TO checkpoints_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON person_aliases TO checkpoints_worker;

-- Every key under which passages may be recorded of the person whom one key means.
CREATE FUNCTION keys_of_person(district text, key text) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH person AS (
        SELECT coalesce(
            (SELECT a.survivor_person_key FROM person_aliases a
                WHERE a.district_code = district AND a.lost_person_key = key),
            key) AS survivor
    )
    SELECT array_agg(k.key)
    FROM (
        SELECT p.survivor AS key FROM person p
        UNION ALL
        SELECT a.lost_person_key FROM person p
        JOIN person_aliases a ON a.district_code = district AND a.survivor_person_key = p.survivor
    ) k
$$;
REVOKE EXECUTE ON FUNCTION keys_of_person FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keys_of_person TO checkpoints_worker, checkpoints_serving, checkpoints_by_division,
    checkpoints_by_checkpoint, checkpoints_by_person;
ALTER POLICY own_passages ON passages USING (
    person_key = ANY ((SELECT keys_of_person(
        nullif(current_setting('app.district', true), ''), nullif(current_setting('app.person_key', true), '')))::text[])
);
