-- migrate:up

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

-- migrate:down
DROP POLICY own_enterprise ON liaison_teams;
DROP TABLE enterprise_counters;
DROP TABLE capacity_readings;
DROP TABLE enterprises;
DROP TABLE liaison_teams;
DROP TABLE industries;
DROP TABLE idempotency_keys;
DROP TABLE inbox;
DROP TABLE outbox;
