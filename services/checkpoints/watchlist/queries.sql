-- name: take_in_standing
-- Facts of one person may come out of order: the older is ignored.
INSERT INTO watchlist AS w (
    district_code, person_key, version, color, home_division_code, expected_arrival_on,
    expected_origin_code, order_id, order_status, order_setting, order_ends_on, taken_in_at)
VALUES (
    :district_code, :person_key, :version, :color, :home_division_code, :expected_arrival_on,
    :expected_origin_code, :order_id, :order_status, :order_setting, :order_ends_on, :taken_in_at)
ON CONFLICT (district_code, person_key) DO UPDATE SET
    version = EXCLUDED.version,
    color = EXCLUDED.color,
    home_division_code = EXCLUDED.home_division_code,
    expected_arrival_on = EXCLUDED.expected_arrival_on,
    expected_origin_code = EXCLUDED.expected_origin_code,
    order_id = EXCLUDED.order_id,
    order_status = EXCLUDED.order_status,
    order_setting = EXCLUDED.order_setting,
    order_ends_on = EXCLUDED.order_ends_on,
    taken_in_at = EXCLUDED.taken_in_at
WHERE w.version < EXCLUDED.version;

-- name: take_in_alias
-- The same version again is the same alias; it was heard of later.
INSERT INTO person_aliases AS a (district_code, lost_person_key, survivor_person_key, version, taken_in_at)
VALUES (:district_code, :lost_person_key, :survivor_person_key, :version, :taken_in_at)
ON CONFLICT (district_code, lost_person_key) DO UPDATE SET
    survivor_person_key = EXCLUDED.survivor_person_key,
    version = EXCLUDED.version,
    taken_in_at = EXCLUDED.taken_in_at
WHERE a.version <= EXCLUDED.version;

-- name: take_in_risk_region
INSERT INTO risk_regions AS r (district_code, id, version, code, level, valid_from, valid_to)
VALUES (:district_code, :risk_region_id, :version, :code, :level, :valid_from, :valid_to)
ON CONFLICT (district_code, id) DO UPDATE SET
    version = EXCLUDED.version,
    code = EXCLUDED.code,
    level = EXCLUDED.level,
    valid_from = EXCLUDED.valid_from,
    valid_to = EXCLUDED.valid_to
WHERE r.version < EXCLUDED.version;

-- name: note_taken_in
INSERT INTO watchlist_state AS s (district_code, taken_in_at)
VALUES (:district_code, :taken_in_at)
ON CONFLICT (district_code) DO UPDATE SET taken_in_at = greatest(s.taken_in_at, EXCLUDED.taken_in_at);

-- name: risk_regions_of
SELECT district_code, code, level, valid_from, valid_to
FROM risk_regions
WHERE district_code = ANY (:district_codes::text[]);

-- name: allow_minutes
SELECT set_config('statement_timeout', '300s', true) IS NOT NULL
    AND set_config('idle_in_transaction_session_timeout', '300s', true) IS NOT NULL;

-- name: lock_rebuild
SELECT pg_advisory_xact_lock(7213102) IS NOT NULL;

-- name: incoming_and_known
SELECT (SELECT count(*) FROM watchlist_incoming) AS incoming,
       (SELECT count(*) FROM watchlist
        WHERE district_code IN (SELECT DISTINCT district_code FROM watchlist_incoming)) AS known;

-- name: forget_replaced
-- What a fact brought since the snapshot was begun stays, and is compared by its version.
DELETE FROM watchlist
WHERE district_code IN (SELECT DISTINCT district_code FROM watchlist_incoming) AND taken_in_at < :before;

-- name: forget_replaced_aliases
DELETE FROM person_aliases
WHERE district_code IN (SELECT DISTINCT district_code FROM watchlist_incoming) AND taken_in_at < :before;

-- name: merge_incoming
INSERT INTO watchlist AS w (
    district_code, person_key, version, color, home_division_code, expected_arrival_on,
    expected_origin_code, order_id, order_status, order_setting, order_ends_on, taken_in_at)
SELECT district_code, person_key, version, color, home_division_code, expected_arrival_on,
    expected_origin_code, order_id, order_status, order_setting, order_ends_on, :taken_in_at::timestamptz
FROM watchlist_incoming
ORDER BY district_code, person_key
ON CONFLICT (district_code, person_key) DO UPDATE SET
    version = EXCLUDED.version,
    color = EXCLUDED.color,
    home_division_code = EXCLUDED.home_division_code,
    expected_arrival_on = EXCLUDED.expected_arrival_on,
    expected_origin_code = EXCLUDED.expected_origin_code,
    order_id = EXCLUDED.order_id,
    order_status = EXCLUDED.order_status,
    order_setting = EXCLUDED.order_setting,
    order_ends_on = EXCLUDED.order_ends_on,
    taken_in_at = EXCLUDED.taken_in_at
WHERE w.version < EXCLUDED.version;

-- name: districts_taken_in
INSERT INTO watchlist_state AS s (district_code, taken_in_at)
SELECT DISTINCT district_code, :taken_in_at::timestamptz FROM watchlist_incoming
ON CONFLICT (district_code) DO UPDATE SET taken_in_at = greatest(s.taken_in_at, EXCLUDED.taken_in_at);

-- name: clear_incoming
TRUNCATE watchlist_incoming;
