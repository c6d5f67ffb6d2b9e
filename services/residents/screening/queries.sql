-- name: screening_tasks_by_id
SELECT t.id, t.status, t.reason, t.due_at, t.attempts, t.division_code, t.resident_id, t.returnee_id, t.worker_id
FROM screening_tasks t
WHERE t.district_code = :district_code::text AND t.id = key.value::uuid;

-- name: screening_tasks_of_grids
SELECT t.id, t.status, t.reason, t.due_at, t.attempts, t.division_code, t.resident_id, t.returnee_id, t.worker_id
FROM screening_tasks t
WHERE t.district_code = :district_code::text
  AND t.division_code >= key.value AND t.division_code < key.value || '~'
  AND (:status::text[] IS NULL OR t.status = ANY (:status::text[]));

-- name: screening_steps_of_tasks
SELECT s.id, s.from_status, s.status, s.note, s.taken_by, s.taken_at
FROM screening_steps s
WHERE s.district_code = :district_code::text AND s.task_id = key.value::uuid;

-- name: lock_task
SELECT t.id, t.division_code, t.status, t.attempts, t.due_at, t.worker_id, t.resident_id, t.returnee_id
FROM screening_tasks t
WHERE t.district_code = :district_code AND t.id = :task_id
FOR UPDATE;

-- name: lock_overdue_tasks
-- All districts of this database: the job is the service's own.
SELECT t.id, t.division_code, t.status, t.attempts, t.due_at, t.worker_id, t.resident_id, t.returnee_id
FROM screening_tasks t
WHERE t.due_at < :now AND t.status IN ('OPEN', 'ASSIGNED', 'CONTACTED', 'NO_ANSWER', 'NOT_HERE', 'TRANSFERRED')
ORDER BY t.due_at, t.id
LIMIT :rows_max::int
FOR UPDATE SKIP LOCKED;

-- name: move_tasks
UPDATE screening_tasks t
SET status = m.status, division_code = m.division_code, worker_id = m.worker_id, attempts = m.attempts,
    due_at = m.due_at, changed_at = :now
FROM unnest(:ids::uuid[], :statuses::text[], :division_codes::text[], :worker_ids::uuid[], :attempts::int[],
    :due_at::timestamptz[]) AS m (id, status, division_code, worker_id, attempts, due_at)
WHERE t.district_code = :district_code AND t.id = m.id;

-- name: insert_tasks
INSERT INTO screening_tasks (district_code, id, division_code, resident_id, returnee_id, worker_id, status, reason,
    due_at, opened_at, changed_at)
SELECT :district_code, n.id, n.division_code, n.resident_id, n.returnee_id, n.worker_id, 'OPEN', n.reason,
    n.due_at, :now, :now
FROM unnest(:ids::uuid[], :division_codes::text[], :resident_ids::uuid[], :returnee_ids::uuid[], :worker_ids::uuid[],
    :reasons::text[], :due_at::timestamptz[])
    AS n (id, division_code, resident_id, returnee_id, worker_id, reason, due_at);

-- name: insert_steps
INSERT INTO screening_steps (district_code, id, division_code, task_id, from_status, status, note, taken_by, taken_at)
SELECT :district_code, s.id, s.division_code, s.task_id, s.from_status, s.status, :note::text, :taken_by::text, :now
FROM unnest(:ids::uuid[], :division_codes::text[], :task_ids::uuid[], :from_statuses::text[], :statuses::text[])
    AS s (id, division_code, task_id, from_status, status);

-- name: task_of_returnee
SELECT t.id
FROM screening_tasks t
WHERE t.district_code = :district_code AND t.returnee_id = :returnee_id;

-- name: move_returnee
UPDATE returnees SET division_code = :division_code
WHERE district_code = :district_code AND id = :returnee_id;
