-- name: lock_resident
SELECT r.id, r.division_code, r.household_id, r.name, r.sex, r.birth_on, r.relation, r.document_kind,
       r.document_number_masked, r.phone_masked, r.phone_index, r.guardian_id, r.person_key, r.status, r.closed_on,
       r.proxy_id, r.proxy_worker_id
FROM residents r
WHERE r.district_code = :district_code AND r.id = coalesce(
    (SELECT a.survivor_id FROM resident_aliases a
        WHERE a.district_code = :district_code AND a.lost_id = :resident_id),
    :resident_id)
FOR UPDATE;

-- name: set_values
UPDATE residents
SET name = :name, name_initials = :name_initials, sex = :sex, relation = :relation, guardian_id = :guardian_id
WHERE district_code = :district_code AND id = :resident_id;

-- name: set_phone
UPDATE residents
SET phone_sealed = :phone_sealed, phone_masked = :phone_masked, phone_index = :phone_index,
    phone_tail_index = :phone_tail_index
WHERE district_code = :district_code AND id = :resident_id;

-- name: set_document
UPDATE residents
SET document_kind = :document_kind, document_number_sealed = :document_number_sealed,
    document_number_masked = :document_number_masked, document_number_index = :document_number_index,
    person_key = :person_key, birth_on = :birth_on, sex = :sex
WHERE district_code = :district_code AND id = :resident_id;

-- name: rekey_standing
UPDATE standings SET person_key = :person_key
WHERE district_code = :district_code AND resident_id = :resident_id;

-- name: set_proxy
UPDATE residents SET proxy_id = :proxy_id, proxy_worker_id = :proxy_worker_id
WHERE district_code = :district_code AND id = :resident_id;

-- name: proxy_candidate
SELECT r.id, r.phone_masked IS NOT NULL AS has_phone, r.closed_on
FROM residents r
WHERE r.district_code = :district_code AND r.id = :resident_id AND r.merged_into IS NULL
FOR SHARE;

-- name: serves_grid
SELECT EXISTS (
    SELECT 1 FROM workers_serving(:district_code, ARRAY[:grid_code::text], :on::date) s
    WHERE s.worker_id = :worker_id
);

-- name: close_resident
UPDATE residents SET status = :status, closed_on = :closed_on, proxy_id = NULL, proxy_worker_id = NULL
WHERE district_code = :district_code AND id = :resident_id;

-- name: end_proxies_of
UPDATE residents SET proxy_id = NULL
WHERE district_code = :district_code AND proxy_id = :resident_id
RETURNING id, division_code;

-- name: order_in_force
SELECT o.status, o.ends_on
FROM quarantine_orders o
WHERE o.district_code = :district_code AND o.resident_id = :resident_id
  AND o.status IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
FOR UPDATE;
