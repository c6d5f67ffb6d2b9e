-- Lists write a district as 330111000000 and a town as 330111004000; both forms find their division.

-- name: divisions_by_code
SELECT d.code, d.name, d.name_path, d.level, d.kind, d.parent_code
FROM divisions d
WHERE d.district_code = :district_code::text
  AND d.code = CASE
      WHEN length(key.value) = 12 AND right(key.value, 6) = '000000' THEN left(key.value, 6)
      WHEN length(key.value) = 12 AND right(key.value, 3) = '000' THEN left(key.value, 9)
      ELSE key.value END;

-- name: divisions_of_parents
SELECT d.code, d.name, d.name_path, d.level, d.kind, d.parent_code
FROM divisions d
WHERE d.district_code = :district_code::text AND d.parent_code = key.value;

-- name: workers_of_grids
SELECT w.id, w.name, a.grid_code
FROM grid_assignments a
JOIN grid_workers w ON w.district_code = a.district_code AND w.id = a.worker_id
WHERE a.district_code = :district_code::text AND a.grid_code = key.value;

-- name: origins_by_code
SELECT o.code, o.name, o.full_name, o.level, o.parent_code
FROM origin_divisions o
WHERE o.code = key.value;

-- name: division
SELECT d.code, d.name, d.name_path, d.level, d.kind, d.parent_code
FROM divisions d
WHERE d.district_code = :district_code AND d.code = :code;

-- name: division_of_alias
SELECT d.code, d.name, d.name_path, d.level, d.kind, d.parent_code
FROM division_aliases a
JOIN divisions d ON d.district_code = a.district_code AND d.code = a.division_code
WHERE a.district_code = :district_code AND a.code_system = :code_system AND a.code = :code;

-- name: grids_among
SELECT d.code
FROM divisions d
WHERE d.district_code = :district_code AND d.code = ANY (:codes::text[]) AND d.level = 'GRID';

-- name: worker_of_grid
SELECT w.id, w.name, a.grid_code
FROM grid_assignments a
JOIN grid_workers w ON w.district_code = a.district_code AND w.id = a.worker_id
WHERE a.district_code = :district_code AND a.grid_code = :grid_code;

-- name: workers_of_grids_among
SELECT w.id, w.name, a.grid_code
FROM grid_assignments a
JOIN grid_workers w ON w.district_code = a.district_code AND w.id = a.worker_id
WHERE a.district_code = :district_code AND a.grid_code = ANY (:codes::text[]);

-- name: origin
SELECT o.code, o.name, o.full_name, o.level, o.parent_code
FROM origin_divisions o
WHERE o.code = :code;

-- name: origins_among
SELECT o.code
FROM origin_divisions o
WHERE o.code = ANY (:codes::text[]);
