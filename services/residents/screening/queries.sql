-- name: screening_tasks_by_id
SELECT t.id, t.status, t.reason, t.due_at, t.attempts, t.division_code, t.resident_id, t.returnee_id, t.worker_id,
       t.household_id, t.round_id
FROM screening_tasks t
WHERE t.district_code = :district_code::text AND t.id = key.value::uuid;

-- name: screening_tasks_of_grids
SELECT t.id, t.status, t.reason, t.due_at, t.attempts, t.division_code, t.resident_id, t.returnee_id, t.worker_id,
       t.household_id, t.round_id
FROM screening_tasks t
WHERE t.district_code = :district_code::text
  AND t.division_code >= key.value AND t.division_code < key.value || '~'
  AND (:status::text[] IS NULL OR t.status = ANY (:status::text[]))
  AND (:reason::text[] IS NULL OR t.reason = ANY (:reason::text[]));

-- name: screening_steps_of_tasks
SELECT s.id, s.from_status, s.status, s.division_code, s.note, s.taken_by, s.taken_at, s.recorded_at
FROM screening_steps s
WHERE s.district_code = :district_code::text AND s.task_id = key.value::uuid;

-- name: lock_task
SELECT t.id, t.division_code, t.status, t.reason, t.attempts, t.due_at, t.worker_id, t.resident_id, t.returnee_id,
       t.household_id, coalesce(t.household_id, r.household_id) AS home_id, t.round_id, o.status AS round_status,
       t.reached, t.refused, t.not_here, t.overdue, t.verified, t.changed_at
FROM screening_tasks t
LEFT JOIN residents r ON r.district_code = t.district_code AND r.id = t.resident_id
LEFT JOIN screening_rounds o ON o.district_code = t.district_code AND o.id = t.round_id
WHERE t.district_code = :district_code AND t.id = :task_id
FOR UPDATE OF t;

-- name: lock_overdue_tasks
-- All districts of this database: the job is the service's own.
SELECT t.id, t.division_code, t.status, t.reason, t.attempts, t.due_at, t.worker_id, t.resident_id, t.returnee_id,
       t.household_id, coalesce(t.household_id, r.household_id) AS home_id, t.round_id, o.status AS round_status,
       t.reached, t.refused, t.not_here, t.overdue, t.verified, t.changed_at
FROM screening_tasks t
LEFT JOIN residents r ON r.district_code = t.district_code AND r.id = t.resident_id
LEFT JOIN screening_rounds o ON o.district_code = t.district_code AND o.id = t.round_id
WHERE t.due_at < :now AND t.status IN ('OPEN', 'ASSIGNED', 'CONTACTED', 'NO_ANSWER', 'NOT_HERE', 'TRANSFERRED')
  AND (t.status <> 'NO_ANSWER' OR t.due_at < :retries_before)
  AND coalesce(o.status, 'OPEN') = 'OPEN'
ORDER BY t.due_at, t.id
LIMIT :rows_max::int
FOR UPDATE OF t SKIP LOCKED;

-- name: move_tasks
UPDATE screening_tasks t
SET status = m.status, division_code = m.division_code, worker_id = m.worker_id, attempts = m.attempts,
    due_at = m.due_at, reason = m.reason, reached = m.reached, refused = m.refused, not_here = m.not_here,
    overdue = m.overdue, verified = m.verified, changed_at = :now
FROM unnest(:ids::uuid[], :statuses::text[], :division_codes::text[], :worker_ids::uuid[], :attempts::int[],
    :due_at::timestamptz[], :reasons::text[], :reached::boolean[], :refused::boolean[], :not_here::boolean[],
    :overdue::boolean[], :verified::boolean[])
    AS m (id, status, division_code, worker_id, attempts, due_at, reason, reached, refused, not_here, overdue, verified)
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
INSERT INTO screening_steps (district_code, id, division_code, task_id, from_status, status, note, taken_by, taken_at,
    recorded_at)
SELECT :district_code, s.id, s.division_code, s.task_id, s.from_status, s.status, s.note, :taken_by::text, :now,
    :recorded_at::timestamptz
FROM unnest(:ids::uuid[], :division_codes::text[], :task_ids::uuid[], :from_statuses::text[], :statuses::text[],
    :notes::text[])
    AS s (id, division_code, task_id, from_status, status, note);

-- name: task_of_returnee
SELECT t.id
FROM screening_tasks t
WHERE t.district_code = :district_code AND t.returnee_id = :returnee_id;

-- name: move_returnee
UPDATE returnees SET division_code = :division_code
WHERE district_code = :district_code AND id = :returnee_id;

-- name: grids_without_the_person
SELECT DISTINCT s.division_code
FROM screening_steps s
WHERE s.district_code = :district_code AND s.task_id = :task_id AND s.status = 'NOT_HERE'
ORDER BY s.division_code;

-- name: is_worker
SELECT EXISTS (SELECT 1 FROM grid_workers w WHERE w.district_code = :district_code AND w.id = :worker_id);

-- name: people_of_home
SELECT r.id, r.division_code
FROM residents r
WHERE r.district_code = :district_code
  AND r.merged_into IS NULL AND (r.id = :resident_id::uuid OR r.household_id = :household_id::uuid)
ORDER BY r.id;

-- name: screening_outcomes_of_tasks
SELECT o.id, o.people_here, o.symptoms, o.needs, o.verified_by, o.verified_at
FROM screening_outcomes o
WHERE o.district_code = :district_code::text AND o.task_id = key.value::uuid
ORDER BY o.id DESC
LIMIT 1;

-- name: screening_findings_of_outcomes
SELECT f.id, f.resident_id, f.is_here, f.since_on, f.origin_code, f.symptoms, f.risk_level, f.order_id
FROM screening_findings f
WHERE f.district_code = :district_code::text AND f.outcome_id = key.value::uuid
ORDER BY f.id
LIMIT 20;

-- name: insert_outcome
INSERT INTO screening_outcomes (district_code, id, division_code, task_id, people_here, symptoms, needs, verified_by,
    verified_at)
VALUES (:district_code, :id, :division_code, :task_id, :people_here, :symptoms, :needs, :verified_by, :now);

-- name: insert_findings
INSERT INTO screening_findings (district_code, id, division_code, outcome_id, task_id, resident_id, is_here, since_on,
    origin_code, symptoms, risk_level, order_id)
SELECT :district_code, f.id, :division_code, :outcome_id, :task_id, f.resident_id, f.is_here, f.since_on,
    f.origin_code, f.symptoms, f.risk_level, f.order_id
FROM unnest(:ids::uuid[], :resident_ids::uuid[], :are_here::boolean[], :since::date[], :origin_codes::text[],
    :symptoms::boolean[], :levels::text[], :order_ids::uuid[])
    AS f (id, resident_id, is_here, since_on, origin_code, symptoms, risk_level, order_id);

-- name: mark_answered
-- What was answered knowing of a region need not be asked again for it.
INSERT INTO screening_rescreens (district_code, task_id, region_id, marked_at)
SELECT r.district_code, :task_id, r.id, :now
FROM risk_regions r
WHERE r.district_code = :district_code AND r.prefix = ANY (:prefixes::text[])
ORDER BY r.id
ON CONFLICT (district_code, task_id, region_id) DO NOTHING;
