-- name: returnees_by_id
SELECT e.id, e.name, e.document_number_masked AS national_id_masked, e.phone_masked, e.origin_code, e.arrives_on,
       e.transport_kind, e.transport_number, e.division_code, e.destination_grid_code, e.address, e.match,
       e.matched_by, e.candidate_ids, e.resident_id, t.id AS screening_task_id
FROM returnees e
LEFT JOIN screening_tasks t ON t.district_code = e.district_code AND t.returnee_id = e.id
WHERE e.district_code = :district_code::text AND e.id = key.value::uuid;

-- name: returnees_to_match_of_scopes
SELECT e.id, e.name, e.document_number_masked AS national_id_masked, e.phone_masked, e.origin_code, e.arrives_on,
       e.transport_kind, e.transport_number, e.division_code, e.destination_grid_code, e.address, e.match,
       e.matched_by, e.candidate_ids, e.resident_id, (
           SELECT t.id FROM screening_tasks t WHERE t.district_code = e.district_code AND t.returnee_id = e.id
       ) AS screening_task_id
FROM returnees e
WHERE e.district_code = :district_code::text AND e.match = 'PROBABLE' AND key.value ~ '^\d{6}(\d{3}){0,3}$'
  AND e.division_code >= key.value AND e.division_code < key.value || '~';

-- name: candidates_of_returnees
SELECT c.id, c.id AS resident_id, c.name, c.national_id_masked, c.phone_masked, c.division_code, c.is_within_scope
FROM returnees e
CROSS JOIN LATERAL returnee_candidates(e.district_code, e.candidate_ids) c
WHERE e.district_code = :district_code::text AND e.id = key.value::uuid
ORDER BY c.id;

-- name: lock_returnee
SELECT e.id, e.division_code, e.destination_grid_code, e.address, e.name, e.document_kind, e.document_number_sealed,
       e.phone_sealed, e.origin_code, e.arrives_on, e.match, e.resident_id, e.candidate_ids, e.risk_level
FROM returnees e
WHERE e.district_code = :district_code AND e.id = :returnee_id
FOR UPDATE;

-- name: set_match
UPDATE returnees
SET match = :match, matched_by = :matched_by, resident_id = :resident_id, division_code = :division_code
WHERE district_code = :district_code AND id = :returnee_id;

-- name: set_task_resident
UPDATE screening_tasks SET resident_id = :resident_id
WHERE district_code = :district_code AND id = :task_id;

-- name: candidate
SELECT r.id, r.division_code, r.name, r.document_number_index IS NOT NULL AS has_document
FROM residents r
WHERE r.district_code = :district_code AND r.id = :resident_id AND r.merged_into IS NULL;

-- name: known_arrivals
SELECT e.id, e.identity_index, e.arrives_on, e.origin_code, e.destination_grid_code, e.resident_id,
       t.id AS task_id
FROM unnest(:identities::bytea[], :days::date[]) AS k (identity_index, arrives_on)
JOIN returnees e ON e.district_code = :district_code AND e.identity_index = k.identity_index
    AND e.arrives_on = k.arrives_on
LEFT JOIN screening_tasks t ON t.district_code = e.district_code AND t.returnee_id = e.id;

-- name: residents_with_documents
-- A record that was merged answers for its survivor.
SELECT f.document_number_index AS blind_index, r.id, r.division_code, f.name, true AS has_document
FROM (
    SELECT k.id, k.document_number_index, k.name FROM residents k
    WHERE k.district_code = :district_code AND k.merged_into IS NULL
      AND k.document_number_index = ANY (:indexes::bytea[])
    UNION ALL
    SELECT a.survivor_id, k.document_number_index, k.name FROM residents k
    JOIN resident_aliases a ON a.district_code = k.district_code AND a.lost_id = k.id
    WHERE k.district_code = :district_code AND k.merged_into IS NOT NULL
      AND k.document_number_index = ANY (:indexes::bytea[])
) f
JOIN residents r ON r.district_code = :district_code AND r.id = f.id;

-- name: residents_with_phones
SELECT DISTINCT k.phone_index AS blind_index, r.id, r.division_code, k.name,
       r.document_number_index IS NOT NULL AS has_document
FROM residents k
LEFT JOIN resident_aliases a ON a.district_code = k.district_code AND a.lost_id = k.id
JOIN residents r ON r.district_code = k.district_code AND r.id = coalesce(a.survivor_id, k.id)
WHERE k.district_code = :district_code AND k.phone_index = ANY (:indexes::bytea[])
ORDER BY r.id, k.name;

-- name: insert_returnees
INSERT INTO returnees (district_code, id, division_code, destination_grid_code, address, name, document_kind,
    document_number_sealed, document_number_masked, person_key, phone_sealed, phone_masked, identity_index,
    origin_code, arrives_on, transport_kind, transport_number, match, matched_by, resident_id, candidate_ids,
    risk_level, policy_version, registered_by, registered_at)
SELECT :district_code, n.id, n.division_code, n.destination_grid_code, n.address, n.name, n.document_kind,
    n.document_number_sealed, n.document_number_masked, n.person_key, n.phone_sealed, n.phone_masked,
    n.identity_index, n.origin_code, n.arrives_on, n.transport_kind, n.transport_number, n.match, n.matched_by,
    n.resident_id, coalesce(string_to_array(nullif(n.candidate_ids, ''), ',')::uuid[], '{}'), n.risk_level,
    :policy_version, :registered_by, :now
FROM unnest(:ids::uuid[], :division_codes::text[], :destination_grid_codes::text[], :addresses::text[],
    :names::text[], :document_kinds::text[], :documents_sealed::bytea[], :documents_masked::text[],
    :person_keys::text[], :phones_sealed::bytea[], :phones_masked::text[], :identities::bytea[],
    :origin_codes::text[], :days::date[], :transport_kinds::text[], :transport_numbers::text[], :matches::text[],
    :matched_bys::text[], :resident_ids::uuid[], :candidate_ids::text[], :risk_levels::text[])
    AS n (id, division_code, destination_grid_code, address, name, document_kind, document_number_sealed,
        document_number_masked, person_key, phone_sealed, phone_masked, identity_index, origin_code, arrives_on,
        transport_kind, transport_number, match, matched_by, resident_id, candidate_ids, risk_level)
ORDER BY n.identity_index, n.arrives_on
ON CONFLICT ON CONSTRAINT returnees_one_per_arrival DO NOTHING
RETURNING id;

-- name: lock_returnees_at_another_level
-- Who is awaited, or came in the last 14 days, from where the level is no longer what it was taken for.
SELECT e.id, e.district_code, e.resident_id, e.division_code, r.division_code AS home_code, e.arrives_on,
       e.risk_level AS level_before, now_level.level
FROM returnees e
LEFT JOIN residents r ON r.district_code = e.district_code AND r.id = e.resident_id
LEFT JOIN LATERAL (
    SELECT p.level
    FROM risk_regions p
    WHERE p.district_code = e.district_code
      AND p.prefix IN (left(e.origin_code, 2), left(e.origin_code, 4), e.origin_code)
      AND p.valid_from <= e.arrives_on AND (p.valid_to IS NULL OR p.valid_to >= e.arrives_on)
    ORDER BY array_position(ARRAY['HIGH', 'MEDIUM', 'LOW'], p.level)
    LIMIT 1
) now_level ON true
WHERE e.arrives_on >= :today::date - 14 AND e.risk_level IS DISTINCT FROM now_level.level
ORDER BY e.district_code, e.id
LIMIT :rows_max::int
FOR UPDATE OF e SKIP LOCKED;

-- name: set_levels
UPDATE returnees e
SET risk_level = n.level, policy_version = :policy_version
FROM unnest(:district_codes::text[], :ids::uuid[], :levels::text[]) AS n (district_code, id, level)
WHERE e.district_code = n.district_code AND e.id = n.id;
