-- One record a row, in the order of an index. The key is the scope: a division's code or a prefix of one.
-- What other tables say of a record are scalar subqueries: PostgreSQL works them out for the rows of the page alone,
-- after it has been cut off. As joins they were worked out for the whole scope first.

-- name: returnee_lines
SELECT e.id, e.division_code,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = e.district_code AND d.code = left(e.division_code, 9)) AS town_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = e.district_code AND d.code = left(e.division_code, 12)) AS village_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = e.district_code AND d.code = e.division_code) AS grid_name,
       e.name, e.document_number_masked, e.phone_masked, e.address, e.origin_code,
       (SELECT o.full_name FROM origin_divisions o WHERE o.code = e.origin_code) AS origin_name,
       e.arrives_on, e.transport_kind, e.transport_number, e.match, e.risk_level,
       (SELECT t.status FROM screening_tasks t
           WHERE t.district_code = e.district_code AND t.returnee_id = e.id) AS task_status,
       e.person_key
FROM returnees e
WHERE e.district_code = :district_code::text
  AND e.division_code >= key.value AND e.division_code < key.value || '~'
  AND (:from_day::date IS NULL OR e.arrives_on BETWEEN :from_day::date AND :to_day::date)
  AND (:statuses::text[] IS NULL OR EXISTS (SELECT 1 FROM screening_tasks t
      WHERE t.district_code = e.district_code AND t.returnee_id = e.id AND t.status = ANY (:statuses::text[])));

-- name: quarantine_order_lines
-- Orders that a day of the period belongs to.
SELECT q.id, q.division_code,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = q.district_code AND d.code = left(q.division_code, 9)) AS town_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = q.district_code AND d.code = left(q.division_code, 12)) AS village_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = q.district_code AND d.code = q.division_code) AS grid_name,
       (SELECT r.name FROM residents r
           WHERE r.district_code = q.district_code AND r.id = q.resident_id) AS name,
       (SELECT r.document_number_masked FROM residents r
           WHERE r.district_code = q.district_code AND r.id = q.resident_id) AS document_number_masked,
       (SELECT r.phone_masked FROM residents r
           WHERE r.district_code = q.district_code AND r.id = q.resident_id) AS phone_masked,
       (SELECT h.address
        FROM residents r
        JOIN households h ON h.district_code = r.district_code AND h.id = r.household_id
        WHERE r.district_code = q.district_code AND r.id = q.resident_id) AS address,
       (SELECT r.sex FROM residents r
           WHERE r.district_code = q.district_code AND r.id = q.resident_id) AS sex,
       (SELECT r.birth_on FROM residents r
           WHERE r.district_code = q.district_code AND r.id = q.resident_id) AS birth_on,
       q.setting, q.reason, q.status, q.starts_on, q.ends_on, q.length_days, q.issued_at, q.delivered_at,
       q.delivery_method,
       (SELECT count(c.reported_at) FROM health_checks c
           WHERE c.district_code = q.district_code AND c.quarantine_order_id = q.id) AS checks_reported,
       (SELECT count(*) FROM health_checks c
           WHERE c.district_code = q.district_code AND c.quarantine_order_id = q.id
               AND c.status = 'MISSED') AS checks_missed,
       (SELECT r.person_key FROM residents r
           WHERE r.district_code = q.district_code AND r.id = q.resident_id) AS person_key
FROM quarantine_orders q
WHERE q.district_code = :district_code::text
  AND q.division_code >= key.value AND q.division_code < key.value || '~'
  AND (:from_day::date IS NULL OR (q.starts_on <= :to_day::date AND q.ends_on >= :from_day::date))
  AND (:statuses::text[] IS NULL OR q.status = ANY (:statuses::text[]));

-- name: health_check_lines
SELECT c.id, c.division_code,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = c.district_code AND d.code = left(c.division_code, 9)) AS town_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = c.district_code AND d.code = left(c.division_code, 12)) AS village_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = c.district_code AND d.code = c.division_code) AS grid_name,
       (SELECT r.name FROM residents r
           WHERE r.district_code = c.district_code AND r.id = c.resident_id) AS name,
       (SELECT r.document_number_masked FROM residents r
           WHERE r.district_code = c.district_code AND r.id = c.resident_id) AS document_number_masked,
       (SELECT r.phone_masked FROM residents r
           WHERE r.district_code = c.district_code AND r.id = c.resident_id) AS phone_masked,
       (SELECT h.address
        FROM residents r
        JOIN households h ON h.district_code = r.district_code AND h.id = r.household_id
        WHERE r.district_code = c.district_code AND r.id = c.resident_id) AS address,
       c.slot_at, c.status, c.temperature_c, c.reported_at,
       (SELECT r.person_key FROM residents r
           WHERE r.district_code = c.district_code AND r.id = c.resident_id) AS person_key
FROM health_checks c
WHERE c.district_code = :district_code::text
  AND c.division_code >= key.value AND c.division_code < key.value || '~'
  AND (:from_at::timestamptz IS NULL OR (c.slot_at >= :from_at::timestamptz AND c.slot_at < :until_at::timestamptz))
  AND (:statuses::text[] IS NULL OR c.status = ANY (:statuses::text[]));

-- name: screening_task_lines
SELECT t.id, t.division_code,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = t.district_code AND d.code = left(t.division_code, 9)) AS town_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = t.district_code AND d.code = left(t.division_code, 12)) AS village_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = t.district_code AND d.code = t.division_code) AS grid_name,
       coalesce(
           (SELECT e.name FROM returnees e WHERE e.district_code = t.district_code AND e.id = t.returnee_id),
           (SELECT r.name FROM residents r WHERE r.district_code = t.district_code AND r.id = t.resident_id)
       ) AS name,
       coalesce(
           (SELECT e.document_number_masked FROM returnees e WHERE e.district_code = t.district_code AND e.id = t.returnee_id),
           (SELECT r.document_number_masked FROM residents r WHERE r.district_code = t.district_code AND r.id = t.resident_id)
       ) AS document_number_masked,
       coalesce(
           (SELECT e.phone_masked FROM returnees e WHERE e.district_code = t.district_code AND e.id = t.returnee_id),
           (SELECT r.phone_masked FROM residents r WHERE r.district_code = t.district_code AND r.id = t.resident_id)
       ) AS phone_masked,
       coalesce(
           (SELECT e.address FROM returnees e WHERE e.district_code = t.district_code AND e.id = t.returnee_id),
           (SELECT h.address
            FROM residents r
            JOIN households h ON h.district_code = r.district_code AND h.id = r.household_id
            WHERE r.district_code = t.district_code AND r.id = t.resident_id)
       ) AS address,
       t.status, t.reason, t.attempts, t.due_at, t.opened_at, t.changed_at,
       coalesce(
           (SELECT e.person_key FROM returnees e WHERE e.district_code = t.district_code AND e.id = t.returnee_id),
           (SELECT r.person_key FROM residents r WHERE r.district_code = t.district_code AND r.id = t.resident_id)
       ) AS person_key
FROM screening_tasks t
WHERE t.district_code = :district_code::text
  AND t.division_code >= key.value AND t.division_code < key.value || '~'
  AND (:from_at::timestamptz IS NULL OR (t.opened_at >= :from_at::timestamptz AND t.opened_at < :until_at::timestamptz))
  AND (:statuses::text[] IS NULL OR t.status = ANY (:statuses::text[]));

-- name: resident_lines
SELECT r.id, r.division_code,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = r.district_code AND d.code = left(r.division_code, 9)) AS town_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = r.district_code AND d.code = left(r.division_code, 12)) AS village_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = r.district_code AND d.code = r.division_code) AS grid_name,
       r.name, r.document_number_masked, r.phone_masked,
       (SELECT h.address FROM households h
           WHERE h.district_code = r.district_code AND h.id = r.household_id) AS address,
       r.sex, r.birth_on, r.person_key
FROM residents r
WHERE r.district_code = :district_code::text
  AND r.division_code >= key.value AND r.division_code < key.value || '~'
  AND r.merged_into IS NULL;

-- name: household_lines
SELECT h.id, h.division_code,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = h.district_code AND d.code = left(h.division_code, 9)) AS town_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = h.district_code AND d.code = left(h.division_code, 12)) AS village_name,
       (SELECT d.name FROM divisions d
           WHERE d.district_code = h.district_code AND d.code = h.division_code) AS grid_name,
       h.address,
       (SELECT count(*) FROM residents r
           WHERE r.district_code = h.district_code AND r.household_id = h.id AND r.merged_into IS NULL) AS members
FROM households h
WHERE h.district_code = :district_code::text
  AND h.division_code >= key.value AND h.division_code < key.value || '~';

-- name: returnee_counts
-- One division a row, those wholly within one's own scopes: the sum of a part would look like the whole.
-- The records are counted in one pass over the scope; `:digits` is how long the divisions' codes are.
-- One that is no more stands there as long as records belong to it, so that every level has the same sums.
SELECT d.code, w.name AS town_name, d.name,
       coalesce(c.returnees, 0)::bigint AS returnees, coalesce(c.from_risk_regions, 0)::bigint AS from_risk_regions,
       coalesce(c.matched, 0)::bigint AS matched, coalesce(c.tasks_open, 0)::bigint AS tasks_open,
       coalesce(c.tasks_closed, 0)::bigint AS tasks_closed
FROM divisions d
LEFT JOIN divisions w ON w.district_code = d.district_code AND w.code = left(d.code, 9)
LEFT JOIN (
    SELECT left(e.division_code, :digits::int) AS code, count(*) AS returnees,
           count(*) FILTER (WHERE e.risk_level IN ('MEDIUM', 'HIGH')) AS from_risk_regions,
           count(*) FILTER (WHERE e.match = 'MATCHED') AS matched,
           count(*) FILTER (WHERE t.status <> 'CLOSED') AS tasks_open,
           count(*) FILTER (WHERE t.status = 'CLOSED') AS tasks_closed
    FROM returnees e
    LEFT JOIN screening_tasks t ON t.district_code = e.district_code AND t.returnee_id = e.id
    WHERE e.district_code = :district_code::text
      AND e.division_code >= key.value AND e.division_code < key.value || '~'
      AND (:from_day::date IS NULL OR e.arrives_on BETWEEN :from_day::date AND :to_day::date)
    GROUP BY left(e.division_code, :digits::int)
) c ON c.code = d.code
WHERE d.district_code = :district_code::text AND length(d.code) = :digits::int
  AND d.code >= key.value AND d.code < key.value || '~'
  AND (c.code IS NOT NULL OR :last_day::date BETWEEN d.valid_from AND coalesce(d.valid_to, 'infinity'))
  AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE starts_with(d.code, s));

-- name: quarantine_order_counts
SELECT d.code, w.name AS town_name, d.name,
       coalesce(c.in_force, 0)::bigint AS in_force, coalesce(c.at_home, 0)::bigint AS at_home,
       coalesce(c.in_facility, 0)::bigint AS in_facility, coalesce(c.issued, 0)::bigint AS issued,
       coalesce(c.released, 0)::bigint AS released, coalesce(c.release_due, 0)::bigint AS release_due
FROM divisions d
LEFT JOIN divisions w ON w.district_code = d.district_code AND w.code = left(d.code, 9)
LEFT JOIN (
    SELECT left(q.division_code, :digits::int) AS code,
           count(*) FILTER (WHERE q.status IN ('ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')) AS in_force,
           count(*) FILTER (WHERE q.setting = 'HOME'
               AND q.status IN ('ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')) AS at_home,
           count(*) FILTER (WHERE q.setting = 'FACILITY'
               AND q.status IN ('ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')) AS in_facility,
           count(*) FILTER (WHERE :from_at::timestamptz IS NULL
               OR (q.issued_at >= :from_at::timestamptz AND q.issued_at < :until_at::timestamptz)) AS issued,
           count(*) FILTER (WHERE q.status = 'RELEASED' AND (:from_at::timestamptz IS NULL
               OR (q.ended_at >= :from_at::timestamptz AND q.ended_at < :until_at::timestamptz))) AS released,
           count(*) FILTER (WHERE q.status = 'RELEASE_DUE') AS release_due
    FROM quarantine_orders q
    WHERE q.district_code = :district_code::text AND q.issued_at IS NOT NULL
      AND q.division_code >= key.value AND q.division_code < key.value || '~'
    GROUP BY left(q.division_code, :digits::int)
) c ON c.code = d.code
WHERE d.district_code = :district_code::text AND length(d.code) = :digits::int
  AND d.code >= key.value AND d.code < key.value || '~'
  AND (c.code IS NOT NULL OR :last_day::date BETWEEN d.valid_from AND coalesce(d.valid_to, 'infinity'))
  AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE starts_with(d.code, s));

-- name: health_check_counts
SELECT d.code, w.name AS town_name, d.name,
       coalesce(c.expected, 0)::bigint AS expected, coalesce(c.reported, 0)::bigint AS reported,
       coalesce(c.missed, 0)::bigint AS missed, coalesce(c.waiting, 0)::bigint AS waiting,
       coalesce(c.abnormal, 0)::bigint AS abnormal
FROM divisions d
LEFT JOIN divisions w ON w.district_code = d.district_code AND w.code = left(d.code, 9)
LEFT JOIN (
    SELECT left(s.division_code, :digits::int) AS code, count(*) AS expected, count(s.reported_at) AS reported,
           count(*) FILTER (WHERE s.status = 'MISSED') AS missed,
           count(*) FILTER (WHERE s.status = 'EXPECTED') AS waiting,
           count(*) FILTER (WHERE s.status IN ('ABNORMAL', 'ESCALATED', 'REVIEWED')) AS abnormal
    FROM health_checks s
    WHERE s.district_code = :district_code::text
      AND s.division_code >= key.value AND s.division_code < key.value || '~'
      AND (:from_at::timestamptz IS NULL OR (s.slot_at >= :from_at::timestamptz AND s.slot_at < :until_at::timestamptz))
    GROUP BY left(s.division_code, :digits::int)
) c ON c.code = d.code
WHERE d.district_code = :district_code::text AND length(d.code) = :digits::int
  AND d.code >= key.value AND d.code < key.value || '~'
  AND (c.code IS NOT NULL OR :last_day::date BETWEEN d.valid_from AND coalesce(d.valid_to, 'infinity'))
  AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE starts_with(d.code, s));

-- name: screening_task_counts
SELECT d.code, w.name AS town_name, d.name,
       coalesce(c.tasks, 0)::bigint AS tasks, coalesce(c.open, 0)::bigint AS open,
       coalesce(c.contacted, 0)::bigint AS contacted, coalesce(c.verified, 0)::bigint AS verified,
       coalesce(c.closed, 0)::bigint AS closed, coalesce(c.escalated, 0)::bigint AS escalated,
       coalesce(c.overdue, 0)::bigint AS overdue,
       (100 * (coalesce(c.closed, 0) + coalesce(c.verified, 0)) / greatest(c.tasks, 1))::bigint AS done_percent
FROM divisions d
LEFT JOIN divisions w ON w.district_code = d.district_code AND w.code = left(d.code, 9)
LEFT JOIN (
    SELECT left(t.division_code, :digits::int) AS code, count(*) AS tasks,
           count(*) FILTER (WHERE t.status IN ('OPEN', 'ASSIGNED', 'NO_ANSWER', 'NOT_HERE', 'TRANSFERRED')) AS open,
           count(*) FILTER (WHERE t.status = 'CONTACTED') AS contacted,
           count(*) FILTER (WHERE t.status = 'VERIFIED') AS verified,
           count(*) FILTER (WHERE t.status = 'CLOSED') AS closed,
           count(*) FILTER (WHERE t.status IN ('REFUSED', 'ESCALATED')) AS escalated,
           count(*) FILTER (WHERE t.due_at < :now::timestamptz
               AND t.status NOT IN ('VERIFIED', 'CLOSED', 'REFUSED', 'ESCALATED')) AS overdue
    FROM screening_tasks t
    WHERE t.district_code = :district_code::text
      AND t.division_code >= key.value AND t.division_code < key.value || '~'
      AND (:from_at::timestamptz IS NULL
          OR (t.opened_at >= :from_at::timestamptz AND t.opened_at < :until_at::timestamptz))
    GROUP BY left(t.division_code, :digits::int)
) c ON c.code = d.code
WHERE d.district_code = :district_code::text AND length(d.code) = :digits::int
  AND d.code >= key.value AND d.code < key.value || '~'
  AND (c.code IS NOT NULL OR :last_day::date BETWEEN d.valid_from AND coalesce(d.valid_to, 'infinity'))
  AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE starts_with(d.code, s));
