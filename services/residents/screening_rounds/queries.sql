-- name: screening_rounds_by_id
SELECT r.id, r.scope_code, r.title, r.reason, r.question_set_version, r.status, r.due_at, r.opened_at, r.ready_at,
       r.ended_at, r.end_reason
FROM screening_rounds r
WHERE r.district_code = :district_code::text AND r.id = key.value::uuid;

-- name: screening_rounds_of_scopes
-- A round is listed for every division that it touches.
SELECT r.id, r.scope_code, r.title, r.reason, r.question_set_version, r.status, r.due_at, r.opened_at, r.ready_at,
       r.ended_at, r.end_reason
FROM screening_rounds r
WHERE r.district_code = :district_code::text
  AND (starts_with(r.scope_code, key.value) OR starts_with(key.value, r.scope_code))
  AND (:status::text[] IS NULL OR r.status = ANY (:status::text[]));

-- name: progress_of_rounds
-- A division's numbers are the sum of its grids', so that they are the same at every level. A code
-- above one's own scope is not answered: its sum would be a part that looks like the whole.
SELECT d.code, r.id AS round_id, c.planned, c.reached, c.verified, c.refused, c.not_here, c.overdue
FROM screening_rounds r
JOIN divisions d ON d.district_code = r.district_code AND d.code = coalesce(:code::text, r.scope_code)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.planned), 0)::bigint AS planned,
           coalesce(sum(g.reached), 0)::bigint AS reached,
           coalesce(sum(g.verified), 0)::bigint AS verified,
           coalesce(sum(g.refused), 0)::bigint AS refused,
           coalesce(sum(g.not_here), 0)::bigint AS not_here,
           coalesce(sum(g.overdue), 0)::bigint AS overdue
    FROM screening_round_counters g
    WHERE g.district_code = r.district_code AND g.round_id = r.id
      AND g.division_code >= d.code AND g.division_code < d.code || '~'
) c
WHERE r.district_code = :district_code::text AND r.id = key.value::uuid
  AND EXISTS (
      SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE starts_with(d.code, s)
  );

-- name: progress_of_divisions
SELECT d.code, r.id AS round_id, r.opened_at, c.planned, c.reached, c.verified, c.refused, c.not_here, c.overdue
FROM divisions d
JOIN screening_rounds r ON r.district_code = d.district_code
    AND (starts_with(r.scope_code, d.code) OR starts_with(d.code, r.scope_code))
CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.planned), 0)::bigint AS planned,
           coalesce(sum(g.reached), 0)::bigint AS reached,
           coalesce(sum(g.verified), 0)::bigint AS verified,
           coalesce(sum(g.refused), 0)::bigint AS refused,
           coalesce(sum(g.not_here), 0)::bigint AS not_here,
           coalesce(sum(g.overdue), 0)::bigint AS overdue
    FROM screening_round_counters g
    WHERE g.district_code = r.district_code AND g.round_id = r.id
      AND g.division_code >= d.code AND g.division_code < d.code || '~'
) c
WHERE d.district_code = :district_code::text AND d.code = key.value
  AND (:status::text[] IS NULL OR r.status = ANY (:status::text[]))
  AND EXISTS (
      SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE starts_with(d.code, s)
  );

-- name: insert_round
INSERT INTO screening_rounds (district_code, id, scope_code, title, reason, question_set_version, status, due_at,
    known_region_ids, prepared_to, opened_by, opened_at)
SELECT :district_code, :id, :scope_code, :title, :reason, :question_set_version, 'PREPARING', :due_at,
    ARRAY(SELECT p.id FROM risk_regions p WHERE p.district_code = :district_code ORDER BY p.id), '', :opened_by, :now;

-- name: lock_round
SELECT r.district_code, r.id, r.scope_code, r.status, r.due_at, r.prepared_to, r.opened_by
FROM screening_rounds r
WHERE r.district_code = :district_code AND r.id = :round_id
FOR UPDATE;

-- name: households_left
SELECT coalesce(sum(g.planned - g.verified), 0)::bigint
FROM screening_round_counters g
WHERE g.district_code = :district_code AND g.round_id = :round_id;

-- name: end_round
UPDATE screening_rounds
SET status = :status, ended_at = :now, ended_by = :ended_by, end_reason = :end_reason
WHERE district_code = :district_code AND id = :round_id;

-- name: lock_round_to_prepare
SELECT r.district_code, r.id, r.scope_code, r.status, r.due_at, r.prepared_to, r.opened_by
FROM screening_rounds r
WHERE r.status = 'PREPARING'
ORDER BY r.opened_at, r.id
LIMIT 1
FOR UPDATE SKIP LOCKED;

-- name: last_grid_of_batch
-- Whole grids, until there are enough households; none when the rest is fewer.
SELECT h.division_code
FROM households h
WHERE h.district_code = :district_code AND h.division_code > :after
  AND h.division_code >= :scope_code AND h.division_code < :scope_code || '~'
ORDER BY h.division_code
OFFSET :rows_max::int
LIMIT 1;

-- name: grids_of_batch
SELECT DISTINCT h.division_code
FROM households h
WHERE h.district_code = :district_code AND h.division_code > :after AND h.division_code <= :until
  AND h.division_code >= :scope_code AND h.division_code < :scope_code || '~'
ORDER BY h.division_code;

-- name: insert_round_tasks
-- A task for each household; a grid's worker has it at once. Counted in the same statement.
WITH made AS (
    INSERT INTO screening_tasks (district_code, id, division_code, household_id, round_id, worker_id, status, reason,
        due_at, opened_at, changed_at)
    SELECT h.district_code, time_ordered_id(:wall_ms::bigint), h.division_code, h.id, :round_id, w.worker_id,
        CASE WHEN w.worker_id IS NULL THEN 'OPEN' ELSE 'ASSIGNED' END, 'ROUND', :due_at, :now, :now
    FROM unnest(:codes::text[], :worker_ids::uuid[]) AS w (code, worker_id)
    JOIN households h ON h.district_code = :district_code AND h.division_code = w.code AND h.closed_on IS NULL
    ON CONFLICT ON CONSTRAINT screening_tasks_one_per_household DO NOTHING
    RETURNING district_code, id, division_code, round_id, status
), told AS (
    INSERT INTO screening_steps (district_code, id, division_code, task_id, from_status, status, taken_by, taken_at)
    SELECT m.district_code, time_ordered_id(:wall_ms::bigint), m.division_code, m.id, NULL, m.status, :taken_by, :now
    FROM made m
), counted AS (
    SELECT m.division_code, count(*) AS tasks FROM made m GROUP BY m.division_code
), planned AS (
    INSERT INTO screening_round_counters (district_code, round_id, division_code, planned)
    SELECT :district_code, :round_id, c.division_code, c.tasks FROM counted c
)
SELECT c.division_code, c.tasks FROM counted c ORDER BY c.division_code;

-- name: note_prepared
UPDATE screening_rounds
SET prepared_to = :prepared_to, status = :status,
    ready_at = CASE WHEN :status = 'OPEN' THEN :now::timestamptz END
WHERE district_code = :district_code AND id = :round_id;

-- name: start_counters
INSERT INTO screening_round_counters (district_code, round_id, division_code)
SELECT :district_code, n.round_id, n.code
FROM unnest(:round_ids::uuid[], :codes::text[]) AS n (round_id, code)
ORDER BY n.round_id, n.code
ON CONFLICT (district_code, round_id, division_code) DO NOTHING;

-- name: count_in_grids
UPDATE screening_round_counters c
SET planned = c.planned + d.planned, reached = c.reached + d.reached, verified = c.verified + d.verified,
    refused = c.refused + d.refused, not_here = c.not_here + d.not_here, overdue = c.overdue + d.overdue
FROM (
    SELECT g.round_id, g.division_code
    FROM screening_round_counters g
    JOIN unnest(:round_ids::uuid[], :codes::text[]) AS n (round_id, code)
        ON n.round_id = g.round_id AND n.code = g.division_code
    WHERE g.district_code = :district_code
    ORDER BY g.round_id, g.division_code
    FOR UPDATE OF g
) locked
JOIN unnest(:round_ids::uuid[], :codes::text[], :planned::bigint[], :reached::bigint[], :verified::bigint[],
    :refused::bigint[], :not_here::bigint[], :overdue::bigint[])
    AS d (round_id, code, planned, reached, verified, refused, not_here, overdue)
    ON d.round_id = locked.round_id AND d.code = locked.division_code
WHERE c.district_code = :district_code AND c.round_id = locked.round_id AND c.division_code = locked.division_code
RETURNING c.round_id, c.division_code;

-- name: regions_new_to_rounds
-- What was declared since an open round was opened, and counts today; of every district.
SELECT o.district_code, o.id AS round_id, p.id AS region_id, p.code, p.prefix, p.level
FROM screening_rounds o
JOIN risk_regions p ON p.district_code = o.district_code AND p.id <> ALL (o.known_region_ids)
WHERE o.status = 'OPEN' AND p.level = ANY (:levels::text[])
  AND p.valid_from <= :today::date AND coalesce(p.valid_to, 'infinity') >= :today::date
ORDER BY o.district_code, o.id, p.id;

-- name: lock_tasks_to_rescreen
-- Whom a region concerns: households with a resident who came back from there within 14 days, and those whose own
-- answer in this round named it. Arrays, so that each step is an index scan whatever the statistics say.
WITH homes AS MATERIALIZED (
    SELECT r.household_id
    FROM residents r
    WHERE r.district_code = :district_code AND r.id = ANY (ARRAY(
        SELECT e.resident_id
        FROM returnees e
        WHERE e.district_code = :district_code
          AND e.origin_code >= :prefix AND e.origin_code < :prefix || '~'
          AND e.arrives_on BETWEEN :today::date - 14 AND :today::date))
    UNION
    SELECT n.household_id
    FROM screening_tasks n
    WHERE n.district_code = :district_code AND n.round_id = :round_id AND n.id = ANY (ARRAY(
        SELECT f.task_id
        FROM screening_findings f
        WHERE f.district_code = :district_code
          AND f.origin_code >= :prefix AND f.origin_code < :prefix || '~'
          AND f.since_on BETWEEN :today::date - 14 AND :today::date))
)
SELECT t.id
FROM screening_tasks t
WHERE t.district_code = :district_code AND t.round_id = :round_id
  AND t.household_id = ANY (ARRAY(SELECT h.household_id FROM homes h))
  AND NOT EXISTS (
      SELECT 1 FROM screening_rescreens m
      WHERE m.district_code = t.district_code AND m.task_id = t.id AND m.region_id = :region_id)
ORDER BY t.id
LIMIT :rows_max::int
FOR UPDATE OF t SKIP LOCKED;

-- name: mark_rescreened
INSERT INTO screening_rescreens (district_code, task_id, region_id, marked_at)
SELECT :district_code, m.task_id, m.region_id, :now
FROM unnest(:task_ids::uuid[], :region_ids::uuid[]) AS m (task_id, region_id)
ORDER BY m.task_id, m.region_id
ON CONFLICT (district_code, task_id, region_id) DO NOTHING;

-- name: lock_tasks_of_ended_rounds
SELECT t.id, t.district_code, o.status AS round_status
FROM screening_rounds o
JOIN screening_tasks t ON t.district_code = o.district_code AND t.round_id = o.id AND t.status <> 'CLOSED'
WHERE o.status IN ('CLOSED', 'CANCELLED') AND o.ended_at > :ended_since
ORDER BY t.district_code, t.id
LIMIT :rows_max::int
FOR UPDATE OF t SKIP LOCKED;

-- name: tasks_of_rounds
SELECT t.id, t.division_code, t.status, t.reason, t.attempts, t.due_at, t.worker_id, t.resident_id, t.returnee_id,
       t.household_id, t.household_id AS home_id, t.round_id, o.status AS round_status,
       t.reached, t.refused, t.not_here, t.overdue, t.verified, t.changed_at
FROM screening_tasks t
JOIN screening_rounds o ON o.district_code = t.district_code AND o.id = t.round_id
WHERE t.district_code = :district_code AND t.id = ANY (:ids::uuid[])
ORDER BY t.id;
