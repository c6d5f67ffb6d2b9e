-- migrate:up

CREATE TABLE resumption_applications (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    enterprise_id uuid NOT NULL,
    status text NOT NULL,
    mode text NOT NULL,
    policy_version text NOT NULL,
    review_level text NOT NULL,
    planned_on date NOT NULL,
    person_in_charge_name text NOT NULL,
    person_in_charge_phone_sealed bytea NOT NULL,
    person_in_charge_phone_masked text NOT NULL,
    masks int NOT NULL,
    thermometers int NOT NULL,
    disinfectant_liters double precision NOT NULL,
    isolation_rooms int NOT NULL,
    dormitories jsonb NOT NULL,
    canteen_plan text,
    undertaking_accepted boolean NOT NULL,
    submitted_at timestamptz NOT NULL,
    due_at timestamptz,
    precheck_passed boolean NOT NULL,
    findings jsonb NOT NULL,
    prechecked_on date NOT NULL,
    CONSTRAINT resumption_applications_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT resumption_applications_enterprise_known FOREIGN KEY (district_code, enterprise_id)
        REFERENCES enterprises (district_code, id),
    CONSTRAINT resumption_applications_status CHECK (status IN ('DRAFT', 'SUBMITTED', 'PRECHECKED', 'UNDER_REVIEW',
        'RETURNED', 'INSPECTING', 'APPROVED', 'REJECTED', 'RESUMED', 'WITHDRAWN'))
);
CREATE UNIQUE INDEX resumption_applications_one_open_per_enterprise
    ON resumption_applications (district_code, enterprise_id)
    WHERE status IN ('DRAFT', 'SUBMITTED', 'PRECHECKED', 'UNDER_REVIEW', 'RETURNED', 'INSPECTING');
CREATE INDEX resumption_applications_of_enterprise
    ON resumption_applications (district_code, enterprise_id, submitted_at, id);
CREATE INDEX resumption_applications_region
    ON resumption_applications (district_code, division_code, submitted_at, id);
CREATE INDEX resumption_applications_recheck ON resumption_applications (prechecked_on)
    WHERE status IN ('DRAFT', 'SUBMITTED', 'PRECHECKED', 'UNDER_REVIEW', 'RETURNED', 'INSPECTING');

CREATE TABLE application_history (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    application_id uuid NOT NULL,
    at timestamptz NOT NULL,
    status text NOT NULL,
    subject text NOT NULL,
    by_name text NOT NULL,
    note_en text,
    note_zh text,
    CONSTRAINT application_history_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT application_history_application_known FOREIGN KEY (district_code, application_id)
        REFERENCES resumption_applications (district_code, id)
);
CREATE INDEX application_history_of_application ON application_history (district_code, application_id, at, id);

-- What the precheck found, and what happened, in the reader's language.
CREATE FUNCTION precheck_in_words(passed boolean, findings jsonb, language text) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT json_build_object('passed', passed, 'findings', (
        SELECT coalesce(json_agg(json_build_object('code', f.item ->> 'code', 'message', f.item ->> language,
                                                   'path', f.item -> 'path') ORDER BY f.ord), '[]')
        FROM jsonb_array_elements(findings) WITH ORDINALITY AS f (item, ord)))
$$;

CREATE FUNCTION history_in_words(district_code text, application_id uuid, language text) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(json_agg(json_build_object('at', h.at, 'status', h.status, 'by', h.by_name,
                                               'note', CASE language WHEN 'zh' THEN h.note_zh ELSE h.note_en END)
                             ORDER BY h.at, h.id), '[]')
    FROM (SELECT l.id, l.at, l.status, l.by_name, l.note_en, l.note_zh FROM application_history l
          WHERE l.district_code = history_in_words.district_code
            AND l.application_id = history_in_words.application_id
          ORDER BY l.at DESC, l.id DESC LIMIT 200) h
$$;

CREATE TABLE roster_entries (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    enterprise_id uuid NOT NULL,
    application_id uuid NOT NULL,
    place int NOT NULL,
    name text NOT NULL,
    national_id_sealed bytea NOT NULL,
    national_id_masked text NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    phone_sealed bytea,
    phone_masked text,
    origin_code text COLLATE "C" NOT NULL,
    returned_on date,
    transport_kind text,
    transport_number text,
    dormitory_room text,
    status text NOT NULL,
    CONSTRAINT roster_entries_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT roster_entries_place_once UNIQUE (district_code, application_id, place),
    CONSTRAINT roster_entries_person_once UNIQUE (district_code, application_id, person_key),
    CONSTRAINT roster_entries_application_known FOREIGN KEY (district_code, application_id)
        REFERENCES resumption_applications (district_code, id),
    CONSTRAINT roster_entries_status CHECK (status IN ('LISTED', 'DECLARED', 'ARRIVED', 'OBSERVING', 'CLEARED',
        'ON_POST', 'LEFT'))
);
CREATE INDEX roster_entries_of_person ON roster_entries (district_code, person_key, id);
CREATE INDEX roster_entries_origin ON roster_entries (district_code, origin_code);

GRANT SELECT, INSERT, UPDATE, DELETE ON resumption_applications, application_history, roster_entries
    TO enterprises_worker;
GRANT SELECT (district_code, id, division_code, credit_code, enterprise_id, status, mode, policy_version, review_level, planned_on,
    person_in_charge_name, person_in_charge_phone_masked, masks, thermometers, disinfectant_liters, isolation_rooms,
    dormitories, canteen_plan, undertaking_accepted, submitted_at, due_at, precheck_passed, findings, prechecked_on)
    ON resumption_applications
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT SELECT (district_code, id, division_code, credit_code, enterprise_id, application_id, place, name, national_id_masked,
    person_key, phone_masked, origin_code, returned_on, transport_kind, transport_number, dormitory_room, status)
    ON roster_entries
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT SELECT ON application_history
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT INSERT ON resumption_applications, application_history, roster_entries
    TO enterprises_by_division, enterprises_by_enterprise;
GRANT UPDATE ON resumption_applications TO enterprises_by_division, enterprises_by_enterprise;
GRANT UPDATE (status) ON roster_entries TO enterprises_by_division, enterprises_by_enterprise;
GRANT DELETE ON roster_entries TO enterprises_by_division, enterprises_by_enterprise;

ALTER TABLE resumption_applications ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON resumption_applications TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON resumption_applications TO enterprises_by_enterprise
    USING (credit_code = ANY (string_to_array(nullif(current_setting('app.enterprises', true), ''), ',')));
CREATE POLICY worker_sees_all ON resumption_applications TO enterprises_worker USING (true) WITH CHECK (true);
ALTER TABLE application_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON application_history TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON application_history TO enterprises_by_enterprise
    USING (credit_code = ANY (string_to_array(nullif(current_setting('app.enterprises', true), ''), ',')));
CREATE POLICY worker_sees_all ON application_history TO enterprises_worker USING (true) WITH CHECK (true);
ALTER TABLE roster_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON roster_entries TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON roster_entries TO enterprises_by_enterprise
    USING (credit_code = ANY (string_to_array(nullif(current_setting('app.enterprises', true), ''), ',')));
CREATE POLICY own_person ON roster_entries FOR SELECT TO enterprises_by_person
    USING (person_key = nullif(current_setting('app.person_key', true), ''));
CREATE POLICY worker_sees_all ON roster_entries TO enterprises_worker USING (true) WITH CHECK (true);

-- A resident sees the enterprise whose roster names him.
CREATE POLICY own_person ON enterprises FOR SELECT TO enterprises_by_person
    USING (EXISTS (SELECT 1 FROM roster_entries r
                   WHERE r.district_code = enterprises.district_code AND r.enterprise_id = enterprises.id
                     AND r.status <> 'LEFT'));

-- migrate:down
DROP POLICY own_person ON enterprises;
DROP FUNCTION history_in_words(text, uuid, text);
DROP FUNCTION precheck_in_words(boolean, jsonb, text);
DROP TABLE roster_entries;
DROP TABLE application_history;
DROP TABLE resumption_applications;
