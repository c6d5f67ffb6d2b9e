-- migrate:up

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Divisions: a code is valid within a code system and from one day to another, both counted.

UPDATE divisions SET code_system = 'STATISTICAL';
ALTER TABLE divisions
    ADD CONSTRAINT divisions_code_system_known CHECK (code_system = 'STATISTICAL'),
    ADD CONSTRAINT divisions_validity_in_order CHECK (valid_to >= valid_from);

ALTER TABLE division_aliases ADD COLUMN valid_from date, ADD COLUMN valid_to date;
UPDATE division_aliases a SET code_system = 'CIVIL_AFFAIRS', valid_from = d.valid_from
FROM divisions d
WHERE d.district_code = a.district_code AND d.code = a.division_code;
ALTER TABLE division_aliases ALTER COLUMN valid_from SET NOT NULL;
ALTER TABLE division_aliases DROP CONSTRAINT division_aliases_pkey;
ALTER TABLE division_aliases
    ADD CONSTRAINT division_aliases_pkey PRIMARY KEY (district_code, code_system, code, valid_from),
    ADD CONSTRAINT division_aliases_one_meaning_a_day EXCLUDE USING gist (
        district_code WITH =, code_system WITH =, code WITH =, daterange(valid_from, valid_to, '[]') WITH &&
    ),
    ADD CONSTRAINT division_aliases_code_system_known CHECK (code_system = 'CIVIL_AFFAIRS'),
    ADD CONSTRAINT division_aliases_validity_in_order CHECK (valid_to >= valid_from);
CREATE INDEX division_aliases_of_division ON division_aliases (district_code, division_code);

-- Grid workers belong to a part of the district, whose officers keep their record; everybody may read who they are.

ALTER TABLE grid_workers
    ADD COLUMN division_code text COLLATE "C",
    ADD COLUMN phone_index bytea,
    ADD COLUMN left_on date;
UPDATE grid_workers w SET division_code = coalesce(
    (SELECT CASE
         WHEN left(min(a.grid_code), 12) = left(max(a.grid_code), 12) THEN left(min(a.grid_code), 12)
         WHEN left(min(a.grid_code), 9) = left(max(a.grid_code), 9) THEN left(min(a.grid_code), 9)
     END
     FROM grid_assignments a
     WHERE a.district_code = w.district_code AND a.worker_id = w.id),
    w.district_code
);
ALTER TABLE grid_workers ALTER COLUMN division_code SET NOT NULL;
ALTER TABLE grid_workers ADD CONSTRAINT grid_workers_division
    FOREIGN KEY (district_code, division_code) REFERENCES divisions (district_code, code);
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

ALTER TABLE grid_assignments
    ADD COLUMN id uuid,
    ADD COLUMN kind text,
    ADD COLUMN starts_on date,
    ADD COLUMN ends_on date,
    ADD COLUMN assigned_at timestamptz,
    ADD COLUMN assigned_by text;
UPDATE grid_assignments a
SET id = gen_random_uuid(), kind = 'PRIMARY', starts_on = d.valid_from, assigned_at = d.valid_from, assigned_by = 'migration'
FROM divisions d
WHERE d.district_code = a.district_code AND d.code = a.grid_code;
ALTER TABLE grid_assignments
    ALTER COLUMN id SET NOT NULL,
    ALTER COLUMN kind SET NOT NULL,
    ALTER COLUMN starts_on SET NOT NULL,
    ALTER COLUMN assigned_at SET NOT NULL,
    ALTER COLUMN assigned_by SET NOT NULL,
    DROP CONSTRAINT grid_assignments_pkey;
DROP INDEX grid_assignments_of_worker;
ALTER TABLE grid_assignments
    ADD CONSTRAINT grid_assignments_pkey PRIMARY KEY (district_code, id),
    -- One that was called off before it began ends the day before it starts: an empty period, which overlaps nothing.
    ADD CONSTRAINT grid_assignments_one_of_a_kind_a_day EXCLUDE USING gist (
        district_code WITH =, grid_code WITH =, kind WITH =, daterange(starts_on, ends_on + 1, '[)') WITH &&
    ),
    ADD CONSTRAINT grid_assignments_kind_known CHECK (kind IN ('PRIMARY', 'STAND_IN')),
    ADD CONSTRAINT grid_assignments_in_order CHECK (ends_on >= starts_on - 1),
    ADD CONSTRAINT grid_assignments_stand_in_for_a_period CHECK (kind = 'PRIMARY' OR ends_on IS NOT NULL);
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

-- migrate:down

DROP TABLE coverage_alarms;
DROP FUNCTION grids_served;
DROP FUNCTION workers_serving;

-- Yesterday's table holds one worker a grid: whoever is its primary worker last.
DROP POLICY own_assignments ON grid_assignments;
DROP POLICY region ON grid_assignments;
DROP POLICY worker_sees_all ON grid_assignments;
ALTER TABLE grid_assignments DISABLE ROW LEVEL SECURITY;
REVOKE INSERT, UPDATE ON grid_assignments FROM residents_by_division;
DELETE FROM grid_assignments a
WHERE a.kind <> 'PRIMARY' OR a.ends_on < a.starts_on OR EXISTS (
    SELECT 1
    FROM grid_assignments later
    WHERE later.district_code = a.district_code AND later.grid_code = a.grid_code AND later.kind = 'PRIMARY'
      AND later.ends_on IS DISTINCT FROM later.starts_on - 1 AND later.starts_on > a.starts_on
);
DROP INDEX grid_assignments_of_worker;
DROP INDEX grid_assignments_of_grid;
ALTER TABLE grid_assignments
    DROP CONSTRAINT grid_assignments_pkey,
    DROP CONSTRAINT grid_assignments_one_of_a_kind_a_day,
    DROP CONSTRAINT grid_assignments_kind_known,
    DROP CONSTRAINT grid_assignments_in_order,
    DROP CONSTRAINT grid_assignments_stand_in_for_a_period,
    DROP COLUMN id,
    DROP COLUMN kind,
    DROP COLUMN starts_on,
    DROP COLUMN ends_on,
    DROP COLUMN assigned_at,
    DROP COLUMN assigned_by;
ALTER TABLE grid_assignments ADD CONSTRAINT grid_assignments_pkey PRIMARY KEY (district_code, grid_code);
CREATE INDEX grid_assignments_of_worker ON grid_assignments (district_code, worker_id);

DROP POLICY region ON grid_workers;
DROP POLICY read_by_everybody ON grid_workers;
DROP POLICY worker_sees_all ON grid_workers;
ALTER TABLE grid_workers DISABLE ROW LEVEL SECURITY;
REVOKE INSERT, UPDATE ON grid_workers FROM residents_by_division;
ALTER TABLE grid_workers DROP COLUMN division_code, DROP COLUMN phone_index, DROP COLUMN left_on;

DROP INDEX division_aliases_of_division;
ALTER TABLE division_aliases
    DROP CONSTRAINT division_aliases_pkey,
    DROP CONSTRAINT division_aliases_one_meaning_a_day,
    DROP CONSTRAINT division_aliases_code_system_known,
    DROP CONSTRAINT division_aliases_validity_in_order;
DELETE FROM division_aliases a
WHERE EXISTS (
    SELECT 1
    FROM division_aliases later
    WHERE later.district_code = a.district_code AND later.code = a.code AND later.valid_from > a.valid_from
);
ALTER TABLE division_aliases DROP COLUMN valid_from, DROP COLUMN valid_to;
ALTER TABLE division_aliases ADD CONSTRAINT division_aliases_pkey PRIMARY KEY (district_code, code_system, code);
UPDATE division_aliases SET code_system = 'MCA';
ALTER TABLE divisions DROP CONSTRAINT divisions_code_system_known, DROP CONSTRAINT divisions_validity_in_order;
UPDATE divisions SET code_system = 'NBS';
DROP EXTENSION btree_gist;
