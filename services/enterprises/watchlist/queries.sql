-- name: take_watchlist
SELECT pg_advisory_xact_lock(hashtext('enterprises watchlist ' || :district_code)) IS NOT NULL

-- name: share_watchlist
SELECT pg_advisory_xact_lock_shared(hashtext('enterprises watchlist ' || :district_code)) IS NOT NULL

-- name: store_watches
INSERT INTO watchlist (district_code, person_key, version, color, home_division_code, expected_arrival_on,
    expected_origin_code, order_id, order_status, order_setting, order_ends_on)
SELECT :district_code, r.person_key, r.version, r.color, r.home_division_code, r.expected_arrival_on,
    r.expected_origin_code, r.order_id, r.order_status, r.order_setting, r.order_ends_on
FROM jsonb_to_recordset(:rows::jsonb) AS r (person_key text, version bigint, color text, home_division_code text,
    expected_arrival_on date, expected_origin_code text, order_id uuid, order_status text, order_setting text,
    order_ends_on date, matters boolean)
WHERE r.matters OR EXISTS (SELECT 1 FROM watchlist w
                           WHERE w.district_code = :district_code AND w.person_key = r.person_key)
ON CONFLICT (district_code, person_key) DO UPDATE
SET version = EXCLUDED.version, color = EXCLUDED.color, home_division_code = EXCLUDED.home_division_code,
    expected_arrival_on = EXCLUDED.expected_arrival_on, expected_origin_code = EXCLUDED.expected_origin_code,
    order_id = EXCLUDED.order_id, order_status = EXCLUDED.order_status, order_setting = EXCLUDED.order_setting,
    order_ends_on = EXCLUDED.order_ends_on
WHERE watchlist.version < EXCLUDED.version
RETURNING person_key

-- name: store_aliases
INSERT INTO person_aliases AS a (district_code, lost_person_key, survivor_person_key, version)
SELECT :district_code, r.lost_person_key, r.survivor_person_key, r.version
FROM jsonb_to_recordset(:rows::jsonb) AS r (lost_person_key text, survivor_person_key text, version bigint)
ON CONFLICT (district_code, lost_person_key) DO UPDATE
SET survivor_person_key = EXCLUDED.survivor_person_key, version = EXCLUDED.version
WHERE a.version < EXCLUDED.version
RETURNING lost_person_key

-- name: store_regions
INSERT INTO risk_regions (district_code, id, version, code, level, valid_from, valid_to)
SELECT :district_code, r.risk_region_id, r.version, r.code, r.level, r.valid_from, r.valid_to
FROM jsonb_to_recordset(:rows::jsonb)
    AS r (risk_region_id uuid, version bigint, code text, level text, valid_from date, valid_to date)
ON CONFLICT (district_code, id) DO UPDATE
SET version = EXCLUDED.version, code = EXCLUDED.code, level = EXCLUDED.level, valid_from = EXCLUDED.valid_from,
    valid_to = EXCLUDED.valid_to
WHERE risk_regions.version < EXCLUDED.version
RETURNING code

-- name: watches_of
-- By the key that was asked for; the key of a merged record answers what is known of the survivor.
SELECT k.person_key, w.color, w.expected_arrival_on, w.expected_origin_code, w.order_status
FROM unnest(:person_keys::text[]) AS k (person_key)
LEFT JOIN person_aliases a ON a.district_code = :district_code AND a.lost_person_key = k.person_key
JOIN watchlist w ON w.district_code = :district_code AND w.person_key = coalesce(a.survivor_person_key, k.person_key)

-- name: risk_regions_of
SELECT r.code, r.level, r.valid_from, r.valid_to
FROM risk_regions r
WHERE r.district_code = :district_code
ORDER BY r.code, r.id
