-- migrate:up

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
    CONSTRAINT screening_tasks_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT screening_tasks_one_per_returnee UNIQUE (district_code, returnee_id),
    CONSTRAINT screening_tasks_returnee
        FOREIGN KEY (district_code, returnee_id) REFERENCES returnees (district_code, id),
    CONSTRAINT screening_tasks_resident
        FOREIGN KEY (district_code, resident_id) REFERENCES residents (district_code, id),
    CONSTRAINT screening_tasks_worker
        FOREIGN KEY (district_code, worker_id) REFERENCES grid_workers (district_code, id),
    CONSTRAINT screening_tasks_of_somebody CHECK (num_nonnulls(resident_id, returnee_id) > 0),
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

-- migrate:down

DROP TABLE screening_steps, screening_tasks, returnee_list_entries, returnees, returnee_list_refusals,
    returnee_list_chunks, returnee_list_imports, risk_regions;
