-- name: alarms_by_id
SELECT c.id, c.division_code AS grid_code, c.status, c.uncovered_since, c.raised_at, c.acknowledged_at, c.note, c.cleared_at
FROM coverage_alarms c
WHERE c.district_code = :district_code::text AND c.id = key.value::uuid;

-- name: alarms_of_scopes
SELECT c.id, c.division_code AS grid_code, c.status, c.uncovered_since, c.raised_at, c.acknowledged_at, c.note, c.cleared_at
FROM coverage_alarms c
WHERE c.district_code = :district_code::text
  AND c.division_code >= key.value AND c.division_code < key.value || '~'
  AND (:status::text[] IS NULL OR c.status = ANY (:status::text[]));

-- name: uncovered_grids_of_divisions
-- As on a board, a division above one's own scope is not answered: its count would be a part that looks like the whole.
SELECT d.code, (
    SELECT count(*)::int
    FROM coverage_alarms c
    WHERE c.district_code = d.district_code AND c.status = 'RAISED'
      AND c.division_code >= d.code AND c.division_code < d.code || '~'
) AS uncovered_grids
FROM divisions d
WHERE d.district_code = :district_code::text
  AND d.code = key.value
  AND EXISTS (
      SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE starts_with(d.code, s)
  );

-- name: lock_coverage
-- Coverage is noticed one after the other within a district, by commands and by the clock.
SELECT pg_advisory_xact_lock(hashtext('coverage ' || :district_code::text)) IS NOT NULL;

-- name: districts
SELECT DISTINCT d.district_code
FROM divisions d
WHERE d.level = 'DISTRICT'
ORDER BY d.district_code;

-- name: gaps
-- A grid that is valid on the day and has no assignment for it. Its present gap began when the last assignment
-- ended, or with the grid itself.
SELECT d.district_code, d.code AS grid_code, greatest(d.valid_from, (
    SELECT max(a.ends_on) + 1
    FROM grid_assignments a
    WHERE a.district_code = d.district_code AND a.grid_code = d.code AND a.ends_on >= a.starts_on AND a.ends_on < :day::date
)) AS uncovered_since
FROM divisions d
WHERE d.district_code = :district_code AND d.level = 'GRID'
  AND (:grid_codes::text[] IS NULL OR d.code = ANY (:grid_codes::text[]))
  AND :day::date BETWEEN d.valid_from AND coalesce(d.valid_to, 'infinity')
  AND NOT EXISTS (
      SELECT 1
      FROM grid_assignments a
      WHERE a.district_code = d.district_code AND a.grid_code = d.code
        AND a.starts_on <= :day::date AND coalesce(a.ends_on, 'infinity') >= :day::date
  )
ORDER BY d.code;

-- name: open_alarms
SELECT c.id, c.division_code, c.status, c.uncovered_since, c.acknowledged_at
FROM coverage_alarms c
WHERE c.district_code = :district_code AND c.status = 'RAISED'
  AND (:grid_codes::text[] IS NULL OR c.division_code = ANY (:grid_codes::text[]))
ORDER BY c.division_code;

-- name: raise_alarms
INSERT INTO coverage_alarms (district_code, id, division_code, status, uncovered_since, raised_at)
SELECT :district_code, r.id, r.grid_code, 'RAISED', r.uncovered_since, :raised_at::timestamptz
FROM unnest(:ids::uuid[], :grid_codes::text[], :uncovered_since::date[]) AS r (id, grid_code, uncovered_since);

-- name: clear_alarms
UPDATE coverage_alarms SET status = 'CLEARED', cleared_at = :cleared_at
WHERE district_code = :district_code AND id = ANY (:ids::uuid[]);

-- name: lock_alarm
SELECT c.id, c.division_code, c.status, c.uncovered_since, c.acknowledged_at
FROM coverage_alarms c
WHERE c.district_code = :district_code AND c.id = :alarm_id
FOR UPDATE;

-- name: acknowledge_alarm
UPDATE coverage_alarms SET acknowledged_at = :acknowledged_at, acknowledged_by = :acknowledged_by, note = :note
WHERE district_code = :district_code AND id = :alarm_id;
