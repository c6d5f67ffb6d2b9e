-- The database of residents as it is now; migrations/ says how it got there, and a test that both agree.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- 0001 people

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
    CONSTRAINT divisions_serial_000_is_the_village CHECK (length(code) < 15 OR right(code, 3) <> '000'),
    CONSTRAINT divisions_code_system_known CHECK (code_system = 'STATISTICAL'),
    CONSTRAINT divisions_validity_in_order CHECK (valid_to >= valid_from)
);
CREATE INDEX divisions_children ON divisions (district_code, parent_code, code);

-- A code means something within a code system only: the civil-affairs list reuses some.
CREATE TABLE division_aliases (
    district_code text NOT NULL,
    code_system text NOT NULL,
    code text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT division_aliases_pkey PRIMARY KEY (district_code, code_system, code, valid_from),
    CONSTRAINT division_aliases_division
        FOREIGN KEY (district_code, division_code) REFERENCES divisions (district_code, code),
    CONSTRAINT division_aliases_one_meaning_a_day EXCLUDE USING gist (
        district_code WITH =, code_system WITH =, code WITH =, daterange(valid_from, valid_to, '[]') WITH &&
    ),
    CONSTRAINT division_aliases_code_system_known CHECK (code_system = 'CIVIL_AFFAIRS'),
    CONSTRAINT division_aliases_validity_in_order CHECK (valid_to >= valid_from)
);
CREATE INDEX division_aliases_of_division ON division_aliases (district_code, division_code);

-- A reference table: the same on every machine.
CREATE TABLE origin_divisions (
    code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    full_name text NOT NULL,
    level text NOT NULL,
    parent_code text COLLATE "C",
    CONSTRAINT origin_divisions_pkey PRIMARY KEY (code)
);

-- Grid workers belong to a part of the district, whose officers keep their record; everybody may read who they are.
CREATE TABLE grid_workers (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    phone_sealed bytea NOT NULL,
    phone_masked text NOT NULL,
    phone_index bytea,
    left_on date,
    CONSTRAINT grid_workers_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT grid_workers_division FOREIGN KEY (district_code, division_code) REFERENCES divisions (district_code, code)
);
CREATE INDEX grid_workers_by_division ON grid_workers (district_code, division_code, id);
CREATE INDEX grid_workers_by_phone ON grid_workers (district_code, phone_index);
ALTER TABLE grid_workers ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON grid_workers TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY read_by_everybody ON grid_workers FOR SELECT
    TO residents_serving, residents_by_division, residents_by_person USING (true);
CREATE POLICY region ON grid_workers TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT (division_code, left_on) ON grid_workers TO residents_serving, residents_by_division, residents_by_person;
GRANT SELECT (phone_index) ON grid_workers TO residents_by_division;
GRANT INSERT, UPDATE ON grid_workers TO residents_by_division;

-- Assignments have dates. Who serves a grid on a day is its stand-in if it has one, else its primary worker.
CREATE TABLE grid_assignments (
    district_code text NOT NULL,
    id uuid NOT NULL,
    grid_code text COLLATE "C" NOT NULL,
    worker_id uuid NOT NULL,
    kind text NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    assigned_at timestamptz NOT NULL,
    assigned_by text NOT NULL,
    CONSTRAINT grid_assignments_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT grid_assignments_grid FOREIGN KEY (district_code, grid_code) REFERENCES divisions (district_code, code),
    CONSTRAINT grid_assignments_worker FOREIGN KEY (district_code, worker_id) REFERENCES grid_workers (district_code, id),
    -- One that was called off before it began ends the day before it starts: an empty period, which overlaps nothing.
    CONSTRAINT grid_assignments_one_of_a_kind_a_day EXCLUDE USING gist (
        district_code WITH =, grid_code WITH =, kind WITH =, daterange(starts_on, ends_on + 1, '[)') WITH &&
    ),
    CONSTRAINT grid_assignments_kind_known CHECK (kind IN ('PRIMARY', 'STAND_IN')),
    CONSTRAINT grid_assignments_in_order CHECK (ends_on >= starts_on - 1),
    CONSTRAINT grid_assignments_stand_in_for_a_period CHECK (kind = 'PRIMARY' OR ends_on IS NOT NULL)
);
CREATE INDEX grid_assignments_of_grid ON grid_assignments (district_code, grid_code, starts_on, id);
CREATE INDEX grid_assignments_of_worker ON grid_assignments (district_code, worker_id, starts_on, id);
ALTER TABLE grid_assignments ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON grid_assignments TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON grid_assignments TO residents_by_division USING (
    grid_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND grid_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE grid_code >= s AND grid_code < s || '~')
);
CREATE POLICY own_assignments ON grid_assignments FOR SELECT TO residents_by_division
    USING (worker_id::text = nullif(current_setting('app.subject', true), ''));
GRANT INSERT, UPDATE ON grid_assignments TO residents_by_division;

-- Who serves a grid is no secret, whoever asks; when and why others did is for those whose scope covers it.
CREATE FUNCTION workers_serving(district text, grids text[], day date)
    RETURNS TABLE (grid_code text, worker_id uuid, kind text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT DISTINCT ON (a.grid_code) a.grid_code, a.worker_id, a.kind
    FROM grid_assignments a
    WHERE a.district_code = district AND a.grid_code = ANY (grids)
      AND a.starts_on <= day AND coalesce(a.ends_on, 'infinity') >= day
    ORDER BY a.grid_code, a.kind = 'STAND_IN' DESC
$$;
REVOKE EXECUTE ON FUNCTION workers_serving FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workers_serving
    TO residents_worker, residents_serving, residents_by_division, residents_by_person;

CREATE FUNCTION grids_served(district text, worker uuid, day date)
    RETURNS TABLE (grid_code text, kind text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT a.grid_code, a.kind
    FROM grid_assignments a
    WHERE a.district_code = district AND a.worker_id = worker
      AND a.starts_on <= day AND coalesce(a.ends_on, 'infinity') >= day
      AND NOT EXISTS (
          SELECT 1
          FROM grid_assignments s
          WHERE s.district_code = district AND s.grid_code = a.grid_code AND s.kind = 'STAND_IN' AND s.id <> a.id
            AND s.starts_on <= day AND s.ends_on >= day
      )
$$;
REVOKE EXECUTE ON FUNCTION grids_served FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grids_served
    TO residents_worker, residents_serving, residents_by_division, residents_by_person;

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

-- 0002 screening

-- Risk regions: everybody may read them.

CREATE TABLE risk_regions (
    district_code text NOT NULL,
    id uuid NOT NULL,
    code text COLLATE "C" NOT NULL,
    prefix text COLLATE "C" NOT NULL,
    level text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    version bigint NOT NULL,
    declared_by text NOT NULL,
    declared_at timestamptz NOT NULL,
    CONSTRAINT risk_regions_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT risk_regions_one_per_day UNIQUE (district_code, code, valid_from),
    CONSTRAINT risk_regions_level_known CHECK (level IN ('LOW', 'MEDIUM', 'HIGH')),
    CONSTRAINT risk_regions_in_order CHECK (valid_to >= valid_from),
    CONSTRAINT risk_regions_prefix_of_code CHECK (starts_with(code, prefix) AND length(prefix) IN (2, 4, 6))
);
CREATE INDEX risk_regions_by_prefix ON risk_regions (district_code, prefix, valid_from);
GRANT SELECT ON risk_regions TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT, UPDATE ON risk_regions TO residents_by_division;

-- Lists of returnees, each upload a version of its list.

CREATE TABLE returnee_list_imports (
    district_code text NOT NULL,
    id uuid NOT NULL,
    list_name text NOT NULL,
    scopes text COLLATE "C" NOT NULL,
    version int NOT NULL,
    sha256 bytea NOT NULL,
    encoding text NOT NULL,
    content_bytes bigint NOT NULL,
    status text NOT NULL,
    lines_done int NOT NULL DEFAULT 0,
    rows_read int NOT NULL DEFAULT 0,
    rows_stored int NOT NULL DEFAULT 0,
    rows_refused int NOT NULL DEFAULT 0,
    uploaded_by text NOT NULL,
    uploaded_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    leased_by uuid,
    leased_until timestamptz,
    CONSTRAINT returnee_list_imports_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT returnee_list_imports_one_per_version UNIQUE (district_code, scopes, list_name, version),
    CONSTRAINT returnee_list_imports_status_known CHECK (status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED')),
    CONSTRAINT returnee_list_imports_every_row_accounted CHECK (rows_read = rows_stored + rows_refused)
);
CREATE INDEX returnee_list_imports_waiting ON returnee_list_imports (uploaded_at, id)
    WHERE status IN ('QUEUED', 'RUNNING');
ALTER TABLE returnee_list_imports ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON returnee_list_imports TO residents_worker USING (true) WITH CHECK (true);
-- An import is seen by whoever's scopes cover all of its uploader's; few rows, so no index is missed.
CREATE POLICY covered ON returnee_list_imports TO residents_by_division USING (
    NOT EXISTS (SELECT 1 FROM unnest(string_to_array(scopes, ',')) theirs
        WHERE NOT EXISTS (
            SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
            WHERE starts_with(theirs, s)))
);
GRANT SELECT ON returnee_list_imports TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT ON returnee_list_imports TO residents_by_division;

-- An uploaded file, encrypted piece by piece, until it has been processed; for the worker alone.
-- Pieces come before their import, so nothing refers to it.
CREATE TABLE returnee_list_chunks (
    district_code text NOT NULL,
    import_id uuid NOT NULL,
    position int NOT NULL,
    content_sealed bytea NOT NULL,
    stored_at timestamptz NOT NULL,
    CONSTRAINT returnee_list_chunks_pkey PRIMARY KEY (district_code, import_id, position)
);
CREATE INDEX returnee_list_chunks_age ON returnee_list_chunks (stored_at);
ALTER TABLE returnee_list_chunks ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON returnee_list_chunks TO residents_worker USING (true) WITH CHECK (true);

CREATE TABLE returnee_list_refusals (
    district_code text NOT NULL,
    import_id uuid NOT NULL,
    line int NOT NULL,
    field text NOT NULL,
    code text NOT NULL,
    message_en text NOT NULL,
    message_zh text NOT NULL,
    CONSTRAINT returnee_list_refusals_pkey PRIMARY KEY (district_code, import_id, line),
    CONSTRAINT returnee_list_refusals_import
        FOREIGN KEY (district_code, import_id) REFERENCES returnee_list_imports (district_code, id)
);
ALTER TABLE returnee_list_refusals ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON returnee_list_refusals TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY with_their_import ON returnee_list_refusals FOR SELECT TO residents_by_division
    USING (import_id IN (SELECT i.id FROM returnee_list_imports i));
GRANT SELECT ON returnee_list_refusals TO residents_serving, residents_by_division, residents_by_person;

-- Returnees: people on their way back, expected or here.

CREATE TABLE returnees (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    destination_grid_code text COLLATE "C" NOT NULL,
    address text NOT NULL,
    name text NOT NULL,
    document_kind text,
    document_number_sealed bytea,
    document_number_masked text,
    person_key text COLLATE "C",
    phone_sealed bytea,
    phone_masked text,
    identity_index bytea NOT NULL,
    origin_code text COLLATE "C" NOT NULL,
    arrives_on date NOT NULL,
    transport_kind text NOT NULL,
    transport_number text,
    match text NOT NULL,
    matched_by text,
    resident_id uuid,
    candidate_ids uuid[] NOT NULL,
    risk_level text,
    policy_version int NOT NULL,
    registered_by text NOT NULL,
    registered_at timestamptz NOT NULL,
    CONSTRAINT returnees_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT returnees_one_per_arrival UNIQUE (district_code, identity_index, arrives_on),
    CONSTRAINT returnees_resident FOREIGN KEY (district_code, resident_id) REFERENCES residents (district_code, id),
    CONSTRAINT returnees_match_known CHECK (match IN ('MATCHED', 'PROBABLE', 'UNMATCHED')),
    CONSTRAINT returnees_matched_has_resident CHECK ((match = 'MATCHED') = (resident_id IS NOT NULL)),
    CONSTRAINT returnees_document_whole CHECK (
        num_nulls(document_kind, document_number_sealed, document_number_masked, person_key) IN (0, 4)
    ),
    CONSTRAINT returnees_phone_whole CHECK (num_nulls(phone_sealed, phone_masked) IN (0, 2))
);
CREATE INDEX returnees_by_division ON returnees (district_code, division_code, arrives_on, id);
CREATE INDEX returnees_of_resident ON returnees (district_code, resident_id, arrives_on);
CREATE INDEX returnees_by_origin ON returnees (district_code, origin_code, arrives_on);
ALTER TABLE returnees ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON returnees TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON returnees TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
-- Ciphertexts are for the worker alone; it registers returnees, whose home may lie outside the caller's scope.
GRANT SELECT (district_code, id, division_code, destination_grid_code, address, name, document_kind,
    document_number_masked, person_key, phone_masked, origin_code, arrives_on, transport_kind, transport_number,
    match, matched_by, resident_id, candidate_ids, risk_level, policy_version, registered_at)
    ON returnees TO residents_serving, residents_by_division, residents_by_person;

-- Which line of which version of a list stored, or found again, which returnee.
CREATE TABLE returnee_list_entries (
    district_code text NOT NULL,
    import_id uuid NOT NULL,
    line int NOT NULL,
    returnee_id uuid NOT NULL,
    CONSTRAINT returnee_list_entries_pkey PRIMARY KEY (district_code, import_id, line),
    CONSTRAINT returnee_list_entries_once UNIQUE (district_code, import_id, returnee_id),
    CONSTRAINT returnee_list_entries_import
        FOREIGN KEY (district_code, import_id) REFERENCES returnee_list_imports (district_code, id),
    CONSTRAINT returnee_list_entries_returnee
        FOREIGN KEY (district_code, returnee_id) REFERENCES returnees (district_code, id)
);
CREATE INDEX returnee_list_entries_of_returnee ON returnee_list_entries (district_code, returnee_id);
ALTER TABLE returnee_list_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON returnee_list_entries TO residents_worker USING (true) WITH CHECK (true);

-- Screening tasks, and every step of each.

CREATE TABLE screening_tasks (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    resident_id uuid,
    returnee_id uuid,
    worker_id uuid,
    status text NOT NULL,
    reason text NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    household_id uuid,
    round_id uuid,
    reached boolean NOT NULL DEFAULT false,
    refused boolean NOT NULL DEFAULT false,
    not_here boolean NOT NULL DEFAULT false,
    overdue boolean NOT NULL DEFAULT false,
    verified boolean NOT NULL DEFAULT false,
    CONSTRAINT screening_tasks_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT screening_tasks_one_per_returnee UNIQUE (district_code, returnee_id),
    CONSTRAINT screening_tasks_returnee
        FOREIGN KEY (district_code, returnee_id) REFERENCES returnees (district_code, id),
    CONSTRAINT screening_tasks_resident
        FOREIGN KEY (district_code, resident_id) REFERENCES residents (district_code, id),
    CONSTRAINT screening_tasks_worker
        FOREIGN KEY (district_code, worker_id) REFERENCES grid_workers (district_code, id),
    CONSTRAINT screening_tasks_of_somebody CHECK (num_nonnulls(resident_id, returnee_id, household_id) > 0),
    CONSTRAINT screening_tasks_round_of_households CHECK (round_id IS NULL OR household_id IS NOT NULL),
    CONSTRAINT screening_tasks_one_per_household UNIQUE (district_code, round_id, household_id),
    CONSTRAINT screening_tasks_household
        FOREIGN KEY (district_code, household_id) REFERENCES households (district_code, id),
    CONSTRAINT screening_tasks_status_known CHECK (status IN (
        'OPEN', 'ASSIGNED', 'CONTACTED', 'NO_ANSWER', 'NOT_HERE', 'TRANSFERRED', 'REFUSED', 'ESCALATED', 'VERIFIED',
        'CLOSED'))
);
CREATE INDEX screening_tasks_by_grid ON screening_tasks (district_code, division_code, due_at, id);
CREATE INDEX screening_tasks_of_resident ON screening_tasks (district_code, resident_id, due_at);
CREATE INDEX screening_tasks_overdue ON screening_tasks (due_at)
    WHERE status IN ('OPEN', 'ASSIGNED', 'CONTACTED', 'NO_ANSWER', 'NOT_HERE', 'TRANSFERRED');
ALTER TABLE screening_tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON screening_tasks TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON screening_tasks TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON screening_tasks TO residents_serving, residents_by_division, residents_by_person;
GRANT UPDATE ON screening_tasks TO residents_by_division;

CREATE TABLE screening_steps (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    task_id uuid NOT NULL,
    from_status text,
    status text NOT NULL,
    note text,
    taken_by text NOT NULL,
    taken_at timestamptz NOT NULL,
    recorded_at timestamptz,
    CONSTRAINT screening_steps_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT screening_steps_task FOREIGN KEY (district_code, task_id) REFERENCES screening_tasks (district_code, id)
);
CREATE INDEX screening_steps_of_task ON screening_steps (district_code, task_id, id);
ALTER TABLE screening_steps ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON screening_steps TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON screening_steps TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON screening_steps TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT ON screening_steps TO residents_by_division;
REVOKE UPDATE, DELETE ON screening_steps FROM residents_worker;

-- 0003 quarantine

-- Quarantine orders 隔离单 and their health checks.

CREATE TABLE quarantine_orders (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    resident_id uuid NOT NULL,
    status text NOT NULL,
    setting text NOT NULL,
    reason text NOT NULL,
    length_days int NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    issued_at timestamptz,
    delivered_at timestamptz,
    delivery_method text,
    delivery_receiver text,
    revocation_asked_by text,
    revocation_asked_at timestamptz,
    revocation_reason text,
    transfer_place text,
    ended_at timestamptz,
    changes int NOT NULL,
    CONSTRAINT quarantine_orders_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT quarantine_orders_resident
        FOREIGN KEY (district_code, resident_id) REFERENCES residents (district_code, id),
    CONSTRAINT quarantine_orders_of_a_grid CHECK (length(division_code) = 15 AND starts_with(division_code, district_code)),
    CONSTRAINT quarantine_orders_status_known CHECK (status IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE',
        'RELEASED', 'TRANSFERRED_MEDICAL', 'TRANSFERRED_FACILITY', 'REVOKED', 'MERGED')),
    CONSTRAINT quarantine_orders_setting_known CHECK (setting IN ('HOME', 'FACILITY')),
    CONSTRAINT quarantine_orders_days_fit CHECK (length_days BETWEEN 1 AND 60 AND ends_on = starts_on + length_days),
    CONSTRAINT quarantine_orders_issued_when_in_force CHECK (
        issued_at IS NOT NULL OR status IN ('DRAFT', 'REVOKED', 'MERGED')
    ),
    CONSTRAINT quarantine_orders_delivered_after_issue CHECK (delivered_at >= issued_at),
    CONSTRAINT quarantine_orders_delivery_whole CHECK (num_nulls(delivered_at, delivery_method, delivery_receiver) IN (0, 3)),
    CONSTRAINT quarantine_orders_revocation_whole CHECK (
        num_nulls(revocation_asked_by, revocation_asked_at, revocation_reason) IN (0, 3)
    )
);
CREATE UNIQUE INDEX quarantine_orders_one_open_per_resident ON quarantine_orders (district_code, resident_id)
    WHERE status IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE');
CREATE INDEX quarantine_orders_by_division ON quarantine_orders (district_code, division_code, starts_on, id);
CREATE INDEX quarantine_orders_of_resident ON quarantine_orders (district_code, resident_id, starts_on, id);
CREATE INDEX quarantine_orders_running ON quarantine_orders (ends_on) WHERE status IN ('ISSUED', 'DELIVERED', 'ACTIVE');
ALTER TABLE quarantine_orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON quarantine_orders TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON quarantine_orders TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
CREATE POLICY own_household ON quarantine_orders FOR SELECT TO residents_by_person USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r WHERE r.district_code = nullif(current_setting('app.district', true), '')
)));
-- The first health check after delivery makes an order active: nothing else of it is the household's to change.
CREATE POLICY own_household_activates ON quarantine_orders FOR UPDATE TO residents_by_person USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r WHERE r.district_code = nullif(current_setting('app.district', true), '')
)))
    WITH CHECK (status = 'ACTIVE');
GRANT SELECT, INSERT, UPDATE ON quarantine_orders TO residents_by_division;
GRANT SELECT, UPDATE (status, changes) ON quarantine_orders TO residents_by_person;
GRANT SELECT ON quarantine_orders TO residents_serving;

-- What happened to an order; rows are only ever added.
CREATE TABLE quarantine_order_history (
    district_code text NOT NULL,
    quarantine_order_id uuid NOT NULL,
    change int NOT NULL,
    at timestamptz NOT NULL,
    transition text NOT NULL,
    status_before text,
    status_after text NOT NULL,
    by_subject text NOT NULL,
    note text,
    CONSTRAINT quarantine_order_history_pkey PRIMARY KEY (district_code, quarantine_order_id, change),
    CONSTRAINT quarantine_order_history_order
        FOREIGN KEY (district_code, quarantine_order_id) REFERENCES quarantine_orders (district_code, id)
);
ALTER TABLE quarantine_order_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON quarantine_order_history TO residents_worker USING (true) WITH CHECK (true);
-- An order's history belongs to whom the order is visible.
CREATE POLICY with_order ON quarantine_order_history TO residents_by_division, residents_by_person USING (
    EXISTS (SELECT 1 FROM quarantine_orders o
        WHERE o.district_code = quarantine_order_history.district_code AND o.id = quarantine_order_id)
);
GRANT SELECT, INSERT ON quarantine_order_history TO residents_by_division;
GRANT INSERT ON quarantine_order_history TO residents_by_person;
REVOKE UPDATE, DELETE ON quarantine_order_history FROM residents_worker;

CREATE TABLE health_checks (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    quarantine_order_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    slot_at timestamptz NOT NULL,
    status text NOT NULL,
    first_temperature_c numeric(3, 1),
    temperature_c numeric(3, 1),
    symptoms text[] NOT NULL,
    reported_at timestamptz,
    reported_by text,
    reported_as text,
    conclusion text,
    reviewed_at timestamptz,
    changes int NOT NULL,
    CONSTRAINT health_checks_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT health_checks_one_per_slot UNIQUE (district_code, quarantine_order_id, slot_at),
    CONSTRAINT health_checks_order
        FOREIGN KEY (district_code, quarantine_order_id) REFERENCES quarantine_orders (district_code, id),
    CONSTRAINT health_checks_status_known CHECK (
        status IN ('EXPECTED', 'REPORTED', 'RECHECK_DUE', 'MISSED', 'ABNORMAL', 'ESCALATED', 'REVIEWED')
    ),
    CONSTRAINT health_checks_temperature_possible CHECK (
        temperature_c BETWEEN 34.0 AND 43.0 AND first_temperature_c BETWEEN 34.0 AND 43.0
    ),
    CONSTRAINT health_checks_reading_whole CHECK (
        num_nulls(first_temperature_c, temperature_c, reported_at, reported_by, reported_as)
            = CASE WHEN status IN ('EXPECTED', 'MISSED') THEN 5 ELSE 0 END
    ),
    CONSTRAINT health_checks_review_whole CHECK (
        num_nulls(conclusion, reviewed_at) = CASE WHEN status = 'REVIEWED' THEN 0 ELSE 2 END
    )
);
CREATE INDEX health_checks_due_by_division ON health_checks (district_code, division_code, slot_at, id)
    WHERE status IN ('EXPECTED', 'RECHECK_DUE');
CREATE INDEX health_checks_waiting ON health_checks (slot_at) WHERE status IN ('EXPECTED', 'RECHECK_DUE');
ALTER TABLE health_checks ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON health_checks TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON health_checks TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
CREATE POLICY own_household ON health_checks FOR SELECT TO residents_by_person USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r WHERE r.district_code = nullif(current_setting('app.district', true), '')
)));
CREATE POLICY own_household_reports ON health_checks FOR UPDATE TO residents_by_person USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r WHERE r.district_code = nullif(current_setting('app.district', true), '')
)))
    WITH CHECK (status IN ('REPORTED', 'RECHECK_DUE', 'ESCALATED'));
GRANT SELECT, INSERT, UPDATE, DELETE ON health_checks TO residents_by_division;
GRANT SELECT, UPDATE (status, first_temperature_c, temperature_c, symptoms, reported_at, reported_by, reported_as, changes)
    ON health_checks TO residents_by_person;
GRANT SELECT ON health_checks TO residents_serving;

-- An order with the counts of its health checks, seen by whoever sees both tables.
CREATE VIEW quarantine_orders_with_checks WITH (security_invoker = true) AS
SELECT o.district_code, o.id, o.resident_id, o.division_code, o.status, o.setting, o.reason, o.length_days,
    o.starts_on, o.ends_on, o.issued_at, o.delivered_at, o.revocation_asked_at,
    CASE WHEN o.issued_at IS NOT NULL THEN '/notices/' || o.id END AS notice_url,
    (SELECT count(*) FROM health_checks c
        WHERE c.district_code = o.district_code AND c.quarantine_order_id = o.id) AS health_checks_expected,
    (SELECT count(c.reported_at) FROM health_checks c
        WHERE c.district_code = o.district_code AND c.quarantine_order_id = o.id) AS health_checks_reported,
    (SELECT count(*) FROM health_checks c
        WHERE c.district_code = o.district_code AND c.quarantine_order_id = o.id
            AND c.status = 'MISSED') AS health_checks_missed,
    (SELECT count(*) FROM health_checks c
        WHERE c.district_code = o.district_code AND c.quarantine_order_id = o.id
            AND c.status IN ('ABNORMAL', 'ESCALATED', 'REVIEWED')) AS health_checks_abnormal
FROM quarantine_orders o;
GRANT SELECT ON quarantine_orders_with_checks TO residents_serving, residents_by_division, residents_by_person;

-- Every reading and every change of a health check; rows are only ever added.
CREATE TABLE health_check_history (
    district_code text NOT NULL,
    health_check_id uuid NOT NULL,
    change int NOT NULL,
    at timestamptz NOT NULL,
    status_before text NOT NULL,
    status_after text NOT NULL,
    temperature_c numeric(3, 1),
    by_subject text NOT NULL,
    note text,
    CONSTRAINT health_check_history_pkey PRIMARY KEY (district_code, health_check_id, change),
    CONSTRAINT health_check_history_check
        FOREIGN KEY (district_code, health_check_id) REFERENCES health_checks (district_code, id)
);
ALTER TABLE health_check_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON health_check_history TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY with_check ON health_check_history TO residents_by_division, residents_by_person USING (
    EXISTS (SELECT 1 FROM health_checks c
        WHERE c.district_code = health_check_history.district_code AND c.id = health_check_id)
);
GRANT SELECT, INSERT ON health_check_history TO residents_by_division;
GRANT INSERT ON health_check_history TO residents_by_person;
REVOKE UPDATE, DELETE ON health_check_history FROM residents_worker;

-- 0004 expected arrival

-- Where a resident is awaited from. A returnee's entry belongs to the place it was registered for, which may
-- lie outside the scope of whoever changes the resident's standing; the standing must not depend on that.
-- Somebody is awaited until 14 days after the day of arrival, or until an order that began then or later ended.
CREATE FUNCTION expected_arrival(district text, resident uuid, today date)
    RETURNS TABLE (arrives_on date, origin_code text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT t.arrives_on, t.origin_code
    FROM returnees t
    WHERE t.district_code = district AND t.resident_id = resident AND t.arrives_on >= today - 14
      AND NOT EXISTS (
          SELECT 1
          FROM quarantine_orders q
          WHERE q.district_code = district AND q.resident_id = resident AND q.starts_on >= t.arrives_on
            AND q.status NOT IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
      )
    ORDER BY t.arrives_on DESC, t.id DESC
    LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION expected_arrival FROM PUBLIC;
GRANT EXECUTE ON FUNCTION expected_arrival TO residents_worker, residents_by_division, residents_by_person;

-- 0005 validity and coverage

-- Grids that nobody serves, as the clock noticed them; a grid's present gap is told by one open alarm.
CREATE TABLE coverage_alarms (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    status text NOT NULL,
    uncovered_since date NOT NULL,
    raised_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    note text,
    cleared_at timestamptz,
    CONSTRAINT coverage_alarms_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT coverage_alarms_grid FOREIGN KEY (district_code, division_code) REFERENCES divisions (district_code, code),
    CONSTRAINT coverage_alarms_status_known CHECK (status IN ('RAISED', 'CLEARED')),
    CONSTRAINT coverage_alarms_cleared_has_time CHECK ((status = 'CLEARED') = (cleared_at IS NOT NULL)),
    CONSTRAINT coverage_alarms_acknowledged_by_somebody CHECK (num_nulls(acknowledged_at, acknowledged_by) IN (0, 2))
);
CREATE UNIQUE INDEX coverage_alarms_one_open_per_grid ON coverage_alarms (district_code, division_code)
    WHERE status = 'RAISED';
CREATE INDEX coverage_alarms_by_division ON coverage_alarms (district_code, division_code, uncovered_since, id);
ALTER TABLE coverage_alarms ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON coverage_alarms TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON coverage_alarms TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON coverage_alarms TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT, UPDATE ON coverage_alarms TO residents_by_division;

-- 0006 roster and search

-- Households close, people leave and die, and who cannot report has a proxy.

ALTER TABLE households ADD COLUMN closed_on date;
GRANT UPDATE (address, closed_on) ON households TO residents_by_division;

ALTER TABLE residents
    ADD COLUMN status text NOT NULL DEFAULT 'REGISTERED',
    ADD COLUMN closed_on date,
    ADD COLUMN proxy_id uuid,
    ADD COLUMN proxy_worker_id uuid,
    ADD COLUMN phone_tail_index bytea,
    ADD COLUMN search_version int NOT NULL DEFAULT 0,
    ADD CONSTRAINT residents_proxy FOREIGN KEY (district_code, proxy_id) REFERENCES residents (district_code, id),
    ADD CONSTRAINT residents_proxy_worker
        FOREIGN KEY (district_code, proxy_worker_id) REFERENCES grid_workers (district_code, id),
    ADD CONSTRAINT residents_status_known CHECK (status IN ('REGISTERED', 'LEFT', 'DECEASED')),
    ADD CONSTRAINT residents_closed_on_a_day CHECK ((status = 'REGISTERED') = (closed_on IS NULL)),
    ADD CONSTRAINT residents_one_proxy CHECK (num_nonnulls(proxy_id, proxy_worker_id) <= 1),
    ADD CONSTRAINT residents_proxy_is_another CHECK (proxy_id <> id);

CREATE INDEX residents_of_proxy ON residents (district_code, proxy_id) WHERE proxy_id IS NOT NULL;
CREATE INDEX residents_by_phone_tail ON residents (district_code, phone_tail_index) WHERE phone_tail_index IS NOT NULL;
CREATE INDEX residents_by_search_version ON residents (search_version);

GRANT UPDATE (name, name_initials, sex, birth_on, relation, document_kind, document_number_sealed,
    document_number_masked, document_number_index, person_key, phone_sealed, phone_masked, phone_index,
    phone_tail_index, guardian_id, proxy_id, proxy_worker_id, search_version) ON residents TO residents_by_division;
GRANT SELECT (status, closed_on, proxy_id, proxy_worker_id)
    ON residents TO residents_serving, residents_by_division, residents_by_person;
GRANT SELECT (phone_tail_index, search_version) ON residents TO residents_by_division;

-- A proxy sees for whom to report. Orders and health checks follow: their policies ask who is visible here.
CREATE POLICY as_proxy ON residents FOR SELECT TO residents_by_person
    USING (proxy_id = nullif(current_setting('app.person', true), '')::uuid);
-- Update: the proxy's report may change the person's standing.
CREATE POLICY as_proxy ON standings TO residents_by_person USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r
    WHERE r.district_code = nullif(current_setting('app.district', true), '')
      AND r.proxy_id = nullif(current_setting('app.person', true), '')::uuid
)));

-- The name of whoever reports for somebody: masked where the proxy's own record is out of the reader's sight.
CREATE FUNCTION masked_resident_name(district text, resident uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT left(r.name, 1) || repeat('*', greatest(length(r.name) - 1, 1))
    FROM residents r
    WHERE r.district_code = district AND r.id = resident
$$;
CREATE FUNCTION resident_proxy_name(district text, proxy uuid, worker uuid) RETURNS text
    LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    SELECT coalesce(
        (SELECT r.name FROM residents r WHERE r.district_code = district AND r.id = proxy),
        masked_resident_name(district, proxy),
        (SELECT w.name FROM grid_workers w WHERE w.district_code = district AND w.id = worker)
    )
$$;
REVOKE EXECUTE ON FUNCTION masked_resident_name, resident_proxy_name FROM PUBLIC;
GRANT EXECUTE ON FUNCTION masked_resident_name, resident_proxy_name
    TO residents_worker, residents_serving, residents_by_division, residents_by_person;

-- What a resident is found by: each token starts with a letter for what it is of (n name, i initials, a address).
-- `shared` counts the characters that a smaller token of the same resident begins with, too: whoever asks for no
-- more than these finds the resident there, and only once.
CREATE TABLE resident_search_tokens (
    district_code text NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    token text COLLATE "C" NOT NULL,
    resident_id uuid NOT NULL,
    shared smallint NOT NULL,
    CONSTRAINT resident_search_tokens_pkey PRIMARY KEY (district_code, division_code, token, resident_id)
        INCLUDE (shared)
);
-- One index for who sees the whole district, the primary key for who sees some of its grids.
CREATE INDEX resident_search_tokens_by_token ON resident_search_tokens (district_code, token, resident_id)
    INCLUDE (division_code, shared);
ALTER TABLE resident_search_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON resident_search_tokens TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON resident_search_tokens TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON resident_search_tokens TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT, DELETE ON resident_search_tokens TO residents_by_division;

-- 0007 merges

-- A record that turned out to be of the same person as another. It stays with its numbers and keys, so that
-- whatever names it is understood for ever and a merge can be undone, and no list shows it.
ALTER TABLE residents ADD COLUMN merged_into uuid;
ALTER TABLE residents ADD CONSTRAINT residents_merged_into
    FOREIGN KEY (district_code, merged_into) REFERENCES residents (district_code, id);
ALTER TABLE residents ADD CONSTRAINT residents_merged_into_another CHECK (merged_into <> id);
CREATE INDEX residents_merged ON residents (district_code, merged_into) WHERE merged_into IS NOT NULL;
GRANT SELECT (merged_into) ON residents TO residents_serving, residents_by_division, residents_by_person;
CREATE INDEX residents_of_guardian ON residents (district_code, guardian_id) WHERE guardian_id IS NOT NULL;

-- One document, one child a guardian: among the records that stand.
ALTER TABLE residents DROP CONSTRAINT residents_one_per_document;
CREATE UNIQUE INDEX residents_one_per_document ON residents (district_code, document_number_index)
    WHERE merged_into IS NULL;
CREATE INDEX residents_merged_by_document ON residents (district_code, document_number_index)
    WHERE merged_into IS NOT NULL;
DROP INDEX residents_one_child_per_guardian;
CREATE UNIQUE INDEX residents_one_child_per_guardian ON residents (district_code, guardian_id, name, birth_on)
    WHERE document_number_index IS NULL AND merged_into IS NULL;

-- Who somebody is may be asked by any key that ever was the person's: the survivor of each lost record, the last of
-- a chain. No survivor: the merge was undone. The version tells other services which of two facts is newer.
CREATE TABLE resident_aliases (
    district_code text NOT NULL,
    lost_id uuid NOT NULL,
    lost_person_key text COLLATE "C" NOT NULL,
    survivor_id uuid,
    version bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT resident_aliases_pkey PRIMARY KEY (district_code, lost_id),
    CONSTRAINT resident_aliases_one_per_person_key UNIQUE (district_code, lost_person_key),
    CONSTRAINT resident_aliases_lost FOREIGN KEY (district_code, lost_id) REFERENCES residents (district_code, id),
    CONSTRAINT resident_aliases_survivor
        FOREIGN KEY (district_code, survivor_id) REFERENCES residents (district_code, id),
    CONSTRAINT resident_aliases_of_another CHECK (survivor_id <> lost_id)
);
CREATE INDEX resident_aliases_of_survivor ON resident_aliases (district_code, survivor_id)
    WHERE survivor_id IS NOT NULL;
ALTER TABLE resident_aliases ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON resident_aliases TO residents_worker USING (true) WITH CHECK (true);
-- Two ids are one person: that says nothing of either, and a key must be understood wherever it is shown.
CREATE POLICY everybody_resolves ON resident_aliases FOR SELECT TO residents_by_division, residents_by_person
    USING (true);
GRANT SELECT ON resident_aliases TO residents_serving, residents_by_division, residents_by_person;

CREATE TABLE resident_merges (
    district_code text NOT NULL,
    id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    lost_id uuid NOT NULL,
    lost_division_code text COLLATE "C" NOT NULL,
    reason text NOT NULL,
    note text,
    merged_by text NOT NULL,
    merged_at timestamptz NOT NULL,
    undone_by text,
    undone_at timestamptz,
    CONSTRAINT resident_merges_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT resident_merges_survivor FOREIGN KEY (district_code, survivor_id) REFERENCES residents (district_code, id),
    CONSTRAINT resident_merges_lost FOREIGN KEY (district_code, lost_id) REFERENCES residents (district_code, id),
    CONSTRAINT resident_merges_reason_known CHECK (
        reason IN ('SAME_DOCUMENT', 'SAME_PHONE_AND_NAME', 'RENAMED', 'REGISTERED_TWICE', 'OTHER')
    ),
    CONSTRAINT resident_merges_undoing_whole CHECK (num_nulls(undone_by, undone_at) IN (0, 2))
);
CREATE UNIQUE INDEX resident_merges_one_in_effect ON resident_merges (district_code, lost_id) WHERE undone_at IS NULL;
CREATE INDEX resident_merges_of_survivor ON resident_merges (district_code, survivor_id);
CREATE INDEX resident_merges_of_lost ON resident_merges (district_code, lost_id);
ALTER TABLE resident_merges ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON resident_merges TO residents_worker USING (true) WITH CHECK (true);
-- A merge is seen by whoever sees the person, as the person is known now, or the record that stands again.
CREATE POLICY with_person ON resident_merges FOR SELECT TO residents_by_division USING (
    EXISTS (SELECT 1 FROM residents r
        WHERE r.district_code = resident_merges.district_code AND r.merged_into IS NULL
            AND (r.id IN (survivor_id, lost_id) OR r.id = (SELECT a.survivor_id FROM resident_aliases a
                WHERE a.district_code = resident_merges.district_code AND a.lost_id = resident_merges.survivor_id)))
);
GRANT SELECT ON resident_merges TO residents_serving, residents_by_division, residents_by_person;

-- What a merge moved, as it was and as it became, precise enough to put it back; rows are only ever added.
CREATE TABLE resident_merge_moves (
    district_code text NOT NULL,
    merge_id uuid NOT NULL,
    place int NOT NULL,
    kind text NOT NULL,
    object_id uuid NOT NULL,
    words_en text NOT NULL,
    words_zh text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    CONSTRAINT resident_merge_moves_pkey PRIMARY KEY (district_code, merge_id, place),
    CONSTRAINT resident_merge_moves_merge
        FOREIGN KEY (district_code, merge_id) REFERENCES resident_merges (district_code, id)
);
ALTER TABLE resident_merge_moves ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON resident_merge_moves TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY with_merge ON resident_merge_moves FOR SELECT TO residents_by_division USING (
    EXISTS (SELECT 1 FROM resident_merges m
        WHERE m.district_code = resident_merge_moves.district_code AND m.id = merge_id)
);
GRANT SELECT ON resident_merge_moves TO residents_serving, residents_by_division, residents_by_person;
REVOKE UPDATE, DELETE ON resident_merge_moves FROM residents_worker;

CREATE INDEX returnees_by_candidate ON returnees USING gin (candidate_ids) WHERE candidate_ids <> '{}';

-- Whoever writes a row about a person while the record is being merged waits for it, and then has to look again:
-- that heals by itself, and no row ever names a lost record.
CREATE FUNCTION refuse_lost_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM 1 FROM residents r WHERE r.district_code = NEW.district_code AND r.id = NEW.resident_id FOR KEY SHARE;
    PERFORM 1 FROM resident_aliases a
        WHERE a.district_code = NEW.district_code AND a.lost_id = NEW.resident_id AND a.survivor_id IS NOT NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'the record was merged meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER refuse_lost_record BEFORE INSERT OR UPDATE OF resident_id ON quarantine_orders
    FOR EACH ROW WHEN (NEW.resident_id IS NOT NULL) EXECUTE FUNCTION refuse_lost_record();
CREATE TRIGGER refuse_lost_record BEFORE INSERT OR UPDATE OF resident_id ON screening_tasks
    FOR EACH ROW WHEN (NEW.resident_id IS NOT NULL) EXECUTE FUNCTION refuse_lost_record();
CREATE TRIGGER refuse_lost_record BEFORE INSERT OR UPDATE OF resident_id ON returnees
    FOR EACH ROW WHEN (NEW.resident_id IS NOT NULL) EXECUTE FUNCTION refuse_lost_record();

CREATE FUNCTION refuse_lost_guardian() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM 1 FROM residents r
        WHERE r.district_code = NEW.district_code AND r.id IN (NEW.guardian_id, NEW.proxy_id) ORDER BY r.id FOR KEY SHARE;
    PERFORM 1 FROM resident_aliases a
        WHERE a.district_code = NEW.district_code AND a.lost_id IN (NEW.guardian_id, NEW.proxy_id)
            AND a.survivor_id IS NOT NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'the record was merged meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER refuse_lost_guardian BEFORE INSERT OR UPDATE OF guardian_id, proxy_id ON residents
    FOR EACH ROW WHEN (NEW.guardian_id IS NOT NULL OR NEW.proxy_id IS NOT NULL)
    EXECUTE FUNCTION refuse_lost_guardian();
REVOKE EXECUTE ON FUNCTION refuse_lost_record, refuse_lost_guardian FROM PUBLIC;

-- A person who signed in under a record that was merged since is the survivor.
CREATE FUNCTION own_resident() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT coalesce(
        (SELECT a.survivor_id FROM resident_aliases a
            WHERE a.district_code = nullif(current_setting('app.district', true), '')
                AND a.lost_id = nullif(current_setting('app.person', true), '')::uuid),
        nullif(current_setting('app.person', true), '')::uuid)
$$;
REVOKE EXECUTE ON FUNCTION own_resident FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_resident TO residents_by_person;
ALTER POLICY own_household ON residents USING (
    id = (SELECT own_resident()) OR household_id = nullif(current_setting('app.household', true), '')::uuid
);
ALTER POLICY own_household ON standings USING (
    resident_id = (SELECT own_resident()) OR household_id = nullif(current_setting('app.household', true), '')::uuid
);
ALTER POLICY as_proxy ON residents USING (proxy_id = (SELECT own_resident()));
ALTER POLICY as_proxy ON standings USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r
    WHERE r.district_code = nullif(current_setting('app.district', true), '') AND r.proxy_id = (SELECT own_resident())
)));

-- 0012 one head a household, among the records that stand

CREATE UNIQUE INDEX residents_one_head_per_household ON residents (district_code, household_id)
    WHERE relation = 'HEAD' AND status = 'REGISTERED' AND merged_into IS NULL;

-- 0013 search

-- Tokens of the whole district, in their order, for whoever's scope it is. Under row level security the planner
-- takes the policy's bounds for the index of the grids and reads every token that fits: this applies the scope itself.
CREATE FUNCTION district_search_tokens(
    district text, low text, low_id uuid, high text, high_id uuid, asked int, backward boolean, rows_max int
)
    RETURNS TABLE (token text, resident_id uuid)
    LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    IF district <> ALL (coalesce(string_to_array(nullif(current_setting('app.scopes', true), ''), ','), '{}')) THEN
        RETURN;
    ELSIF backward THEN
        RETURN QUERY
        SELECT t.token::text, t.resident_id
        FROM resident_search_tokens t
        WHERE t.district_code = district AND t.token >= low AND (t.token, t.resident_id) < (high, high_id)
          AND t.shared < asked
        ORDER BY t.token DESC, t.resident_id DESC
        LIMIT rows_max;
    ELSE
        RETURN QUERY
        SELECT t.token::text, t.resident_id
        FROM resident_search_tokens t
        WHERE t.district_code = district AND (t.token, t.resident_id) > (low, low_id) AND t.token < high
          AND t.shared < asked
        ORDER BY t.token, t.resident_id
        LIMIT rows_max;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION district_search_tokens FROM PUBLIC;
GRANT EXECUTE ON FUNCTION district_search_tokens
    TO residents_worker, residents_serving, residents_by_division, residents_by_person;

-- Who reports for another may hold a token of a record that is merged since.
ALTER POLICY as_proxy ON residents USING (proxy_id = (SELECT own_resident()));

-- 0009 imports

-- An import can be cancelled, says how far it is and why it failed, and gives up after some tries.
ALTER TABLE returnee_list_imports DROP CONSTRAINT returnee_list_imports_status_known;
ALTER TABLE returnee_list_imports
    ADD COLUMN bytes_done bigint NOT NULL DEFAULT 0,
    ADD COLUMN attempts int NOT NULL DEFAULT 0,
    ADD COLUMN failure_code text,
    ADD COLUMN failure_message_en text,
    ADD COLUMN failure_message_zh text,
    ADD CONSTRAINT returnee_list_imports_status_known
        CHECK (status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    ADD CONSTRAINT returnee_list_imports_failure_whole
        CHECK (num_nulls(failure_code, failure_message_en, failure_message_zh) IN (0, 3));
GRANT UPDATE (status, finished_at, attempts, failure_code, failure_message_en, failure_message_zh, leased_by,
    leased_until) ON returnee_list_imports TO residents_by_division;

-- What each version of a list says of a person, so that versions can be compared. A line that is refused because
-- the return is registered otherwise speaks of the person too.
ALTER TABLE returnee_list_entries DROP CONSTRAINT returnee_list_entries_once;
ALTER TABLE returnee_list_entries
    ADD COLUMN is_stored boolean NOT NULL DEFAULT true,
    ADD COLUMN identity_index bytea,
    ADD COLUMN said bytea;
CREATE UNIQUE INDEX returnee_list_entries_once ON returnee_list_entries (district_code, import_id, returnee_id)
    WHERE is_stored;
CREATE INDEX returnee_list_entries_of_person
    ON returnee_list_entries (district_code, import_id, identity_index, line);
CREATE POLICY with_their_import ON returnee_list_entries FOR SELECT TO residents_by_division
    USING (import_id IN (SELECT i.id FROM returnee_list_imports i));
GRANT SELECT ON returnee_list_entries TO residents_serving, residents_by_division, residents_by_person;

-- Who waits for a person's eye, and who may be meant.
CREATE INDEX returnees_to_match ON returnees (district_code, division_code, arrives_on, id) WHERE match = 'PROBABLE';

-- A candidate may live outside the scope of whoever looks: then the name is masked, and of the place the town is shown.
CREATE FUNCTION returnee_candidates(district text, candidates uuid[])
    RETURNS TABLE (id uuid, name text, national_id_masked text, phone_masked text, division_code text,
        is_within_scope boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT r.id,
        CASE WHEN w.within THEN r.name ELSE left(r.name, 1) || repeat('*', greatest(length(r.name) - 1, 1)) END,
        CASE WHEN w.within THEN r.document_number_masked END,
        r.phone_masked,
        CASE WHEN w.within THEN r.division_code ELSE left(r.division_code, 9) END,
        w.within
    FROM residents r
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
            WHERE starts_with(r.division_code, s)
        ) AS within
    ) w
    WHERE r.district_code = district AND r.id = ANY (candidates) AND r.merged_into IS NULL
    ORDER BY r.id
    LIMIT 20
$$;
REVOKE EXECUTE ON FUNCTION returnee_candidates FROM PUBLIC;
GRANT EXECUTE ON FUNCTION returnee_candidates TO residents_worker, residents_serving, residents_by_division,
    residents_by_person;

-- Of two returns on one day the riskier counts, whichever became known first.
CREATE OR REPLACE FUNCTION expected_arrival(district text, resident uuid, today date)
    RETURNS TABLE (arrives_on date, origin_code text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT t.arrives_on, t.origin_code
    FROM returnees t
    WHERE t.district_code = district AND t.resident_id = resident AND t.arrives_on >= today - 14
      AND NOT EXISTS (
          SELECT 1
          FROM quarantine_orders q
          WHERE q.district_code = district AND q.resident_id = resident AND q.starts_on >= t.arrives_on
            AND q.status NOT IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
      )
    ORDER BY t.arrives_on DESC, array_position(ARRAY['HIGH', 'MEDIUM', 'LOW'], t.risk_level), t.origin_code, t.id DESC
    LIMIT 1
$$;

-- 0010 history

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

-- 0011 forms

-- Forms 表单: what another office wants to be told, as data. A definition names no person: everybody may read it.

CREATE TABLE forms (
    district_code text NOT NULL,
    id uuid NOT NULL,
    code text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT forms_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT forms_one_per_code UNIQUE (district_code, code)
);
GRANT SELECT ON forms TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT ON forms TO residents_by_division;

-- What a version says never changes; only whether it is in use does.
CREATE TABLE form_versions (
    district_code text NOT NULL,
    id uuid NOT NULL,
    form_id uuid NOT NULL,
    version int NOT NULL,
    title text NOT NULL,
    title_english text NOT NULL,
    office text NOT NULL,
    source text NOT NULL,
    unit text NOT NULL,
    filters text[] NOT NULL,
    names_people boolean NOT NULL,
    status text NOT NULL,
    drafted_by text NOT NULL,
    drafted_at timestamptz NOT NULL,
    activated_by text,
    activated_at timestamptz,
    retired_by text,
    retired_at timestamptz,
    CONSTRAINT form_versions_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT form_versions_one_per_number UNIQUE (district_code, form_id, version),
    CONSTRAINT form_versions_form FOREIGN KEY (district_code, form_id) REFERENCES forms (district_code, id),
    CONSTRAINT form_versions_source_known CHECK (source IN ('RETURNEES', 'QUARANTINE_ORDERS', 'HEALTH_CHECKS',
        'SCREENING_TASKS', 'RESIDENTS', 'HOUSEHOLDS')),
    CONSTRAINT form_versions_unit_known CHECK (unit IN ('RECORD', 'VILLAGE', 'TOWN')),
    CONSTRAINT form_versions_filters_known CHECK (filters <@ ARRAY['DIVISION', 'DAYS', 'STATUS']),
    CONSTRAINT form_versions_status_known CHECK (status IN ('DRAFT', 'ACTIVE', 'RETIRED')),
    CONSTRAINT form_versions_activated_by_another CHECK (activated_by <> drafted_by),
    CONSTRAINT form_versions_activation_whole CHECK (
        num_nulls(activated_by, activated_at) = CASE WHEN status = 'DRAFT' THEN 2 ELSE 0 END
    ),
    CONSTRAINT form_versions_retirement_whole CHECK (
        num_nulls(retired_by, retired_at) = CASE WHEN status = 'RETIRED' THEN 0 ELSE 2 END
    )
);
CREATE UNIQUE INDEX form_versions_one_active_per_form ON form_versions (district_code, form_id)
    WHERE status = 'ACTIVE';
GRANT SELECT ON form_versions TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT, UPDATE (status, activated_by, activated_at, retired_by, retired_at)
    ON form_versions TO residents_by_division;
REVOKE UPDATE, DELETE ON form_versions FROM residents_worker;

CREATE TABLE form_columns (
    district_code text NOT NULL,
    form_version_id uuid NOT NULL,
    position int NOT NULL,
    header text NOT NULL,
    source_column text NOT NULL,
    format text NOT NULL,
    CONSTRAINT form_columns_pkey PRIMARY KEY (district_code, form_version_id, position),
    CONSTRAINT form_columns_headers_differ UNIQUE (district_code, form_version_id, header),
    CONSTRAINT form_columns_version
        FOREIGN KEY (district_code, form_version_id) REFERENCES form_versions (district_code, id),
    CONSTRAINT form_columns_format_known CHECK (format IN ('TEXT', 'DAY', 'DAY_IN_WORDS', 'INSTANT', 'NUMBER', 'LABEL'))
);
GRANT SELECT ON form_columns TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT ON form_columns TO residents_by_division;
REVOKE UPDATE, DELETE ON form_columns FROM residents_worker;

-- Exports 导出 of a form over a part of the district. `trace_tag` stands in the check of each exported row.
CREATE TABLE form_exports (
    district_code text NOT NULL,
    id uuid NOT NULL,
    form_version_id uuid NOT NULL,
    scope text COLLATE "C" NOT NULL,
    from_day date,
    to_day date,
    record_statuses text[],
    format text NOT NULL,
    purpose text NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    trace_tag bytea NOT NULL,
    rows_expected bigint NOT NULL,
    rows_prepared bigint,
    content_bytes bigint,
    pieces int,
    requested_by text NOT NULL,
    requester_name text NOT NULL,
    requester_role text NOT NULL,
    requester_scopes text COLLATE "C" NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    decision_note text,
    prepared_at timestamptz,
    downloads int NOT NULL DEFAULT 0,
    ended_by text,
    ended_at timestamptz,
    ended_reason text,
    expires_at timestamptz NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    leased_by uuid,
    leased_until timestamptz,
    CONSTRAINT form_exports_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT form_exports_one_per_trace_tag UNIQUE (district_code, trace_tag),
    CONSTRAINT form_exports_version
        FOREIGN KEY (district_code, form_version_id) REFERENCES form_versions (district_code, id),
    CONSTRAINT form_exports_within_district CHECK (starts_with(scope, district_code)),
    CONSTRAINT form_exports_days_in_order CHECK (to_day >= from_day AND num_nulls(from_day, to_day) IN (0, 2)),
    CONSTRAINT form_exports_format_known CHECK (format IN ('CSV', 'HTML')),
    CONSTRAINT form_exports_status_known CHECK (status IN ('REQUESTED', 'APPROVED', 'REFUSED', 'PREPARING', 'READY',
        'DOWNLOADED', 'EXPIRED', 'CANCELLED')),
    CONSTRAINT form_exports_decided_by_another CHECK (decided_by <> requested_by),
    CONSTRAINT form_exports_approved_before_prepared CHECK (
        decided_by IS NOT NULL OR status IN ('REQUESTED', 'EXPIRED', 'CANCELLED')
    ),
    CONSTRAINT form_exports_preparation_whole CHECK (
        num_nulls(rows_prepared, content_bytes, pieces, prepared_at) IN (0, 4)
        AND (prepared_at IS NOT NULL OR status NOT IN ('READY', 'DOWNLOADED'))
    ),
    CONSTRAINT form_exports_end_whole CHECK (
        num_nulls(ended_by, ended_at, ended_reason)
            = CASE WHEN status IN ('REFUSED', 'EXPIRED', 'CANCELLED') THEN 0 ELSE 3 END
    )
);
CREATE INDEX form_exports_by_scope ON form_exports (district_code, scope, requested_at, id);
CREATE INDEX form_exports_waiting ON form_exports (decided_at, id) WHERE status IN ('APPROVED', 'PREPARING');
CREATE INDEX form_exports_expiring ON form_exports (expires_at) WHERE status IN ('REQUESTED', 'READY', 'DOWNLOADED');
ALTER TABLE form_exports ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON form_exports TO residents_worker USING (true) WITH CHECK (true);
-- An export is seen by whoever has authority over the whole of its scope.
CREATE POLICY region ON form_exports TO residents_by_division USING (
    scope >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND scope < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE scope >= s AND scope < s || '~')
);
GRANT SELECT ON form_exports TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT, UPDATE (status, decided_by, decided_at, decision_note, ended_by, ended_at, ended_reason, expires_at)
    ON form_exports TO residents_by_division;

-- A prepared file, encrypted piece by piece, until it expires; for the worker alone.
CREATE TABLE form_export_pieces (
    district_code text NOT NULL,
    export_id uuid NOT NULL,
    position int NOT NULL,
    content_sealed bytea NOT NULL,
    person_keys text[] NOT NULL,
    stored_at timestamptz NOT NULL,
    CONSTRAINT form_export_pieces_pkey PRIMARY KEY (district_code, export_id, position),
    CONSTRAINT form_export_pieces_export
        FOREIGN KEY (district_code, export_id) REFERENCES form_exports (district_code, id)
);
ALTER TABLE form_export_pieces ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON form_export_pieces TO residents_worker USING (true) WITH CHECK (true);

-- Every download; rows are only ever added.
CREATE TABLE form_export_downloads (
    district_code text NOT NULL,
    id uuid NOT NULL,
    export_id uuid NOT NULL,
    downloaded_by text NOT NULL,
    downloaded_at timestamptz NOT NULL,
    open_until timestamptz NOT NULL,
    CONSTRAINT form_export_downloads_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT form_export_downloads_export
        FOREIGN KEY (district_code, export_id) REFERENCES form_exports (district_code, id)
);
CREATE INDEX form_export_downloads_of_export ON form_export_downloads (district_code, export_id, id);
ALTER TABLE form_export_downloads ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON form_export_downloads TO residents_worker USING (true) WITH CHECK (true);
REVOKE UPDATE, DELETE ON form_export_downloads FROM residents_worker;

-- Exports that were blocked: more named people than the limit; rows are only ever added.
CREATE TABLE form_export_alarms (
    district_code text NOT NULL,
    id uuid NOT NULL,
    scope text COLLATE "C" NOT NULL,
    form_version_id uuid NOT NULL,
    rows_counted bigint NOT NULL,
    rows_max bigint NOT NULL,
    subject text NOT NULL,
    role text NOT NULL,
    attempt text NOT NULL,
    raised_at timestamptz NOT NULL,
    CONSTRAINT form_export_alarms_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT form_export_alarms_one_per_attempt UNIQUE (district_code, subject, attempt),
    CONSTRAINT form_export_alarms_version
        FOREIGN KEY (district_code, form_version_id) REFERENCES form_versions (district_code, id)
);
CREATE INDEX form_export_alarms_by_scope ON form_export_alarms (district_code, scope, raised_at, id);
ALTER TABLE form_export_alarms ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON form_export_alarms TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON form_export_alarms TO residents_by_division USING (
    scope >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND scope < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE scope >= s AND scope < s || '~')
);
GRANT SELECT ON form_export_alarms TO residents_serving, residents_by_division, residents_by_person;
REVOKE UPDATE, DELETE ON form_export_alarms FROM residents_worker;

-- Forms of health checks read whole days of a place.
CREATE INDEX health_checks_by_division ON health_checks (district_code, division_code, slot_at, id);

-- 0008 screening rounds

-- UUIDv7 for rows that are made by the hundred thousand: ids made here need no way through the application.
-- The time is the caller's, in milliseconds; PostgreSQL 15 has no function of its own.
CREATE FUNCTION time_ordered_id(wall_ms bigint) RETURNS uuid LANGUAGE sql VOLATILE
AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send(wall_ms) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;
REVOKE EXECUTE ON FUNCTION time_ordered_id FROM PUBLIC;
GRANT EXECUTE ON FUNCTION time_ordered_id TO residents_worker;

-- Screening rounds: every household of a scope, asked once.

CREATE TABLE screening_rounds (
    district_code text NOT NULL,
    id uuid NOT NULL,
    scope_code text COLLATE "C" NOT NULL,
    title text NOT NULL,
    reason text NOT NULL,
    question_set_version int NOT NULL,
    status text NOT NULL,
    due_at timestamptz NOT NULL,
    known_region_ids uuid[] NOT NULL,
    prepared_to text COLLATE "C" NOT NULL,
    opened_by text NOT NULL,
    opened_at timestamptz NOT NULL,
    ready_at timestamptz,
    ended_at timestamptz,
    ended_by text,
    end_reason text,
    CONSTRAINT screening_rounds_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT screening_rounds_within_district CHECK (starts_with(scope_code, district_code)),
    CONSTRAINT screening_rounds_status_known CHECK (status IN ('PREPARING', 'OPEN', 'CLOSED', 'CANCELLED')),
    CONSTRAINT screening_rounds_end_whole CHECK (
        num_nulls(ended_at, ended_by) = CASE WHEN status IN ('CLOSED', 'CANCELLED') THEN 0 ELSE 2 END
    )
);
ALTER TABLE screening_rounds ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON screening_rounds TO residents_worker USING (true) WITH CHECK (true);
-- A round is seen by whoever's scope it touches; few rows, so no index is missed.
CREATE POLICY touching ON screening_rounds TO residents_by_division USING (
    EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE starts_with(scope_code, s) OR starts_with(s, scope_code))
);
GRANT SELECT ON screening_rounds TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT, UPDATE ON screening_rounds TO residents_by_division;

-- How far a round is in each grid: the sum of the grids is the village's number, and so on upward.
CREATE TABLE screening_round_counters (
    district_code text NOT NULL,
    round_id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    planned bigint NOT NULL DEFAULT 0,
    reached bigint NOT NULL DEFAULT 0,
    verified bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    not_here bigint NOT NULL DEFAULT 0,
    overdue bigint NOT NULL DEFAULT 0,
    CONSTRAINT screening_round_counters_pkey PRIMARY KEY (district_code, round_id, division_code),
    CONSTRAINT screening_round_counters_round
        FOREIGN KEY (district_code, round_id) REFERENCES screening_rounds (district_code, id),
    CONSTRAINT screening_round_counters_of_a_grid CHECK (length(division_code) = 15),
    CONSTRAINT screening_round_counters_possible CHECK (
        least(planned, reached, verified, refused, not_here, overdue) >= 0
        AND greatest(reached, verified, refused, not_here, overdue) <= planned
    )
);
ALTER TABLE screening_round_counters ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON screening_round_counters TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON screening_round_counters TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON screening_round_counters TO residents_serving, residents_by_division, residents_by_person;
GRANT UPDATE ON screening_round_counters TO residents_by_division;

ALTER TABLE screening_tasks ADD CONSTRAINT screening_tasks_round
    FOREIGN KEY (district_code, round_id) REFERENCES screening_rounds (district_code, id);

-- What was found out when a task was verified.
CREATE TABLE screening_outcomes (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    task_id uuid NOT NULL,
    people_here int NOT NULL,
    symptoms boolean NOT NULL,
    needs text[] NOT NULL,
    verified_by text NOT NULL,
    verified_at timestamptz NOT NULL,
    CONSTRAINT screening_outcomes_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT screening_outcomes_task FOREIGN KEY (district_code, task_id) REFERENCES screening_tasks (district_code, id),
    CONSTRAINT screening_outcomes_people_possible CHECK (people_here BETWEEN 0 AND 50),
    CONSTRAINT screening_outcomes_needs_known CHECK (needs <@ ARRAY['FOOD', 'MEDICINE', 'CARE', 'OTHER'])
);
CREATE INDEX screening_outcomes_of_task ON screening_outcomes (district_code, task_id, id);
ALTER TABLE screening_outcomes ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON screening_outcomes TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON screening_outcomes TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON screening_outcomes TO residents_serving, residents_by_division, residents_by_person;
REVOKE UPDATE, DELETE ON screening_outcomes FROM residents_worker;

-- What was found out about one person of it.
CREATE TABLE screening_findings (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    outcome_id uuid NOT NULL,
    task_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    is_here boolean NOT NULL,
    since_on date,
    origin_code text COLLATE "C",
    symptoms boolean NOT NULL,
    risk_level text,
    order_id uuid,
    CONSTRAINT screening_findings_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT screening_findings_outcome
        FOREIGN KEY (district_code, outcome_id) REFERENCES screening_outcomes (district_code, id),
    CONSTRAINT screening_findings_resident
        FOREIGN KEY (district_code, resident_id) REFERENCES residents (district_code, id),
    CONSTRAINT screening_findings_travel_whole CHECK (num_nulls(since_on, origin_code) IN (0, 2)),
    CONSTRAINT screening_findings_level_known CHECK (risk_level IN ('LOW', 'MEDIUM', 'HIGH'))
);
CREATE INDEX screening_findings_of_outcome ON screening_findings (district_code, outcome_id, id);
CREATE INDEX screening_findings_by_origin ON screening_findings (district_code, origin_code, since_on)
    WHERE origin_code IS NOT NULL;
ALTER TABLE screening_findings ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON screening_findings TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON screening_findings TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON screening_findings TO residents_serving, residents_by_division, residents_by_person;
REVOKE UPDATE, DELETE ON screening_findings FROM residents_worker;

-- For which region a task was opened again, or need not be since it was answered knowing of it.
CREATE TABLE screening_rescreens (
    district_code text NOT NULL,
    task_id uuid NOT NULL,
    region_id uuid NOT NULL,
    marked_at timestamptz NOT NULL,
    CONSTRAINT screening_rescreens_pkey PRIMARY KEY (district_code, task_id, region_id),
    CONSTRAINT screening_rescreens_task FOREIGN KEY (district_code, task_id) REFERENCES screening_tasks (district_code, id)
);
ALTER TABLE screening_rescreens ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON screening_rescreens TO residents_worker USING (true) WITH CHECK (true);

-- Steps that were taken without a connection, by the key that the device gave each: a step sent twice is one.
CREATE TABLE screening_offline_steps (
    district_code text NOT NULL,
    taken_by text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    task_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT screening_offline_steps_pkey PRIMARY KEY (district_code, taken_by, key)
);
ALTER TABLE screening_offline_steps ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON screening_offline_steps TO residents_worker USING (true) WITH CHECK (true);

CREATE TABLE screening_task_batches (
    district_code text NOT NULL,
    id uuid NOT NULL,
    sent_by text NOT NULL,
    sent_at timestamptz NOT NULL,
    sent int NOT NULL,
    stored int NOT NULL,
    refused int NOT NULL,
    CONSTRAINT screening_task_batches_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT screening_task_batches_every_step_accounted CHECK (sent = stored + refused)
);
ALTER TABLE screening_task_batches ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON screening_task_batches TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY own_batches ON screening_task_batches FOR SELECT TO residents_by_division
    USING (sent_by = nullif(current_setting('app.subject', true), ''));
GRANT SELECT ON screening_task_batches TO residents_serving, residents_by_division, residents_by_person;

CREATE TABLE screening_task_batch_refusals (
    district_code text NOT NULL,
    batch_id uuid NOT NULL,
    place int NOT NULL,
    step_key text NOT NULL,
    field text,
    code text NOT NULL,
    message_en text NOT NULL,
    message_zh text NOT NULL,
    CONSTRAINT screening_task_batch_refusals_pkey PRIMARY KEY (district_code, batch_id, place),
    CONSTRAINT screening_task_batch_refusals_batch
        FOREIGN KEY (district_code, batch_id) REFERENCES screening_task_batches (district_code, id)
);
ALTER TABLE screening_task_batch_refusals ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON screening_task_batch_refusals TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY with_batch ON screening_task_batch_refusals FOR SELECT TO residents_by_division
    USING (batch_id IN (SELECT b.id FROM screening_task_batches b));
GRANT SELECT ON screening_task_batch_refusals TO residents_serving, residents_by_division, residents_by_person;

-- The contact ledger 联系台账: who contacted a person or a household, when, how, why, and what came of it.
CREATE TABLE contacts (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    household_id uuid,
    resident_id uuid,
    task_id uuid,
    how text NOT NULL,
    reason text NOT NULL,
    outcome text NOT NULL,
    asked_again_because text,
    note text,
    made_by text NOT NULL,
    made_by_name text NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT contacts_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT contacts_household FOREIGN KEY (district_code, household_id) REFERENCES households (district_code, id),
    CONSTRAINT contacts_resident FOREIGN KEY (district_code, resident_id) REFERENCES residents (district_code, id),
    CONSTRAINT contacts_task FOREIGN KEY (district_code, task_id) REFERENCES screening_tasks (district_code, id),
    CONSTRAINT contacts_of_somebody CHECK (num_nonnulls(household_id, resident_id, task_id) > 0),
    CONSTRAINT contacts_of_a_grid CHECK (length(division_code) = 15 AND starts_with(division_code, district_code)),
    CONSTRAINT contacts_how_known CHECK (how IN ('CALL', 'VISIT', 'MESSAGE')),
    CONSTRAINT contacts_reason_known CHECK (reason IN ('SCREENING', 'RESCREENING', 'QUARANTINE', 'HELP', 'OTHER')),
    CONSTRAINT contacts_outcome_known CHECK (outcome IN ('REACHED', 'NO_ANSWER', 'NOT_HERE', 'REFUSED'))
);
CREATE INDEX contacts_of_household ON contacts (district_code, household_id, made_at, id);
CREATE INDEX contacts_of_resident ON contacts (district_code, resident_id, made_at, id);
CREATE INDEX contacts_of_task ON contacts (district_code, task_id, made_at, id);
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON contacts TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON contacts TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON contacts TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT ON contacts TO residents_by_division;
REVOKE UPDATE, DELETE ON contacts FROM residents_worker;
