-- name: roster_of_applications
SELECT r.id, r.place, r.name, r.origin_code, r.status, r.person_key
FROM roster_entries r
WHERE r.district_code = :district_code AND r.application_id = key.value::uuid

-- name: employments_of_persons
SELECT r.status = 'ON_POST' AS on_post, r.enterprise_id, r.status
FROM roster_entries r
WHERE r.district_code = :district_code AND r.status <> 'LEFT'
  AND r.person_key = ANY ((SELECT keys_of_person(:district_code::text, key.value))::text[])
ORDER BY r.status = 'ON_POST' DESC, r.id DESC
LIMIT 1

-- name: insert_entries
INSERT INTO roster_entries (district_code, id, division_code, credit_code, enterprise_id, application_id, place, name,
    national_id_sealed, national_id_masked, person_key, phone_sealed, phone_masked, origin_code, returned_on,
    transport_kind, transport_number, dormitory_room, status)
SELECT a.district_code, r.id, a.division_code, a.credit_code, a.enterprise_id, a.id, r.place, r.name,
    decode(r.national_id_sealed, 'hex'), r.national_id_masked, r.person_key, decode(r.phone_sealed, 'hex'),
    r.phone_masked, r.origin_code, r.returned_on, r.transport_kind, r.transport_number, r.dormitory_room, r.status
FROM resumption_applications a
CROSS JOIN jsonb_to_recordset(:rows::jsonb) AS r (id uuid, place int, name text, national_id_sealed text,
    national_id_masked text, person_key text, phone_sealed text, phone_masked text, origin_code text,
    returned_on date, transport_kind text, transport_number text, dormitory_room text, status text)
WHERE a.district_code = :district_code AND a.id = :application_id

-- name: delete_entries
DELETE FROM roster_entries WHERE district_code = :district_code AND application_id = :application_id

-- name: entries_of_application
SELECT r.id, r.status, r.place, r.name, r.person_key, r.origin_code, r.returned_on, r.dormitory_room
FROM roster_entries r
WHERE r.district_code = :district_code AND r.application_id = :application_id
ORDER BY r.place

-- name: lock_entry
SELECT r.id, r.division_code, r.status, a.status AS application_status
FROM roster_entries r
JOIN resumption_applications a ON a.district_code = r.district_code AND a.id = r.application_id
WHERE r.district_code = :district_code AND r.id = :entry_id
FOR NO KEY UPDATE OF r

-- name: set_statuses
UPDATE roster_entries AS r
SET status = s.status
FROM unnest(:entry_ids::uuid[], :statuses::text[]) AS s (id, status)
WHERE r.district_code = :district_code AND r.id = s.id

-- name: start_work
UPDATE roster_entries
SET status = 'ON_POST'
WHERE district_code = :district_code AND application_id = :application_id AND status IN ('ARRIVED', 'CLEARED')
RETURNING id

-- name: leave_roster
UPDATE roster_entries
SET status = 'LEFT'
WHERE district_code = :district_code AND application_id = :application_id AND status <> 'LEFT'
RETURNING id
