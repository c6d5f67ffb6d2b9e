-- name: health_checks_by_id
SELECT c.id, c.quarantine_order_id, c.resident_id, c.division_code, c.slot_at, c.status, c.temperature_c,
    c.first_temperature_c, c.symptoms, c.reported_at, c.reported_as, c.conclusion, c.reviewed_at
FROM health_checks c
WHERE c.district_code = :district_code AND c.id = key.value::uuid;

-- name: health_checks_of_orders
SELECT c.id, c.quarantine_order_id, c.resident_id, c.division_code, c.slot_at, c.status, c.temperature_c,
    c.first_temperature_c, c.symptoms, c.reported_at, c.reported_as, c.conclusion, c.reviewed_at
FROM health_checks c
WHERE c.district_code = :district_code AND c.quarantine_order_id = key.value::uuid;

-- name: health_checks_due_of_grids
-- Two hours: a slot is open before its time (model.OPENS_BEFORE).
SELECT c.id, c.quarantine_order_id, c.resident_id, c.division_code, c.slot_at, c.status, c.temperature_c,
    c.first_temperature_c, c.symptoms, c.reported_at, c.reported_as, c.conclusion, c.reviewed_at
FROM health_checks c
WHERE c.district_code = :district_code AND c.division_code = key.value
    AND c.status IN ('EXPECTED', 'RECHECK_DUE') AND c.slot_at <= :now::timestamptz + interval '2 hours';

-- name: expect_checks
INSERT INTO health_checks (district_code, id, division_code, quarantine_order_id, resident_id, slot_at, status,
    symptoms, changes)
SELECT :district_code, s.id, :division_code, :order_id, :resident_id, s.slot_at, 'EXPECTED', '{}', 0
FROM unnest(:ids::uuid[], :slots::timestamptz[]) s(id, slot_at);

-- name: lock_check_of_slot
SELECT district_code, id, division_code, quarantine_order_id, resident_id, slot_at, status, reported_at, changes
FROM health_checks
WHERE district_code = :district_code AND quarantine_order_id = :order_id AND slot_at = :slot_at
FOR UPDATE;

-- name: lock_check
SELECT district_code, id, division_code, quarantine_order_id, resident_id, slot_at, status, reported_at, changes
FROM health_checks WHERE district_code = :district_code AND id = :check_id
FOR UPDATE;

-- name: set_reading
UPDATE health_checks SET status = :status, temperature_c = :temperature_c,
    first_temperature_c = coalesce(first_temperature_c, :temperature_c), symptoms = :symptoms, reported_at = :now,
    reported_by = :reported_by, reported_as = :reported_as, changes = :changes
WHERE district_code = :district_code AND id = :check_id;

-- name: set_reviewed
UPDATE health_checks SET status = 'REVIEWED', conclusion = :conclusion, reviewed_at = :now, changes = changes + 1
WHERE district_code = :district_code AND id = :check_id;

-- name: add_check_history
INSERT INTO health_check_history (district_code, health_check_id, change, at, status_before, status_after,
    temperature_c, by_subject, note)
VALUES (:district_code, :check_id, :change, :now, :status_before, :status_after, :temperature_c,
    coalesce(nullif(current_setting('app.subject', true), ''), 'residents'), :note);

-- name: drop_expected_checks
DELETE FROM health_checks
WHERE district_code = :district_code AND quarantine_order_id = :order_id AND status = 'EXPECTED';

-- name: miss_checks_of_order
WITH missed AS (
    UPDATE health_checks SET status = 'MISSED', changes = changes + 1
    WHERE district_code = :district_code AND quarantine_order_id = :order_id AND status = 'EXPECTED'
    RETURNING district_code, id, division_code, quarantine_order_id, resident_id, slot_at, status, reported_at, changes
), told AS (
    INSERT INTO health_check_history (district_code, health_check_id, change, at, status_before, status_after,
        by_subject)
    SELECT district_code, id, changes, :now::timestamptz, 'EXPECTED', 'MISSED',
        coalesce(nullif(current_setting('app.subject', true), ''), 'residents')
    FROM missed
)
SELECT district_code, id, division_code, quarantine_order_id, resident_id, slot_at, status, reported_at, changes
FROM missed ORDER BY division_code, slot_at, id;

-- name: miss_checks
-- A row that somebody holds is left for the next run.
WITH due AS (
    SELECT district_code, id FROM health_checks
    WHERE status = 'EXPECTED' AND slot_at <= :slots_until::timestamptz
    ORDER BY slot_at, id LIMIT :batch_size::int
    FOR UPDATE SKIP LOCKED
), missed AS (
    UPDATE health_checks c SET status = 'MISSED', changes = c.changes + 1
    FROM due d WHERE c.district_code = d.district_code AND c.id = d.id
    RETURNING c.district_code, c.id, c.division_code, c.quarantine_order_id, c.resident_id, c.slot_at, c.status,
        c.reported_at, c.changes
), told AS (
    INSERT INTO health_check_history (district_code, health_check_id, change, at, status_before, status_after,
        by_subject)
    SELECT district_code, id, changes, :now::timestamptz, 'EXPECTED', 'MISSED', 'residents' FROM missed
)
SELECT district_code, id, division_code, quarantine_order_id, resident_id, slot_at, status, reported_at, changes
FROM missed ORDER BY division_code, slot_at, id;

-- name: escalate_checks
-- The slot's end, and an hour after the first reading at least (model.recheck_closes_at).
WITH due AS (
    SELECT district_code, id FROM health_checks
    WHERE status = 'RECHECK_DUE' AND slot_at <= :slots_until::timestamptz AND reported_at <= :reported_until::timestamptz
    ORDER BY slot_at, id LIMIT :batch_size::int
    FOR UPDATE SKIP LOCKED
), escalated AS (
    UPDATE health_checks c SET status = 'ESCALATED', changes = c.changes + 1
    FROM due d WHERE c.district_code = d.district_code AND c.id = d.id
    RETURNING c.district_code, c.id, c.division_code, c.quarantine_order_id, c.resident_id, c.slot_at, c.status,
        c.reported_at, c.changes
), told AS (
    INSERT INTO health_check_history (district_code, health_check_id, change, at, status_before, status_after,
        by_subject)
    SELECT district_code, id, changes, :now::timestamptz, 'RECHECK_DUE', 'ESCALATED', 'residents' FROM escalated
)
SELECT district_code, id, division_code, quarantine_order_id, resident_id, slot_at, status, reported_at, changes
FROM escalated ORDER BY division_code, slot_at, id;
