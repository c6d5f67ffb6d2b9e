-- migrate:up
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

-- migrate:down
DROP INDEX health_checks_by_division;
DROP TABLE form_export_alarms;
DROP TABLE form_export_downloads;
DROP TABLE form_export_pieces;
DROP TABLE form_exports;
DROP TABLE form_columns;
DROP TABLE form_versions;
DROP TABLE forms;
