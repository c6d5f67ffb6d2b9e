-- Lists write a district as 330111000000 and a town as 330111004000; both forms find their division.

-- name: divisions_by_code
-- A code of another code system means what the crosswalk says on the day: the same digits may mean another town.
-- Without a day, a code of ours is found whenever it was valid, since records refer to it for ever.
SELECT d.code, d.name, d.name_path, d.level, d.kind, d.parent_code, d.code_system, d.valid_from, d.valid_to
FROM (
    SELECT CASE
        WHEN length(key.value) = 12 AND right(key.value, 6) = '000000' THEN left(key.value, 6)
        WHEN length(key.value) = 12 AND right(key.value, 3) = '000' THEN left(key.value, 9)
        ELSE key.value END AS code
) asked
JOIN divisions d ON d.district_code = :district_code::text AND d.code = CASE
    WHEN coalesce(:code_system::text, 'STATISTICAL') = 'STATISTICAL' THEN asked.code
    ELSE (
        SELECT a.division_code
        FROM division_aliases a
        WHERE a.district_code = :district_code::text AND a.code_system = :code_system::text AND a.code = asked.code
          AND coalesce(:on_day::text::date, :today::date) BETWEEN a.valid_from AND coalesce(a.valid_to, 'infinity')
    ) END
WHERE :on_day::text IS NULL OR :on_day::text::date BETWEEN d.valid_from AND coalesce(d.valid_to, 'infinity');

-- name: divisions_of_parents
SELECT d.code, d.name, d.name_path, d.level, d.kind, d.parent_code, d.code_system, d.valid_from, d.valid_to
FROM divisions d
WHERE d.district_code = :district_code::text AND d.parent_code = key.value
  AND :today::date BETWEEN d.valid_from AND coalesce(d.valid_to, 'infinity');

-- name: aliases_of_divisions
SELECT a.code_system, a.code, a.valid_from, a.valid_to
FROM division_aliases a
WHERE a.district_code = :district_code::text AND a.division_code = key.value
ORDER BY a.code_system, a.code, a.valid_from
LIMIT 20;

-- name: workers_of_grids
SELECT w.id, w.name, w.phone_masked, w.division_code, w.left_on, s.grid_code
FROM workers_serving(:district_code::text, ARRAY[key.value], :today::date) s
JOIN grid_workers w ON w.district_code = :district_code::text AND w.id = s.worker_id;

-- name: origins_by_code
SELECT o.code, o.name, o.full_name, o.level, o.parent_code
FROM origin_divisions o
WHERE o.code = key.value;

-- name: division
SELECT d.code, d.name, d.name_path, d.level, d.kind, d.parent_code, d.code_system, d.valid_from, d.valid_to
FROM divisions d
WHERE d.district_code = :district_code AND d.code = :code;

-- name: lock_division
SELECT d.code, d.name, d.name_path, d.level, d.kind, d.parent_code, d.code_system, d.valid_from, d.valid_to
FROM divisions d
WHERE d.district_code = :district_code AND d.code = :code
FOR UPDATE;

-- name: add_grid
INSERT INTO divisions (district_code, code, level, kind, name, name_path, parent_code, code_system, valid_from)
VALUES (:district_code, :code, 'GRID', 'GRID', :name, :name_path, :parent_code, 'STATISTICAL', :valid_from);

-- name: close_division
UPDATE divisions SET valid_to = :valid_to
WHERE district_code = :district_code AND code = :code;

-- name: belongings
SELECT (SELECT count(*) FROM residents r
        WHERE r.district_code = :district_code AND r.division_code = :code AND r.status = 'REGISTERED'
          AND r.merged_into IS NULL) AS residents,
       (SELECT count(*) FROM households h
        WHERE h.district_code = :district_code AND h.division_code = :code AND h.closed_on IS NULL) AS households,
       (SELECT count(*) FROM screening_tasks t
        WHERE t.district_code = :district_code AND t.division_code = :code AND t.status <> 'CLOSED') AS screening_tasks,
       (SELECT count(*) FROM quarantine_orders o
        WHERE o.district_code = :district_code AND o.division_code = :code
          AND o.status IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')) AS quarantine_orders;

-- name: grids_among
SELECT d.code
FROM divisions d
WHERE d.district_code = :district_code AND d.code = ANY (:codes::text[]) AND d.level = 'GRID'
  AND :on::date BETWEEN d.valid_from AND coalesce(d.valid_to, 'infinity');

-- name: worker_of_grid
SELECT w.id, w.name, w.phone_masked, w.division_code, w.left_on, s.grid_code
FROM workers_serving(:district_code, ARRAY[:grid_code::text], :on::date) s
JOIN grid_workers w ON w.district_code = :district_code AND w.id = s.worker_id;

-- name: workers_of_grids_among
SELECT w.id, w.name, w.phone_masked, w.division_code, w.left_on, s.grid_code
FROM workers_serving(:district_code, :codes::text[], :on::date) s
JOIN grid_workers w ON w.district_code = :district_code AND w.id = s.worker_id;

-- name: origin
SELECT o.code, o.name, o.full_name, o.level, o.parent_code
FROM origin_divisions o
WHERE o.code = :code;

-- name: origins_among
SELECT o.code
FROM origin_divisions o
WHERE o.code = ANY (:codes::text[]);
