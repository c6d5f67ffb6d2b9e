-- name: set_home
UPDATE residents
SET household_id = :household_id, division_code = :division_code, relation = :relation, status = 'REGISTERED',
    closed_on = NULL, proxy_worker_id = CASE WHEN :keeps_worker::boolean THEN proxy_worker_id END
WHERE district_code = :district_code AND id = :resident_id;

-- name: move_orders
-- An order that has ended stays where it was, unless a health check of it waits for its review: the color hangs on it.
UPDATE quarantine_orders o SET division_code = :division_code, changes = o.changes + 1
WHERE o.district_code = :district_code AND o.resident_id = :resident_id AND (
    o.status IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
    OR EXISTS (
        SELECT 1 FROM health_checks c
        WHERE c.district_code = o.district_code AND c.quarantine_order_id = o.id
          AND c.status IN ('ABNORMAL', 'ESCALATED')
    )
)
RETURNING o.id, o.status, o.changes;

-- name: move_checks
-- What is still to be done; readings and missed slots stay where they happened.
UPDATE health_checks SET division_code = :division_code
WHERE district_code = :district_code AND quarantine_order_id = ANY (:order_ids::uuid[])
  AND status IN ('EXPECTED', 'RECHECK_DUE', 'ABNORMAL', 'ESCALATED');

-- name: move_tasks
UPDATE screening_tasks SET division_code = :division_code, worker_id = :worker_id, changed_at = :now
WHERE district_code = :district_code AND resident_id = :resident_id AND status <> 'CLOSED'
  AND division_code <> :division_code
RETURNING id, status, returnee_id, (
    SELECT b.division_code FROM screening_tasks b
    WHERE b.district_code = :district_code AND b.id = screening_tasks.id
) AS from_division_code;

-- name: move_returnees
UPDATE returnees SET division_code = :division_code
WHERE district_code = :district_code AND id = ANY (:ids::uuid[]);
