-- name: grid_workers_by_id
SELECT w.id, w.name, w.phone_masked, w.division_code, w.left_on
FROM grid_workers w
WHERE w.district_code = :district_code::text AND w.id = key.value::uuid;

-- name: grid_workers_of_scopes
-- Those who serve: whoever has left is found by id and in the assignments.
SELECT w.id, w.name, w.phone_masked, w.division_code, w.left_on
FROM grid_workers w
WHERE w.district_code = :district_code::text
  AND w.division_code >= key.value AND w.division_code < key.value || '~'
  AND coalesce(w.left_on, 'infinity') >= :today::date;

-- name: grids_of_workers
SELECT d.code, d.name, d.name_path, d.level, d.kind, d.parent_code, d.code_system, d.valid_from, d.valid_to
FROM grids_served(:district_code::text, key.value::uuid, :today::date) s
JOIN divisions d ON d.district_code = :district_code::text AND d.code = s.grid_code;

-- name: assignments_by_id
SELECT a.id, a.grid_code, a.worker_id, a.kind, a.starts_on, a.ends_on
FROM grid_assignments a
WHERE a.district_code = :district_code::text AND a.id = key.value::uuid;

-- name: assignments_of_grids
SELECT a.id, a.grid_code, a.worker_id, a.kind, a.starts_on, a.ends_on
FROM grid_assignments a
WHERE a.district_code = :district_code::text AND a.grid_code = key.value;

-- name: assignments_of_workers
SELECT a.id, a.grid_code, a.worker_id, a.kind, a.starts_on, a.ends_on
FROM grid_assignments a
WHERE a.district_code = :district_code::text AND a.worker_id = key.value::uuid;

-- name: lock_worker
SELECT w.id, w.division_code, w.name, w.phone_masked, w.left_on
FROM grid_workers w
WHERE w.district_code = :district_code AND w.id = :worker_id
FOR NO KEY UPDATE;

-- name: worker_by_phone_and_name
SELECT w.id
FROM grid_workers w
WHERE w.district_code = :district_code AND w.phone_index = :phone_index AND w.name = :name AND w.left_on IS NULL
ORDER BY w.id
LIMIT 1;

-- name: add_worker
INSERT INTO grid_workers (district_code, id, division_code, name, phone_sealed, phone_masked, phone_index)
VALUES (:district_code, :worker_id, :division_code, :name, :phone_sealed, :phone_masked, :phone_index);

-- name: rename_worker
UPDATE grid_workers SET name = :name
WHERE district_code = :district_code AND id = :worker_id;

-- name: change_phone
UPDATE grid_workers SET phone_sealed = :phone_sealed, phone_masked = :phone_masked, phone_index = :phone_index
WHERE district_code = :district_code AND id = :worker_id;

-- name: let_worker_go
UPDATE grid_workers SET left_on = :left_on
WHERE district_code = :district_code AND id = :worker_id;

-- name: lock_grids
-- What is decided about the assignments of one grid is decided one after the other.
SELECT pg_advisory_xact_lock(hashtext('grid assignments ' || :district_code::text || code)) IS NOT NULL
FROM (SELECT code FROM unnest(:grid_codes::text[]) AS code ORDER BY code) codes;

-- name: assignments_from
SELECT a.id, a.grid_code, a.worker_id, a.kind, a.starts_on, a.ends_on
FROM grid_assignments a
WHERE a.district_code = :district_code AND a.grid_code = ANY (:grid_codes::text[])
  AND coalesce(a.ends_on, 'infinity') >= :day::date
ORDER BY a.grid_code, a.starts_on, a.id;

-- name: assignments_of_worker_from
SELECT a.id, a.grid_code, a.worker_id, a.kind, a.starts_on, a.ends_on
FROM grid_assignments a
WHERE a.district_code = :district_code AND a.worker_id = :worker_id AND coalesce(a.ends_on, 'infinity') >= :day::date
ORDER BY a.grid_code, a.starts_on, a.id;

-- name: assignment
SELECT a.id, a.grid_code, a.worker_id, a.kind, a.starts_on, a.ends_on
FROM grid_assignments a
WHERE a.district_code = :district_code AND a.id = :assignment_id;

-- name: add_assignment
INSERT INTO grid_assignments (district_code, id, grid_code, worker_id, kind, starts_on, ends_on, assigned_at, assigned_by)
VALUES (:district_code, :assignment_id, :grid_code, :worker_id, :kind, :starts_on, :ends_on, :assigned_at, :assigned_by);

-- name: end_assignments
UPDATE grid_assignments a SET ends_on = e.ends_on
FROM unnest(:ids::uuid[], :ends_on::date[]) AS e (id, ends_on)
WHERE a.district_code = :district_code AND a.id = e.id;
