-- Counts cost nothing where they are not asked for: the view is opened up and the unused ones are dropped.

-- name: orders_by_id
SELECT o.id, o.resident_id, o.division_code, o.status, o.setting, o.reason, o.length_days, o.starts_on, o.ends_on,
    o.issued_at, o.delivered_at, o.revocation_asked_at, o.notice_url, o.health_checks_expected,
    o.health_checks_reported, o.health_checks_missed, o.health_checks_abnormal
FROM quarantine_orders_with_checks o
WHERE o.district_code = :district_code AND o.id = key.value::uuid;

-- name: orders_of_residents
SELECT o.id, o.resident_id, o.division_code, o.status, o.setting, o.reason, o.length_days, o.starts_on, o.ends_on,
    o.issued_at, o.delivered_at, o.revocation_asked_at, o.notice_url, o.health_checks_expected,
    o.health_checks_reported, o.health_checks_missed, o.health_checks_abnormal
FROM quarantine_orders_with_checks o
WHERE o.district_code = :district_code AND o.resident_id = coalesce(
        (SELECT a.survivor_id FROM resident_aliases a
            WHERE a.district_code = :district_code AND a.lost_id = key.value::uuid),
        key.value::uuid)
    AND (:status::text[] IS NULL OR o.status = ANY (:status::text[]));

-- name: orders_of_grids
SELECT o.id, o.resident_id, o.division_code, o.status, o.setting, o.reason, o.length_days, o.starts_on, o.ends_on,
    o.issued_at, o.delivered_at, o.revocation_asked_at, o.notice_url, o.health_checks_expected,
    o.health_checks_reported, o.health_checks_missed, o.health_checks_abnormal
FROM quarantine_orders_with_checks o
WHERE o.district_code = :district_code AND o.division_code = key.value
    AND (:status::text[] IS NULL OR o.status = ANY (:status::text[]));

-- name: orders_of_scopes
SELECT o.id, o.resident_id, o.division_code, o.status, o.setting, o.reason, o.length_days, o.starts_on, o.ends_on,
    o.issued_at, o.delivered_at, o.revocation_asked_at, o.notice_url, o.health_checks_expected,
    o.health_checks_reported, o.health_checks_missed, o.health_checks_abnormal
FROM quarantine_orders_with_checks o
WHERE o.district_code = :district_code AND key.value ~ '^\d{6}(\d{3}){0,3}$'
    AND o.division_code >= key.value AND o.division_code < key.value || '~'
    AND (:status::text[] IS NULL OR o.status = ANY (:status::text[]));

-- name: lock_order
SELECT district_code, id, division_code, resident_id, status, length_days, starts_on, ends_on, issued_at,
    delivered_at, revocation_asked_by, changes
FROM quarantine_orders WHERE district_code = :district_code AND id = :order_id
FOR UPDATE;

-- name: lock_open_order
SELECT district_code, id, division_code, resident_id, status, length_days, starts_on, ends_on, issued_at,
    delivered_at, revocation_asked_by, changes
FROM quarantine_orders
WHERE district_code = :district_code AND resident_id = :resident_id
    AND status IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
FOR UPDATE;

-- name: insert_drafts
-- In the order of residents, so that two who draft for the same people do not stand in each other's way.
INSERT INTO quarantine_orders (district_code, id, division_code, resident_id, status, setting, reason, length_days,
    starts_on, ends_on, changes)
SELECT :district_code, n.id, n.division_code, n.resident_id, 'DRAFT', n.setting, n.reason, n.length_days,
    n.starts_on, n.starts_on + n.length_days, 1
FROM unnest(:ids::uuid[], :division_codes::text[], :resident_ids::uuid[], :settings::text[], :reasons::text[],
    :lengths::int[], :days::date[])
    AS n (id, division_code, resident_id, setting, reason, length_days, starts_on)
ORDER BY n.resident_id
ON CONFLICT (district_code, resident_id) WHERE status IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
    DO NOTHING
RETURNING id, resident_id, division_code, changes;

-- name: widen_drafts
-- The later end counts, and at one end the longer order: whichever return became known first.
UPDATE quarantine_orders o
SET starts_on = n.starts_on, length_days = n.length_days, ends_on = n.starts_on + n.length_days,
    changes = o.changes + 1
FROM unnest(:resident_ids::uuid[], :reasons::text[], :lengths::int[], :days::date[])
    AS n (resident_id, reason, length_days, starts_on)
WHERE o.district_code = :district_code AND o.resident_id = n.resident_id AND o.status = 'DRAFT'
    AND o.reason = n.reason AND (o.ends_on, o.length_days) < (n.starts_on + n.length_days, n.length_days)
RETURNING o.id, o.resident_id, o.division_code, o.changes;

-- name: add_draft_histories
-- After the orders, whose rows the policy wants to see.
INSERT INTO quarantine_order_history (district_code, quarantine_order_id, change, at, transition, status_before,
    status_after, by_subject, note)
SELECT :district_code, n.order_id, n.change, :now, :transition, CASE WHEN n.change > 1 THEN 'DRAFT' END, 'DRAFT',
    coalesce(nullif(current_setting('app.subject', true), ''), 'residents'), NULL
FROM unnest(:order_ids::uuid[], :changes::int[]) AS n (order_id, change);

-- name: set_issued
UPDATE quarantine_orders SET status = 'ISSUED', starts_on = :starts_on, length_days = :length_days,
    ends_on = :starts_on::date + :length_days::int, issued_at = :now, changes = changes + 1
WHERE district_code = :district_code AND id = :order_id;

-- name: set_delivered
UPDATE quarantine_orders SET status = 'DELIVERED', delivered_at = :delivered_at, delivery_method = :method,
    delivery_receiver = :receiver, changes = changes + 1
WHERE district_code = :district_code AND id = :order_id;

-- name: set_status
UPDATE quarantine_orders SET status = :status, changes = changes + 1
WHERE district_code = :district_code AND id = :order_id;

-- name: set_extended
UPDATE quarantine_orders SET status = :status, ends_on = :ends_on, length_days = :ends_on::date - starts_on,
    changes = changes + 1
WHERE district_code = :district_code AND id = :order_id;

-- name: set_revocation_asked
UPDATE quarantine_orders SET revocation_asked_by = :subject, revocation_asked_at = :now, revocation_reason = :reason,
    changes = changes + 1
WHERE district_code = :district_code AND id = :order_id;

-- name: set_ended
UPDATE quarantine_orders SET status = :status, ended_at = :now, transfer_place = :transfer_place, changes = changes + 1
WHERE district_code = :district_code AND id = :order_id;

-- name: add_history
INSERT INTO quarantine_order_history (district_code, quarantine_order_id, change, at, transition, status_before,
    status_after, by_subject, note)
VALUES (:district_code, :order_id, :change, :now, :transition, :status_before, :status_after,
    coalesce(nullif(current_setting('app.subject', true), ''), 'residents'), :note);

-- name: orders_fall_due
-- A row that somebody holds is left for the next run.
WITH due AS (
    SELECT district_code, id, status FROM quarantine_orders
    WHERE status IN ('ISSUED', 'DELIVERED', 'ACTIVE') AND ends_on < :today::date
    ORDER BY ends_on, id LIMIT :batch_size::int
    FOR UPDATE SKIP LOCKED
), moved AS (
    UPDATE quarantine_orders o SET status = 'RELEASE_DUE', changes = o.changes + 1
    FROM due d WHERE o.district_code = d.district_code AND o.id = d.id
    RETURNING o.district_code, o.id, o.division_code, o.resident_id, o.changes, o.delivered_at, d.status AS status_before
), told AS (
    INSERT INTO quarantine_order_history (district_code, quarantine_order_id, change, at, transition, status_before,
        status_after, by_subject, note)
    SELECT district_code, id, changes, :now::timestamptz, 'FALL_DUE', status_before, 'RELEASE_DUE', 'residents', NULL FROM moved
)
SELECT district_code, id, division_code, resident_id, status_before, delivered_at IS NULL AS never_delivered
FROM moved ORDER BY district_code, resident_id;

-- name: notice_of_order
SELECT o.id, o.division_code, r.id AS resident_id, r.person_key, r.name, r.document_kind, r.document_number_masked,
    h.address, o.reason, o.setting, o.length_days, o.starts_on, o.ends_on, o.issued_at
FROM quarantine_orders o
JOIN residents r ON r.district_code = o.district_code AND r.id = o.resident_id
LEFT JOIN households h ON h.district_code = r.district_code AND h.id = r.household_id
WHERE o.district_code = :district_code AND o.id = :order_id;

-- name: order_to_verify
SELECT status, starts_on, ends_on FROM quarantine_orders
WHERE district_code = :district_code AND id = :order_id AND issued_at IS NOT NULL;
