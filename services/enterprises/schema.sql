-- The database as it is now; `migrations/` says how it got there.

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
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise
    USING (subject = nullif(current_setting('app.subject', true), ''))
    WITH CHECK (subject = nullif(current_setting('app.subject', true), ''));
CREATE POLICY worker_sees_all ON idempotency_keys TO enterprises_worker USING (true) WITH CHECK (true);

GRANT INSERT ON outbox
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT SELECT, INSERT, UPDATE ON idempotency_keys
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, inbox, idempotency_keys TO enterprises_worker;

-- A national list: a reference table, without a district.
CREATE TABLE industries (
    code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    level text NOT NULL,
    parent_code text COLLATE "C",
    CONSTRAINT industries_pkey PRIMARY KEY (code),
    CONSTRAINT industries_level CHECK (level IN ('SECTION', 'DIVISION'))
);

CREATE TABLE liaison_teams (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    phone text NOT NULL,
    leader_name text NOT NULL,
    CONSTRAINT liaison_teams_pkey PRIMARY KEY (district_code, id)
);
CREATE INDEX liaison_teams_region ON liaison_teams (district_code, division_code, id);

CREATE TABLE enterprises (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    size text NOT NULL,
    industry_code text COLLATE "C" NOT NULL,
    address text NOT NULL,
    contact_name text NOT NULL,
    contact_phone_sealed bytea NOT NULL,
    contact_phone_masked text NOT NULL,
    liaison_team_id uuid,
    operation_status text NOT NULL,
    capacity_percent int,
    resumed_on date,
    registered_at timestamptz NOT NULL,
    CONSTRAINT enterprises_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT enterprises_credit_code_once UNIQUE (district_code, credit_code),
    CONSTRAINT enterprises_team_known FOREIGN KEY (district_code, liaison_team_id)
        REFERENCES liaison_teams (district_code, id),
    CONSTRAINT enterprises_division CHECK (division_code ~ '^[0-9]{15}$' AND left(division_code, 6) = district_code),
    CONSTRAINT enterprises_capacity CHECK (capacity_percent BETWEEN 0 AND 100)
);
CREATE INDEX enterprises_region ON enterprises (district_code, division_code, id);
CREATE INDEX enterprises_of_team ON enterprises (district_code, liaison_team_id, id);

CREATE TABLE capacity_readings (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    enterprise_id uuid NOT NULL,
    source text NOT NULL,
    percent int NOT NULL,
    read_at timestamptz NOT NULL,
    reported_by text NOT NULL,
    CONSTRAINT capacity_readings_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT capacity_readings_enterprise_known FOREIGN KEY (district_code, enterprise_id)
        REFERENCES enterprises (district_code, id),
    CONSTRAINT capacity_readings_source CHECK (source IN ('ENTERPRISE', 'ELECTRICITY', 'TAX')),
    CONSTRAINT capacity_readings_percent CHECK (percent BETWEEN 0 AND 100)
);
CREATE INDEX capacity_readings_of_enterprise ON capacity_readings (district_code, enterprise_id, read_at, id);

-- The board's roll-up: one row a grid.
CREATE TABLE enterprise_counters (
    district_code text NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    enterprises int NOT NULL,
    enterprises_resumed int NOT NULL,
    CONSTRAINT enterprise_counters_pkey PRIMARY KEY (district_code, division_code)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON industries, liaison_teams, enterprises, capacity_readings, enterprise_counters
    TO enterprises_worker;
GRANT SELECT ON industries, liaison_teams, capacity_readings, enterprise_counters
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT SELECT (district_code, id, division_code, credit_code, name, kind, size, industry_code, address, contact_name,
    contact_phone_masked, liaison_team_id, operation_status, capacity_percent, resumed_on, registered_at) ON enterprises
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT INSERT ON enterprises TO enterprises_by_division;
GRANT UPDATE (operation_status, capacity_percent, resumed_on) ON enterprises
    TO enterprises_by_division, enterprises_by_enterprise;
GRANT INSERT ON capacity_readings, enterprise_counters TO enterprises_by_division, enterprises_by_enterprise;
GRANT UPDATE (enterprises, enterprises_resumed) ON enterprise_counters
    TO enterprises_by_division, enterprises_by_enterprise;

ALTER TABLE liaison_teams ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON liaison_teams TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON liaison_teams TO enterprises_by_enterprise
    USING (EXISTS (SELECT 1 FROM enterprises e
                   WHERE e.district_code = liaison_teams.district_code AND e.liaison_team_id = liaison_teams.id));
CREATE POLICY worker_sees_all ON liaison_teams TO enterprises_worker USING (true) WITH CHECK (true);
ALTER TABLE enterprises ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON enterprises TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON enterprises TO enterprises_by_enterprise
    USING (credit_code = ANY (string_to_array(nullif(current_setting('app.enterprises', true), ''), ',')));
CREATE POLICY worker_sees_all ON enterprises TO enterprises_worker USING (true) WITH CHECK (true);
ALTER TABLE capacity_readings ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON capacity_readings TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON capacity_readings TO enterprises_by_enterprise
    USING (credit_code = ANY (string_to_array(nullif(current_setting('app.enterprises', true), ''), ',')));
CREATE POLICY worker_sees_all ON capacity_readings TO enterprises_worker USING (true) WITH CHECK (true);
ALTER TABLE enterprise_counters ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON enterprise_counters TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON enterprise_counters TO enterprises_by_enterprise
    USING (EXISTS (SELECT 1 FROM enterprises e
                   WHERE e.district_code = enterprise_counters.district_code
                     AND e.division_code = enterprise_counters.division_code));
CREATE POLICY worker_sees_all ON enterprise_counters TO enterprises_worker USING (true) WITH CHECK (true);

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

-- What this service must know of a person to decide by itself, fed by facts. Requests do not read it.
CREATE TABLE watchlist (
    district_code text NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    color text NOT NULL,
    home_division_code text COLLATE "C",
    expected_arrival_on date,
    expected_origin_code text COLLATE "C",
    order_id uuid,
    order_status text,
    order_setting text,
    order_ends_on date,
    CONSTRAINT watchlist_pkey PRIMARY KEY (district_code, person_key)
);

CREATE TABLE risk_regions (
    district_code text NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    code text COLLATE "C" NOT NULL,
    level text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT risk_regions_pkey PRIMARY KEY (district_code, id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON watchlist, risk_regions TO enterprises_worker;
GRANT SELECT ON risk_regions
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
ALTER TABLE watchlist ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON watchlist TO enterprises_worker USING (true) WITH CHECK (true);

CREATE TABLE problem_tickets (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    enterprise_id uuid NOT NULL,
    status text NOT NULL,
    channel text NOT NULL,
    subject text NOT NULL,
    description text NOT NULL,
    owner_name text,
    liaison_team_id uuid,
    opened_at timestamptz NOT NULL,
    CONSTRAINT problem_tickets_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT problem_tickets_enterprise_known FOREIGN KEY (district_code, enterprise_id)
        REFERENCES enterprises (district_code, id),
    CONSTRAINT problem_tickets_channel CHECK (channel IN ('CALL', 'VISIT', 'APP', 'HOTLINE')),
    CONSTRAINT problem_tickets_status CHECK (status IN ('OPENED', 'TRIAGED', 'ASSIGNED', 'WORKING', 'SOLVED',
        'CONFIRMED', 'CLOSED', 'REOPENED', 'ESCALATED')),
    CONSTRAINT problem_tickets_owner_named
        CHECK (owner_name IS NOT NULL OR status IN ('OPENED', 'TRIAGED', 'ESCALATED'))
);
CREATE INDEX problem_tickets_of_enterprise ON problem_tickets (district_code, enterprise_id, opened_at, id);

CREATE TABLE ticket_history (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    problem_ticket_id uuid NOT NULL,
    at timestamptz NOT NULL,
    status text NOT NULL,
    subject text NOT NULL,
    by_name text NOT NULL,
    owner_name text,
    note text,
    CONSTRAINT ticket_history_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT ticket_history_ticket_known FOREIGN KEY (district_code, problem_ticket_id)
        REFERENCES problem_tickets (district_code, id)
);
CREATE INDEX ticket_history_of_ticket ON ticket_history (district_code, problem_ticket_id, at, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON problem_tickets, ticket_history TO enterprises_worker;
GRANT SELECT ON problem_tickets, ticket_history
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT INSERT ON problem_tickets, ticket_history TO enterprises_by_division, enterprises_by_enterprise;
GRANT UPDATE (status, owner_name) ON problem_tickets TO enterprises_by_division, enterprises_by_enterprise;

ALTER TABLE problem_tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON problem_tickets TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON problem_tickets TO enterprises_by_enterprise
    USING (credit_code = ANY (string_to_array(nullif(current_setting('app.enterprises', true), ''), ',')));
CREATE POLICY worker_sees_all ON problem_tickets TO enterprises_worker USING (true) WITH CHECK (true);
ALTER TABLE ticket_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON ticket_history TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON ticket_history TO enterprises_by_enterprise
    USING (credit_code = ANY (string_to_array(nullif(current_setting('app.enterprises', true), ''), ',')));
CREATE POLICY worker_sees_all ON ticket_history TO enterprises_worker USING (true) WITH CHECK (true);

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
CREATE POLICY worker_sees_all ON history TO enterprises_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON history FOR SELECT TO enterprises_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
CREATE POLICY in_ones_own_name ON history FOR INSERT TO enterprises_by_division, enterprises_by_person, enterprises_by_enterprise
    WITH CHECK (subject = nullif(current_setting('app.subject', true), ''));
GRANT SELECT (district_code, id, at, subject, role, kind, record_id, division_code, act, before, after, reason,
    erased_at) ON history TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT INSERT ON history TO enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT SELECT, INSERT ON history TO enterprises_worker;
REVOKE UPDATE, DELETE ON history FROM enterprises_worker;

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
CREATE POLICY worker_sees_all ON read_log TO enterprises_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON read_log TO enterprises_worker;
REVOKE UPDATE, DELETE ON read_log FROM enterprises_worker;

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
GRANT INSERT ON history_to_seal TO enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT SELECT, INSERT, DELETE ON history_to_seal, read_log_to_seal TO enterprises_worker;
REVOKE UPDATE ON history_to_seal, read_log_to_seal FROM enterprises_worker;

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
GRANT SELECT, INSERT ON history_chain, read_log_chain TO enterprises_worker;
REVOKE UPDATE, DELETE ON history_chain, read_log_chain FROM enterprises_worker;

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
GRANT EXECUTE ON FUNCTION erase_history, erase_read_log TO enterprises_worker;

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
CREATE POLICY worker_sees_all ON look_up_alarms TO enterprises_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON look_up_alarms FOR SELECT TO enterprises_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON look_up_alarms TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT SELECT, INSERT, UPDATE, DELETE ON look_up_counts TO enterprises_worker;
GRANT SELECT, INSERT ON look_up_alarms TO enterprises_worker;
REVOKE UPDATE, DELETE ON look_up_alarms FROM enterprises_worker;

-- 0006 person aliases

-- Who is known by another key since two records of residents were merged. No survivor: the merge was undone, and
-- the row stays, so that an older fact that comes late changes nothing.
CREATE TABLE person_aliases (
    district_code text NOT NULL,
    lost_person_key text COLLATE "C" NOT NULL,
    survivor_person_key text COLLATE "C",
    version bigint NOT NULL,
    CONSTRAINT person_aliases_pkey PRIMARY KEY (district_code, lost_person_key),
    CONSTRAINT person_aliases_of_another CHECK (survivor_person_key <> lost_person_key)
);
CREATE INDEX person_aliases_of_survivor ON person_aliases (district_code, survivor_person_key)
    WHERE survivor_person_key IS NOT NULL;
ALTER TABLE person_aliases ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON person_aliases TO enterprises_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON person_aliases TO enterprises_worker;

-- Every key under which workers may be recorded of the person whom one key means.
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
GRANT EXECUTE ON FUNCTION keys_of_person TO enterprises_worker, enterprises_serving, enterprises_by_division,
    enterprises_by_person, enterprises_by_enterprise;
ALTER POLICY own_person ON roster_entries USING (
    person_key = ANY ((SELECT keys_of_person(
        nullif(current_setting('app.district', true), ''), nullif(current_setting('app.person_key', true), '')))::text[])
);
