-- name: risk_regions_by_id
SELECT r.id, r.code, r.level, r.valid_from, r.valid_to, r.version
FROM risk_regions r
WHERE r.district_code = :district_code::text AND r.id = key.value::uuid;

-- name: risk_regions_of_scopes
-- A scope is the district's code or one within it.
SELECT r.id, r.code, r.level, r.valid_from, r.valid_to, r.version
FROM risk_regions r
WHERE r.district_code = :district_code::text
  AND r.district_code = left(key.value, 6)
  AND (:on_day::text IS NULL OR :on_day::text::date BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity'));

-- name: lock_declarations
SELECT pg_advisory_xact_lock(hashtext('risk region ' || :district_code::text || :code::text));

-- name: regions_overlapping
SELECT r.id, r.code, r.prefix, r.level, r.valid_from, r.valid_to, r.version
FROM risk_regions r
WHERE r.district_code = :district_code AND r.code = :code
  AND coalesce(r.valid_to, 'infinity') >= :valid_from::date
  AND r.valid_from <= coalesce(:valid_to::date, 'infinity')
ORDER BY r.valid_from, r.id;

-- name: end_region
UPDATE risk_regions SET valid_to = :valid_to, version = version + 1
WHERE district_code = :district_code AND id = :region_id
RETURNING id, code, prefix, level, valid_from, valid_to, version;

-- name: insert_region
INSERT INTO risk_regions (
    district_code, id, code, prefix, level, valid_from, valid_to, version, declared_by, declared_at)
VALUES (:district_code, :region_id, :code, :prefix, :level, :valid_from, :valid_to, 1, :declared_by, :now);

-- name: regions_around
SELECT r.id, r.code, r.prefix, r.level, r.valid_from, r.valid_to, r.version
FROM risk_regions r
WHERE r.district_code = :district_code AND r.prefix = ANY (:prefixes::text[])
ORDER BY r.valid_from, r.id;
