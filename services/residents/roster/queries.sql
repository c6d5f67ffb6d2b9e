-- name: residents_by_id
SELECT r.id, r.name, r.sex, r.birth_on, r.relation, r.document_kind, r.document_number_masked AS national_id_masked,
       r.phone_masked, r.division_code AS grid_code, r.household_id, r.guardian_id, r.person_key, r.status, r.closed_on,
       r.proxy_id, resident_proxy_name(r.district_code, r.proxy_id, r.proxy_worker_id) AS proxy_name,
       s.color, s.order_id IS NOT NULL AS quarantine_in_force
FROM residents r
LEFT JOIN standings s ON s.district_code = r.district_code AND s.resident_id = r.id
WHERE r.district_code = :district_code::text AND r.id = coalesce(
    (SELECT a.survivor_id FROM resident_aliases a
        WHERE a.district_code = :district_code::text AND a.lost_id = key.value::uuid),
    key.value::uuid);

-- name: residents_by_person_key
SELECT r.id, r.name, r.sex, r.birth_on, r.relation, r.document_kind, r.document_number_masked AS national_id_masked,
       r.phone_masked, r.division_code AS grid_code, r.household_id, r.guardian_id, r.person_key, r.status, r.closed_on,
       r.proxy_id, resident_proxy_name(r.district_code, r.proxy_id, r.proxy_worker_id) AS proxy_name,
       s.color, s.order_id IS NOT NULL AS quarantine_in_force
FROM residents r
LEFT JOIN standings s ON s.district_code = r.district_code AND s.resident_id = r.id
WHERE r.district_code = :district_code::text AND r.id = coalesce(
    (SELECT a.survivor_id FROM resident_aliases a
        WHERE a.district_code = :district_code::text AND a.lost_person_key = key.value),
    (SELECT k.id FROM residents k WHERE k.district_code = :district_code::text AND k.person_key = key.value));

-- name: residents_of_households
SELECT r.id, r.name, r.sex, r.birth_on, r.relation, r.document_kind, r.document_number_masked AS national_id_masked,
       r.phone_masked, r.division_code AS grid_code, r.household_id, r.guardian_id, r.person_key, r.status, r.closed_on,
       r.proxy_id, resident_proxy_name(r.district_code, r.proxy_id, r.proxy_worker_id) AS proxy_name,
       s.color, s.order_id IS NOT NULL AS quarantine_in_force
FROM residents r
LEFT JOIN standings s ON s.district_code = r.district_code AND s.resident_id = r.id
WHERE r.district_code = :district_code::text AND r.household_id = key.value::uuid
  AND r.status = 'REGISTERED' AND r.merged_into IS NULL;

-- name: heads_of_households
SELECT r.id, r.name, r.sex, r.birth_on, r.relation, r.document_kind, r.document_number_masked AS national_id_masked,
       r.phone_masked, r.division_code AS grid_code, r.household_id, r.guardian_id, r.person_key, r.status, r.closed_on,
       r.proxy_id, resident_proxy_name(r.district_code, r.proxy_id, r.proxy_worker_id) AS proxy_name,
       s.color, s.order_id IS NOT NULL AS quarantine_in_force
FROM residents r
LEFT JOIN standings s ON s.district_code = r.district_code AND s.resident_id = r.id
WHERE r.district_code = :district_code::text AND r.household_id = key.value::uuid
  AND r.relation = 'HEAD' AND r.status = 'REGISTERED' AND r.merged_into IS NULL;

-- name: households_by_id
SELECT h.id, h.address, h.division_code AS grid_code, h.closed_on
FROM households h
WHERE h.district_code = :district_code::text AND h.id = key.value::uuid;

-- name: standings_by_person_key
SELECT s.person_key, s.color, s.order_id IS NOT NULL AS quarantine_in_force
FROM standings s
WHERE s.district_code = :district_code::text AND s.resident_id = coalesce(
    (SELECT a.survivor_id FROM resident_aliases a
        WHERE a.district_code = :district_code::text AND a.lost_person_key = key.value),
    (SELECT k.resident_id FROM standings k WHERE k.district_code = :district_code::text AND k.person_key = key.value));

-- name: resident_by_id
SELECT r.id, r.division_code, r.household_id, r.name, r.person_key, r.phone_masked, r.document_number_masked
FROM residents r
WHERE r.district_code = :district_code AND r.id = coalesce(
    (SELECT a.survivor_id FROM resident_aliases a
        WHERE a.district_code = :district_code AND a.lost_id = :resident_id::uuid),
    :resident_id::uuid);

-- name: resident_by_person_key
SELECT r.id, r.division_code, r.household_id, r.name, r.person_key, r.phone_masked, r.document_number_masked
FROM residents r
WHERE r.district_code = :district_code AND r.id = coalesce(
    (SELECT a.survivor_id FROM resident_aliases a
        WHERE a.district_code = :district_code AND a.lost_person_key = :person_key),
    (SELECT k.id FROM residents k WHERE k.district_code = :district_code AND k.person_key = :person_key));

-- name: find_by_blind_index
SELECT r.id, r.division_code, r.household_id, r.name, r.person_key, r.phone_masked, r.document_number_masked
FROM residents r
WHERE r.district_code = :district_code AND r.document_number_index = :document_index
    AND r.merged_into IS NULL;

-- name: residents_by_phone_and_name
SELECT r.id, r.division_code, r.household_id, r.name, r.person_key, r.phone_masked, r.document_number_masked
FROM residents r
WHERE r.district_code = :district_code AND r.phone_index = :phone_index AND r.name = :name
    AND r.merged_into IS NULL
ORDER BY r.id
LIMIT 10;

-- name: residents_by_blind_indexes
SELECT r.document_number_index AS blind_index, r.id, r.division_code, r.name, r.person_key
FROM residents r
WHERE r.district_code = :district_code AND r.document_number_index = ANY (:indexes::bytea[])
    AND r.merged_into IS NULL;

-- name: residents_by_phone_indexes
SELECT r.phone_index AS blind_index, r.id, r.division_code, r.name, r.person_key
FROM residents r
WHERE r.district_code = :district_code AND r.phone_index = ANY (:indexes::bytea[]) AND r.merged_into IS NULL;

-- name: household_at_address
SELECT h.id, h.division_code, h.address
FROM households h
WHERE h.district_code = :district_code AND h.division_code = :division_code AND h.address = :address
  AND h.closed_on IS NULL
ORDER BY h.id
LIMIT 1;

-- name: add_household
INSERT INTO households (district_code, id, division_code, address)
VALUES (:district_code, :id, :division_code, :address);

-- name: add_resident
INSERT INTO residents (district_code, id, division_code, household_id, name, name_initials, sex, birth_on, relation,
    document_kind, document_number_sealed, document_number_masked, document_number_index, person_key,
    phone_sealed, phone_masked, phone_index, phone_tail_index, guardian_id, registered_at,
    search_version)
VALUES (:district_code, :id, :division_code, :household_id, :name, :name_initials, :sex, :birth_on, :relation,
    :document_kind, :document_number_sealed, :document_number_masked, :document_number_index, :person_key,
    :phone_sealed, :phone_masked, :phone_index, :phone_tail_index, :guardian_id, :registered_at,
    :search_version);
