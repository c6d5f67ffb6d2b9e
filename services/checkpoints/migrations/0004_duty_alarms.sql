-- migrate:up

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

-- migrate:down

DROP POLICY staff_of_visible_shifts ON staff;
DROP TABLE alarms;
DROP TABLE duty_shifts;
DROP TABLE staff;
DROP TABLE organizations;
