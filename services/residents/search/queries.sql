-- name: residents_found_in_district
-- Who sees the whole district: the index by token gives the page in its order. The residents have their own policy.
SELECT r.id, r.name, r.sex, r.birth_on, r.relation, r.document_kind, r.document_number_masked AS national_id_masked,
       r.phone_masked, r.division_code AS grid_code, r.household_id, r.guardian_id, r.person_key, r.status, r.closed_on,
       r.proxy_id, resident_proxy_name(r.district_code, r.proxy_id, r.proxy_worker_id) AS proxy_name,
       s.color, s.order_id IS NOT NULL AS quarantine_in_force, t.token COLLATE "C" AS token
FROM district_search_tokens(:district_code::text, :low::text, :low_id::uuid, :high::text, :high_id::uuid,
    :asked::int, :backward::boolean, :page_limit::int) t
JOIN residents r ON r.district_code = :district_code::text AND r.id = t.resident_id
LEFT JOIN standings s ON s.district_code = r.district_code AND s.resident_id = r.id
WHERE key.value <> '';

-- name: residents_found_in_grids
-- Who sees a part: each of its grids gives its first rows, and the page is the first of those.
SELECT r.id, r.name, r.sex, r.birth_on, r.relation, r.document_kind, r.document_number_masked AS national_id_masked,
       r.phone_masked, r.division_code AS grid_code, r.household_id, r.guardian_id, r.person_key, r.status, r.closed_on,
       r.proxy_id, resident_proxy_name(r.district_code, r.proxy_id, r.proxy_worker_id) AS proxy_name,
       s.color, s.order_id IS NOT NULL AS quarantine_in_force, t.token
FROM (
    SELECT f.token, f.resident_id
    FROM (
        SELECT DISTINCT d.code
        FROM unnest(:scopes::text[]) scope
        JOIN divisions d ON d.district_code = :district_code::text AND d.code >= scope AND d.code < scope || '~'
        WHERE d.level = 'GRID' AND key.value <> ''
    ) g
    CROSS JOIN LATERAL (
        SELECT t.token, t.resident_id
        FROM resident_search_tokens t
        WHERE t.district_code = :district_code::text AND t.division_code = g.code
          AND (t.token, t.resident_id) > (:low::text, :low_id::uuid) AND t.token < :high::text AND t.shared < :asked::int
        ORDER BY t.token, t.resident_id
        LIMIT :page_limit::int
    ) f
    ORDER BY f.token, f.resident_id
    LIMIT :page_limit::int
) t
JOIN residents r ON r.district_code = :district_code::text AND r.id = t.resident_id
LEFT JOIN standings s ON s.district_code = r.district_code AND s.resident_id = r.id;

-- name: residents_found_in_grids_before
-- The same from the other end.
SELECT r.id, r.name, r.sex, r.birth_on, r.relation, r.document_kind, r.document_number_masked AS national_id_masked,
       r.phone_masked, r.division_code AS grid_code, r.household_id, r.guardian_id, r.person_key, r.status, r.closed_on,
       r.proxy_id, resident_proxy_name(r.district_code, r.proxy_id, r.proxy_worker_id) AS proxy_name,
       s.color, s.order_id IS NOT NULL AS quarantine_in_force, t.token
FROM (
    SELECT f.token, f.resident_id
    FROM (
        SELECT DISTINCT d.code
        FROM unnest(:scopes::text[]) scope
        JOIN divisions d ON d.district_code = :district_code::text AND d.code >= scope AND d.code < scope || '~'
        WHERE d.level = 'GRID' AND key.value <> ''
    ) g
    CROSS JOIN LATERAL (
        SELECT t.token, t.resident_id
        FROM resident_search_tokens t
        WHERE t.district_code = :district_code::text AND t.division_code = g.code
          AND t.token >= :low::text AND (t.token, t.resident_id) < (:high::text, :high_id::uuid) AND t.shared < :asked::int
        ORDER BY t.token DESC, t.resident_id DESC
        LIMIT :page_limit::int
    ) f
    ORDER BY f.token DESC, f.resident_id DESC
    LIMIT :page_limit::int
) t
JOIN residents r ON r.district_code = :district_code::text AND r.id = t.resident_id
LEFT JOIN standings s ON s.district_code = r.district_code AND s.resident_id = r.id;

-- name: residents_found_by_number
SELECT r.id, r.name, r.sex, r.birth_on, r.relation, r.document_kind, r.document_number_masked AS national_id_masked,
       r.phone_masked, r.division_code AS grid_code, r.household_id, r.guardian_id, r.person_key, r.status, r.closed_on,
       r.proxy_id, resident_proxy_name(r.district_code, r.proxy_id, r.proxy_worker_id) AS proxy_name,
       s.color, s.order_id IS NOT NULL AS quarantine_in_force
FROM residents r
LEFT JOIN standings s ON s.district_code = r.district_code AND s.resident_id = r.id
WHERE r.district_code = :district_code::text AND key.value <> '' AND r.id = ANY (:found::uuid[]);

-- name: found_by_documents
SELECT r.id, r.division_code, r.person_key
FROM residents r
WHERE r.district_code = :district_code AND r.document_number_index = ANY (:indexes::bytea[]) AND r.merged_into IS NULL
ORDER BY r.id
LIMIT :rows_max::int;

-- name: found_by_phone
SELECT r.id, r.division_code, r.person_key
FROM residents r
WHERE r.district_code = :district_code AND r.phone_index = :phone_index AND r.merged_into IS NULL
ORDER BY r.id
LIMIT :rows_max::int;

-- name: found_by_phone_tail
SELECT r.id, r.division_code, r.person_key
FROM residents r
WHERE r.district_code = :district_code AND r.phone_tail_index = :phone_tail_index AND r.merged_into IS NULL
ORDER BY r.id
LIMIT :rows_max::int;

-- name: to_index
SELECT r.id, r.division_code, r.name, h.address
FROM residents r
JOIN households h ON h.district_code = r.district_code AND h.id = r.household_id
WHERE r.district_code = :district_code AND r.id = ANY (:ids::uuid[]) AND r.merged_into IS NULL;

-- name: members_of
SELECT r.id
FROM residents r
WHERE r.district_code = :district_code AND r.household_id = :household_id
ORDER BY r.id;

-- name: drop_tokens
DELETE FROM resident_search_tokens
WHERE district_code = :district_code AND division_code = ANY (:division_codes::text[])
  AND resident_id = ANY (:ids::uuid[]);

-- name: add_tokens
INSERT INTO resident_search_tokens (district_code, division_code, token, resident_id, shared)
SELECT left(n.division_code, 6), n.division_code, n.token, n.resident_id, n.shared
FROM unnest(:division_codes::text[], :tokens::text[], :resident_ids::uuid[], :shared::int[])
    AS n (division_code, token, resident_id, shared)
ON CONFLICT (district_code, division_code, token, resident_id) DO NOTHING;

-- name: lock_not_indexed
SELECT r.district_code, r.id, r.division_code, r.name, h.address, r.phone_sealed
FROM residents r
JOIN households h ON h.district_code = r.district_code AND h.id = r.household_id
WHERE r.search_version < :search_version::int
ORDER BY r.search_version, r.id
LIMIT :rows_max::int
FOR UPDATE OF r SKIP LOCKED;

-- name: set_indexed
UPDATE residents r
SET search_version = :search_version, phone_tail_index = n.phone_tail_index
FROM unnest(:district_codes::text[], :ids::uuid[], :phone_tail_indexes::bytea[])
    AS n (district_code, id, phone_tail_index)
WHERE r.district_code = n.district_code AND r.id = n.id;
