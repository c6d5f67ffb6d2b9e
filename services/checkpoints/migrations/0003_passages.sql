-- migrate:up

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

-- migrate:down

DROP POLICY sites_of_own_passages ON checkpoints;
DROP TABLE passage_batches;
DROP TABLE division_days;
DROP TABLE gate_hours;
DROP TABLE passage_keys;
DROP TABLE passages;
