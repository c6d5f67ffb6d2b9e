-- name: lock_orders_of
SELECT o.id, o.resident_id, o.division_code, o.status, o.starts_on, o.ends_on, o.changes
FROM quarantine_orders o
WHERE o.district_code = :district_code AND o.resident_id = ANY (:resident_ids::uuid[])
ORDER BY o.id
FOR UPDATE;

-- name: end_order
WITH before AS (
    SELECT id, status FROM quarantine_orders WHERE district_code = :district_code AND id = :order_id
), ended AS (
    UPDATE quarantine_orders o SET status = 'MERGED', ended_at = :now::timestamptz, changes = o.changes + 1
    FROM before b
    WHERE o.district_code = :district_code AND o.id = b.id
    RETURNING o.id, o.changes, b.status
)
INSERT INTO quarantine_order_history (district_code, quarantine_order_id, change, at, transition, status_before,
    status_after, by_subject, note)
SELECT :district_code, e.id, e.changes, :now::timestamptz, 'MERGE', e.status, 'MERGED', :by_subject::text, :note::text
FROM ended e;

-- name: move_orders
-- Orders go to a person, and open ones to the grid where the person lives; each says so in its history.
WITH moved AS (
    UPDATE quarantine_orders o
    SET resident_id = :to_id, division_code = coalesce(n.division_code, o.division_code), changes = o.changes + 1
    FROM unnest(:ids::uuid[], :division_codes::text[]) AS n (id, division_code)
    WHERE o.district_code = :district_code AND o.id = n.id
    RETURNING o.id, o.status, o.changes
)
INSERT INTO quarantine_order_history (district_code, quarantine_order_id, change, at, transition, status_before,
    status_after, by_subject, note)
SELECT :district_code, m.id, m.changes, :now::timestamptz, :transition::text, m.status, m.status, :by_subject::text,
    :note::text
FROM moved m
ORDER BY m.id;

-- name: move_checks
-- What is still waited for goes to the person's grid; what was reported or missed stays where it happened.
UPDATE health_checks c
SET resident_id = :to_id,
    division_code = CASE WHEN c.status IN ('EXPECTED', 'RECHECK_DUE', 'ABNORMAL', 'ESCALATED')
        THEN coalesce(n.division_code, c.division_code) ELSE c.division_code END
FROM unnest(:ids::uuid[], :division_codes::text[]) AS n (order_id, division_code)
WHERE c.district_code = :district_code AND c.quarantine_order_id = n.order_id;

-- name: drop_checks
DELETE FROM health_checks
WHERE district_code = :district_code AND quarantine_order_id = :order_id AND status = 'EXPECTED'
RETURNING id, slot_at, division_code;

-- name: put_checks_back
INSERT INTO health_checks (district_code, id, division_code, quarantine_order_id, resident_id, slot_at, status,
    symptoms, changes)
SELECT o.district_code, n.id, n.division_code, o.id, o.resident_id, n.slot_at, 'EXPECTED', '{}', 0
FROM quarantine_orders o
CROSS JOIN unnest(:ids::uuid[], :division_codes::text[], :slots::timestamptz[]) AS n (id, division_code, slot_at)
WHERE o.district_code = :district_code AND o.id = :order_id;

-- name: reopen_order
WITH reopened AS (
    UPDATE quarantine_orders SET status = :status, ended_at = NULL, changes = changes + 1
    WHERE district_code = :district_code AND id = :order_id
    RETURNING id, changes
)
INSERT INTO quarantine_order_history (district_code, quarantine_order_id, change, at, transition, status_before,
    status_after, by_subject, note)
SELECT :district_code, r.id, r.changes, :now::timestamptz, :transition::text, 'MERGED', :status::text,
    :by_subject::text, :note::text
FROM reopened r;

-- name: lock_tasks_of
SELECT t.id, t.resident_id, t.division_code, t.status, t.reason, t.due_at, t.changed_at
FROM screening_tasks t
WHERE t.district_code = :district_code AND t.resident_id = ANY (:resident_ids::uuid[])
ORDER BY t.id
FOR UPDATE;

-- name: move_tasks_to
UPDATE screening_tasks SET resident_id = :to_id
WHERE district_code = :district_code AND id = ANY (:ids::uuid[]) AND resident_id = :from_id;

-- name: set_tasks
UPDATE screening_tasks t SET status = n.status, changed_at = n.changed_at
FROM unnest(:ids::uuid[], :statuses::text[], :changed_at::timestamptz[]) AS n (id, status, changed_at)
WHERE t.district_code = :district_code AND t.id = n.id;

-- name: returnees_of
SELECT e.id
FROM returnees e
WHERE e.district_code = :district_code AND e.resident_id = :resident_id
ORDER BY e.id
FOR UPDATE;

-- name: move_returnees
UPDATE returnees SET resident_id = :to_id
WHERE district_code = :district_code AND id = ANY (:ids::uuid[]) AND resident_id = :from_id;

-- name: candidacies_of
SELECT e.id, e.candidate_ids
FROM returnees e
WHERE e.district_code = :district_code AND e.candidate_ids <> '{}' AND e.candidate_ids @> ARRAY[:resident_id]::uuid[]
ORDER BY e.id
FOR UPDATE;

-- name: set_candidates
UPDATE returnees SET candidate_ids = :candidate_ids::uuid[]
WHERE district_code = :district_code AND id = :returnee_id AND candidate_ids = :expected::uuid[];

-- name: returned_since
SELECT EXISTS (
    SELECT 1 FROM returnees e
    WHERE e.district_code = :district_code AND e.resident_id = :resident_id AND e.person_key = :person_key
      AND e.registered_at >= :since::timestamptz AND e.id <> ALL (:moved::uuid[])
);

-- name: wards_of
SELECT r.id
FROM residents r
WHERE r.district_code = :district_code AND r.guardian_id = :guardian_id
ORDER BY r.id;

-- name: proxied_by
SELECT r.id
FROM residents r
WHERE r.district_code = :district_code AND r.proxy_id = :proxy_id
ORDER BY r.id;

-- name: move_proxied
UPDATE residents SET proxy_id = :to_id
WHERE district_code = :district_code AND id = ANY (:ids::uuid[]) AND proxy_id = :from_id;

-- name: move_wards
UPDATE residents SET guardian_id = :to_id
WHERE district_code = :district_code AND id = ANY (:ids::uuid[]) AND guardian_id = :from_id;
