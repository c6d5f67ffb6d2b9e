-- The words of each reason stand here once, in both languages.

-- name: health_codes_of_residents
SELECT s.color,
       coalesce((
           SELECT json_agg(json_build_object(
               'code', r.code, 'message', CASE WHEN :language::text = 'zh' THEN w.chinese ELSE w.english END
           ) ORDER BY r.place)
           FROM unnest(s.reasons) WITH ORDINALITY AS r (code, place)
           JOIN (VALUES
               ('HEALTH_CHECK_ABNORMAL', 'A health check was abnormal and has not been reviewed.', '健康打卡异常，尚未复核。'),
               ('LONG_QUARANTINE', 'A quarantine order of 14 days or more is in force.', '正在执行 14 天及以上的隔离。'),
               ('SHORT_QUARANTINE', 'A quarantine order of fewer than 14 days is in force.', '正在执行 14 天以内的隔离。'),
               ('RELEASE_DUE', 'The quarantine has run its days and awaits its release.', '隔离期已满，等待解除。'),
               ('EXPECTED_FROM_RISK_REGION', 'Expected home from a risk region.', '将从风险地区返回。')
           ) AS w (code, english, chinese) ON w.code = r.code
       ), '[]'::json) AS reasons,
       s.decided_at,
       s.rule_version
FROM standings s
WHERE s.district_code = :district_code::text AND s.resident_id = coalesce(
    (SELECT a.survivor_id FROM resident_aliases a
        WHERE a.district_code = :district_code::text AND a.lost_id = key.value::uuid),
    key.value::uuid);

-- name: start_standing
INSERT INTO standings (district_code, resident_id, division_code, household_id, person_key, version, color, reasons,
    rule_version, decided_at)
SELECT r.district_code, r.id, r.division_code, r.household_id, r.person_key, 0, 'GREEN', '{}', 1, :now::timestamptz
FROM residents r
WHERE r.district_code = :district_code AND r.id = :resident_id
ON CONFLICT (district_code, resident_id) DO NOTHING;

-- Locked first, read afterwards: whoever waits for the lock reads what the other has committed.

-- name: lock_standings
SELECT s.resident_id
FROM standings s
WHERE s.district_code = :district_code AND s.resident_id = ANY (:resident_ids::uuid[])
ORDER BY s.resident_id
FOR UPDATE;

-- An order in force lasts from ISSUED to RELEASE_DUE.

-- name: facts_of_persons
SELECT r.id AS resident_id, r.division_code, r.household_id, r.person_key,
       s.version, s.color, s.reasons, s.expected_arrival_on, s.expected_origin_code,
       s.order_id, s.order_status, s.order_setting, s.order_ends_on, s.recheck_on,
       s.division_code AS stated_division_code, s.household_id AS stated_household_id,
       o.id AS now_order_id, o.status AS now_order_status, o.setting AS now_order_setting,
       o.length_days AS now_order_length_days, o.ends_on AS now_order_ends_on,
       e.arrives_on AS now_arrives_on, e.origin_code AS now_origin_code, k.level AS now_origin_risk,
       EXISTS (
           SELECT 1
           FROM quarantine_orders q
           JOIN health_checks h ON h.district_code = q.district_code AND h.quarantine_order_id = q.id
           WHERE q.district_code = r.district_code AND q.resident_id = r.id AND h.status IN ('ABNORMAL', 'ESCALATED')
       ) AS health_check_abnormal
FROM residents r
JOIN standings s ON s.district_code = r.district_code AND s.resident_id = r.id
LEFT JOIN LATERAL (
    SELECT q.id, q.status, q.setting, q.length_days, q.ends_on
    FROM quarantine_orders q
    WHERE q.district_code = r.district_code AND q.resident_id = r.id
      AND q.status IN ('ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
    ORDER BY q.ends_on DESC, q.id
    LIMIT 1
) o ON true
LEFT JOIN LATERAL (
    SELECT x.arrives_on, x.origin_code COLLATE "C" AS origin_code
    FROM expected_arrival(r.district_code, r.id, :today::date) x
) e ON true
LEFT JOIN LATERAL (
    SELECT p.level
    FROM risk_regions p
    WHERE p.district_code = r.district_code
      AND p.prefix IN (left(e.origin_code, 2), left(e.origin_code, 4), left(e.origin_code, 6))
      AND p.valid_from <= e.arrives_on AND (p.valid_to IS NULL OR p.valid_to >= e.arrives_on - 14)
    ORDER BY array_position(ARRAY['HIGH', 'MEDIUM', 'LOW'], p.level)
    LIMIT 1
) k ON true
WHERE r.district_code = :district_code AND r.id = ANY (:resident_ids::uuid[])
ORDER BY r.id;

-- name: state_standings
UPDATE standings s
SET division_code = n.division_code,
    household_id = n.household_id,
    version = n.version,
    color = n.color,
    reasons = string_to_array(n.reasons, ','),
    rule_version = n.rule_version,
    decided_at = :now::timestamptz,
    recheck_on = n.recheck_on,
    expected_arrival_on = n.expected_arrival_on,
    expected_origin_code = n.expected_origin_code,
    order_id = n.order_id,
    order_status = n.order_status,
    order_setting = n.order_setting,
    order_ends_on = n.order_ends_on
FROM unnest(:resident_ids::uuid[], :division_codes::text[], :household_ids::uuid[], :versions::bigint[],
    :colors::text[], :reasons::text[], :rule_versions::int[], :recheck_ons::date[], :expected_arrival_ons::date[],
    :expected_origin_codes::text[], :order_ids::uuid[], :order_statuses::text[], :order_settings::text[],
    :order_ends_ons::date[])
    AS n (resident_id, division_code, household_id, version, color, reasons, rule_version, recheck_on,
          expected_arrival_on, expected_origin_code, order_id, order_status, order_setting, order_ends_on)
WHERE s.district_code = :district_code AND s.resident_id = n.resident_id;

-- name: standings_to_recheck
SELECT s.district_code, s.resident_id
FROM standings s
WHERE s.recheck_on <= :today::date
ORDER BY s.recheck_on, s.resident_id
LIMIT 500;
