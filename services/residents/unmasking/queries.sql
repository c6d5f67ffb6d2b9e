-- name: sealed_numbers
SELECT r.id, r.document_kind, r.document_number_sealed, r.phone_sealed
FROM residents r
WHERE r.district_code = :district_code AND r.id = :resident_id;
