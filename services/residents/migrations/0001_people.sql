-- migrate:up

-- The worker serves relay, scheduler, consumers and imports; tables of later migrations are its too.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO residents_worker;

-- What the chassis needs.

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
GRANT INSERT ON outbox TO residents_serving, residents_by_division, residents_by_person;

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
CREATE POLICY own_keys ON idempotency_keys TO residents_serving, residents_by_division, residents_by_person
    USING (subject = nullif(current_setting('app.subject', true), ''))
    WITH CHECK (subject = nullif(current_setting('app.subject', true), ''));
CREATE POLICY worker_sees_all ON idempotency_keys TO residents_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO residents_serving, residents_by_division, residents_by_person;

-- Every look at a person outside one's own scope; rows are only ever added.
CREATE TABLE read_log (
    district_code text NOT NULL,
    id uuid NOT NULL,
    read_at timestamptz NOT NULL,
    subject text NOT NULL,
    role text NOT NULL,
    purpose text NOT NULL,
    what text NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    CONSTRAINT read_log_pkey PRIMARY KEY (district_code, id)
);
CREATE INDEX read_log_of_person ON read_log (district_code, person_key, read_at);
REVOKE UPDATE, DELETE ON read_log FROM residents_worker;

-- Divisions: everybody may read them.

CREATE TABLE divisions (
    district_code text NOT NULL,
    code text COLLATE "C" NOT NULL,
    level text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    name_path text NOT NULL,
    parent_code text COLLATE "C",
    code_system text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT divisions_pkey PRIMARY KEY (district_code, code),
    CONSTRAINT divisions_parent FOREIGN KEY (district_code, parent_code) REFERENCES divisions (district_code, code),
    CONSTRAINT divisions_within_district CHECK (starts_with(code, district_code)),
    CONSTRAINT divisions_level_fits_code CHECK (
        level = CASE length(code) WHEN 6 THEN 'DISTRICT' WHEN 9 THEN 'TOWN' WHEN 12 THEN 'VILLAGE' WHEN 15 THEN 'GRID' END
    ),
    CONSTRAINT divisions_kind_known CHECK (
        kind IN ('DISTRICT', 'SUBDISTRICT', 'TOWN', 'TOWNSHIP', 'VILLAGE', 'COMMUNITY', 'GRID')
    ),
    CONSTRAINT divisions_serial_000_is_the_village CHECK (length(code) < 15 OR right(code, 3) <> '000')
);
CREATE INDEX divisions_children ON divisions (district_code, parent_code, code);

-- A code means something within a code system only: the civil-affairs list reuses some.
CREATE TABLE division_aliases (
    district_code text NOT NULL,
    code_system text NOT NULL,
    code text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    CONSTRAINT division_aliases_pkey PRIMARY KEY (district_code, code_system, code),
    CONSTRAINT division_aliases_division
        FOREIGN KEY (district_code, division_code) REFERENCES divisions (district_code, code)
);

-- A reference table: the same on every machine.
CREATE TABLE origin_divisions (
    code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    full_name text NOT NULL,
    level text NOT NULL,
    parent_code text COLLATE "C",
    CONSTRAINT origin_divisions_pkey PRIMARY KEY (code)
);

CREATE TABLE grid_workers (
    district_code text NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    phone_sealed bytea NOT NULL,
    phone_masked text NOT NULL,
    CONSTRAINT grid_workers_pkey PRIMARY KEY (district_code, id)
);

-- Who serves a grid; one person may serve several.
CREATE TABLE grid_assignments (
    district_code text NOT NULL,
    grid_code text COLLATE "C" NOT NULL,
    worker_id uuid NOT NULL,
    CONSTRAINT grid_assignments_pkey PRIMARY KEY (district_code, grid_code),
    CONSTRAINT grid_assignments_grid FOREIGN KEY (district_code, grid_code) REFERENCES divisions (district_code, code),
    CONSTRAINT grid_assignments_worker FOREIGN KEY (district_code, worker_id) REFERENCES grid_workers (district_code, id)
);
CREATE INDEX grid_assignments_of_worker ON grid_assignments (district_code, worker_id);

GRANT SELECT ON divisions, division_aliases, origin_divisions, grid_assignments
    TO residents_serving, residents_by_division, residents_by_person;
GRANT SELECT (district_code, id, name, phone_masked) ON grid_workers
    TO residents_serving, residents_by_division, residents_by_person;

-- The roster.

CREATE TABLE households (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    address text NOT NULL,
    CONSTRAINT households_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT households_division FOREIGN KEY (district_code, division_code) REFERENCES divisions (district_code, code)
);
CREATE INDEX households_by_division ON households (district_code, division_code, address);
ALTER TABLE households ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON households TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON households TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
CREATE POLICY own_household ON households FOR SELECT TO residents_by_person
    USING (id = nullif(current_setting('app.household', true), '')::uuid);
-- Whoever has no policy may ask and gets nothing, so that a list of anybody is an empty list.
GRANT SELECT ON households TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT ON households TO residents_by_division;

CREATE TABLE residents (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    household_id uuid NOT NULL,
    name text NOT NULL,
    name_initials text COLLATE "C" NOT NULL,
    sex text NOT NULL,
    birth_on date,
    relation text NOT NULL,
    document_kind text,
    document_number_sealed bytea,
    document_number_masked text,
    document_number_index bytea,
    person_key text COLLATE "C" NOT NULL,
    phone_sealed bytea,
    phone_masked text,
    phone_index bytea,
    guardian_id uuid,
    registered_at timestamptz NOT NULL,
    CONSTRAINT residents_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT residents_one_per_document UNIQUE (district_code, document_number_index),
    CONSTRAINT residents_one_per_person_key UNIQUE (district_code, person_key),
    CONSTRAINT residents_household FOREIGN KEY (district_code, household_id) REFERENCES households (district_code, id),
    CONSTRAINT residents_guardian FOREIGN KEY (district_code, guardian_id) REFERENCES residents (district_code, id),
    CONSTRAINT residents_sex_known CHECK (sex IN ('MALE', 'FEMALE', 'UNKNOWN')),
    CONSTRAINT residents_document_whole CHECK (
        num_nulls(document_kind, document_number_sealed, document_number_masked, document_number_index) IN (0, 4)
    ),
    CONSTRAINT residents_phone_whole CHECK (num_nulls(phone_sealed, phone_masked, phone_index) IN (0, 3))
);
CREATE INDEX residents_by_division ON residents (district_code, division_code, id);
CREATE INDEX residents_of_household ON residents (district_code, household_id, id);
CREATE INDEX residents_by_phone ON residents (district_code, phone_index);
-- A child without a document is known by guardian, name and birth date.
CREATE UNIQUE INDEX residents_one_child_per_guardian ON residents (district_code, guardian_id, name, birth_on)
    WHERE document_number_index IS NULL;
ALTER TABLE residents ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON residents TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON residents TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
CREATE POLICY own_household ON residents FOR SELECT TO residents_by_person USING (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR household_id = nullif(current_setting('app.household', true), '')::uuid
);
GRANT INSERT ON residents TO residents_by_division;
-- Ciphertexts are for the worker alone.
GRANT SELECT (district_code, id, division_code, household_id, name, name_initials, sex, birth_on, relation,
    document_kind, document_number_masked, document_number_index, person_key, phone_masked, phone_index,
    guardian_id, registered_at) ON residents TO residents_by_division;
GRANT SELECT (district_code, id, division_code, household_id, name, sex, birth_on, relation,
    document_kind, document_number_masked, person_key, phone_masked, guardian_id)
    ON residents TO residents_serving, residents_by_person;

-- What others must know of a person: one row for each resident, a new version with each change.
CREATE TABLE standings (
    district_code text NOT NULL,
    resident_id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    household_id uuid NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    color text NOT NULL,
    reasons text[] NOT NULL,
    rule_version int NOT NULL,
    decided_at timestamptz NOT NULL,
    recheck_on date,
    expected_arrival_on date,
    expected_origin_code text COLLATE "C",
    order_id uuid,
    order_status text,
    order_setting text,
    order_ends_on date,
    CONSTRAINT standings_pkey PRIMARY KEY (district_code, resident_id),
    CONSTRAINT standings_one_per_person_key UNIQUE (district_code, person_key),
    CONSTRAINT standings_resident FOREIGN KEY (district_code, resident_id) REFERENCES residents (district_code, id),
    CONSTRAINT standings_color_known CHECK (color IN ('GREEN', 'YELLOW', 'RED'))
);
CREATE INDEX standings_to_recheck ON standings (recheck_on) WHERE recheck_on IS NOT NULL;
ALTER TABLE standings ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON standings TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON standings TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
-- Update: a person's own health check may change the household's standings.
CREATE POLICY own_household ON standings TO residents_by_person USING (
    resident_id = nullif(current_setting('app.person', true), '')::uuid
    OR household_id = nullif(current_setting('app.household', true), '')::uuid
);
GRANT SELECT ON standings TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT ON standings TO residents_by_division;
GRANT UPDATE ON standings TO residents_by_division, residents_by_person;

-- Roll-ups of the board: a village's total is the sum of its grids, serial 000 among them.

CREATE TABLE grid_counters (
    district_code text NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    residents bigint NOT NULL DEFAULT 0,
    households bigint NOT NULL DEFAULT 0,
    quarantine_orders_in_force bigint NOT NULL DEFAULT 0,
    screening_tasks_open bigint NOT NULL DEFAULT 0,
    grid_events_open bigint NOT NULL DEFAULT 0,
    CONSTRAINT grid_counters_pkey PRIMARY KEY (district_code, division_code),
    CONSTRAINT grid_counters_of_a_grid CHECK (length(division_code) = 15),
    CONSTRAINT grid_counters_not_negative CHECK (
        least(residents, households, quarantine_orders_in_force, screening_tasks_open, grid_events_open) >= 0
    )
);
ALTER TABLE grid_counters ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON grid_counters TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON grid_counters TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON grid_counters TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT, UPDATE ON grid_counters TO residents_by_division;

CREATE TABLE grid_day_counters (
    district_code text NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    day date NOT NULL,
    health_checks_missed bigint NOT NULL DEFAULT 0,
    CONSTRAINT grid_day_counters_pkey PRIMARY KEY (district_code, day, division_code),
    CONSTRAINT grid_day_counters_of_a_grid CHECK (length(division_code) = 15),
    CONSTRAINT grid_day_counters_not_negative CHECK (health_checks_missed >= 0)
);
ALTER TABLE grid_day_counters ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON grid_day_counters TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON grid_day_counters TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON grid_day_counters TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT, UPDATE ON grid_day_counters TO residents_by_division;

-- migrate:down

DROP TABLE grid_day_counters, grid_counters, standings, residents, households, grid_assignments, grid_workers,
    origin_divisions, division_aliases, divisions, read_log, idempotency_keys, inbox, outbox;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM residents_worker;
