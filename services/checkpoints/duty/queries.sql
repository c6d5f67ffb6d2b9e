-- name: duty_of_checkpoint
SELECT s.name,
       o.name AS organization_name,
       d.id,
       d.staff_id,
       d.starts_at,
       d.ends_at
FROM duty_shifts d
JOIN staff s ON s.district_code = d.district_code AND s.id = d.staff_id
JOIN organizations o ON o.district_code = s.district_code AND o.id = s.organization_id
WHERE d.district_code = :district_code AND d.checkpoint_id = key.value::uuid
    AND d.starts_at <= :now::timestamptz AND d.ends_at > :now::timestamptz
ORDER BY d.starts_at, d.id
LIMIT 100;

-- name: checkpoint_to_guard
SELECT division_code
FROM checkpoints
WHERE district_code = :district_code AND id = :checkpoint_id;

-- name: insert_shift
INSERT INTO duty_shifts (district_code, id, division_code, checkpoint_id, staff_id, starts_at, ends_at)
VALUES (:district_code, :id, :division_code, :checkpoint_id, :staff_id, :starts_at, :ends_at);

-- name: gaps_to_raise
-- Open now (hours may run past midnight), short of people, and nobody has been told.
SELECT c.district_code,
       c.division_code,
       c.id AS checkpoint_id,
       c.name,
       c.minimum_strength,
       present.people
FROM checkpoints c
CROSS JOIN LATERAL (
    SELECT count(*) AS people
    FROM duty_shifts d
    WHERE d.district_code = c.district_code AND d.checkpoint_id = c.id
        AND d.starts_at <= :now::timestamptz AND d.ends_at > :now::timestamptz
) present
WHERE c.status = 'OPEN'
    AND (c.opens_at IS NULL
        OR (c.opens_at < c.closes_at AND :time_of_day::time >= c.opens_at AND :time_of_day::time < c.closes_at)
        OR (c.opens_at > c.closes_at AND (:time_of_day::time >= c.opens_at OR :time_of_day::time < c.closes_at)))
    AND present.people < c.minimum_strength
    AND NOT EXISTS (
        SELECT 1
        FROM alarms a
        WHERE a.district_code = c.district_code AND a.checkpoint_id = c.id AND a.kind = 'GAP' AND a.topic = ''
            AND a.closed_at IS NULL)
ORDER BY c.district_code, c.id
LIMIT 200;

-- name: close_gaps
-- Filled, closed, or out of hours: the gap is over.
WITH over AS (
    SELECT a.district_code, a.id
    FROM alarms a
    JOIN checkpoints c ON c.district_code = a.district_code AND c.id = a.checkpoint_id
    WHERE a.kind = 'GAP' AND a.closed_at IS NULL
        AND (c.status = 'CLOSED'
            OR (c.opens_at < c.closes_at
                AND (:time_of_day::time < c.opens_at OR :time_of_day::time >= c.closes_at))
            OR (c.opens_at > c.closes_at
                AND :time_of_day::time < c.opens_at AND :time_of_day::time >= c.closes_at)
            OR c.minimum_strength <= (
                SELECT count(*)
                FROM duty_shifts d
                WHERE d.district_code = c.district_code AND d.checkpoint_id = c.id
                    AND d.starts_at <= :now::timestamptz AND d.ends_at > :now::timestamptz))
    ORDER BY a.district_code, a.id
    LIMIT 200
)
UPDATE alarms a SET closed_at = :now::timestamptz
FROM over
WHERE a.district_code = over.district_code AND a.id = over.id
RETURNING a.id, a.division_code;
