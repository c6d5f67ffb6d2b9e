-- Of the grids that one serves oneself, by their codes: nothing for whoever serves none, however wide the scope.

-- name: days
SELECT key.value::date AS day
WHERE key.value ~ '^\d{4}-\d{2}-\d{2}$';

-- name: tasks_due_on_days
-- What is due by the end of the day, the overdue first; what is escalated is for officers.
SELECT t.id, t.status, t.reason, t.due_at, t.attempts, t.division_code, t.resident_id, t.returnee_id, t.worker_id,
       t.household_id, t.round_id
FROM screening_tasks t
WHERE t.district_code = :district_code::text AND t.due_at < (key.value::date + 1)::timestamptz
  AND t.division_code = ANY (ARRAY(
      SELECT s FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE length(s) = 15))
  AND t.status IN ('OPEN', 'ASSIGNED', 'CONTACTED', 'NO_ANSWER', 'NOT_HERE', 'TRANSFERRED');

-- name: orders_with_missed_checks_on_days
-- Missed on the day or the day before.
SELECT o.id, o.resident_id, o.division_code, o.status, o.setting, o.reason, o.length_days, o.starts_on, o.ends_on,
       o.issued_at, o.delivered_at, o.revocation_asked_at, o.notice_url, o.health_checks_expected,
       o.health_checks_reported, o.health_checks_missed, o.health_checks_abnormal
FROM quarantine_orders_with_checks o
WHERE o.district_code = :district_code::text AND o.division_code = ANY (ARRAY(
      SELECT s FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE length(s) = 15))
  AND o.status IN ('ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
  AND EXISTS (
      SELECT 1 FROM health_checks c
      WHERE c.district_code = o.district_code AND c.quarantine_order_id = o.id AND c.status = 'MISSED'
        AND c.slot_at >= (key.value::date - 1)::timestamptz AND c.slot_at < (key.value::date + 1)::timestamptz);

-- name: notices_to_deliver_on_days
SELECT o.id, o.resident_id, o.division_code, o.status, o.setting, o.reason, o.length_days, o.starts_on, o.ends_on,
       o.issued_at, o.delivered_at, o.revocation_asked_at, o.notice_url, o.health_checks_expected,
       o.health_checks_reported, o.health_checks_missed, o.health_checks_abnormal
FROM quarantine_orders_with_checks o
WHERE o.district_code = :district_code::text AND o.division_code = ANY (ARRAY(
      SELECT s FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE length(s) = 15))
  AND o.status = 'ISSUED'
  AND o.issued_at < (key.value::date + 1)::timestamptz;

-- name: returnees_expected_on_days
SELECT e.id, e.name, e.document_number_masked AS national_id_masked, e.phone_masked, e.origin_code, e.arrives_on,
       e.transport_kind, e.transport_number, e.division_code, e.destination_grid_code, e.address, e.match,
       e.matched_by, e.candidate_ids, e.resident_id, t.id AS screening_task_id
FROM returnees e
LEFT JOIN screening_tasks t ON t.district_code = e.district_code AND t.returnee_id = e.id
WHERE e.district_code = :district_code::text AND e.division_code = ANY (ARRAY(
      SELECT s FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE length(s) = 15))
  AND e.arrives_on = key.value::date;

-- name: progress_on_days
-- Each of one's own grids in each open round.
SELECT d.code, r.id AS round_id, r.opened_at, c.planned, c.reached, c.verified, c.refused, c.not_here, c.overdue
FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
JOIN divisions d ON d.district_code = :district_code::text AND d.code = s
JOIN screening_rounds r ON r.district_code = d.district_code AND r.status = 'OPEN'
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
WHERE length(s) = 15 AND key.value IS NOT NULL;
