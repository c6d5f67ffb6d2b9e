-- migrate:up

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

-- A task of a round is about a household; what has come of it so far is marked, so that it can be counted.
ALTER TABLE screening_tasks
    ADD COLUMN household_id uuid,
    ADD COLUMN round_id uuid,
    ADD COLUMN reached boolean NOT NULL DEFAULT false,
    ADD COLUMN refused boolean NOT NULL DEFAULT false,
    ADD COLUMN not_here boolean NOT NULL DEFAULT false,
    ADD COLUMN overdue boolean NOT NULL DEFAULT false,
    ADD COLUMN verified boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT screening_tasks_of_somebody,
    ADD CONSTRAINT screening_tasks_of_somebody CHECK (num_nonnulls(resident_id, returnee_id, household_id) > 0),
    ADD CONSTRAINT screening_tasks_round_of_households CHECK (round_id IS NULL OR household_id IS NOT NULL),
    ADD CONSTRAINT screening_tasks_one_per_household UNIQUE (district_code, round_id, household_id),
    ADD CONSTRAINT screening_tasks_household
        FOREIGN KEY (district_code, household_id) REFERENCES households (district_code, id),
    ADD CONSTRAINT screening_tasks_round
        FOREIGN KEY (district_code, round_id) REFERENCES screening_rounds (district_code, id);
UPDATE screening_tasks SET verified = true, reached = true WHERE status IN ('VERIFIED', 'CLOSED');
ALTER TABLE screening_steps ADD COLUMN recorded_at timestamptz;

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

-- migrate:down

DROP TABLE contacts, screening_task_batch_refusals, screening_task_batches, screening_offline_steps,
    screening_rescreens, screening_findings, screening_outcomes;
DELETE FROM screening_steps s USING screening_tasks t
    WHERE t.district_code = s.district_code AND t.id = s.task_id AND t.household_id IS NOT NULL;
DELETE FROM screening_tasks WHERE household_id IS NOT NULL;
ALTER TABLE screening_steps DROP COLUMN recorded_at;
ALTER TABLE screening_tasks
    DROP CONSTRAINT screening_tasks_of_somebody,
    ADD CONSTRAINT screening_tasks_of_somebody CHECK (num_nonnulls(resident_id, returnee_id) > 0),
    DROP COLUMN household_id,
    DROP COLUMN round_id,
    DROP COLUMN reached,
    DROP COLUMN refused,
    DROP COLUMN not_here,
    DROP COLUMN overdue,
    DROP COLUMN verified;
DROP TABLE screening_round_counters, screening_rounds;
DROP FUNCTION time_ordered_id;
