-- name: lock_address
-- Two who register one address at once meet here: the second finds the household of the first.
SELECT pg_advisory_xact_lock(hashtextextended(:place, 0))::text;

-- name: lock_household
SELECT h.id, h.division_code, h.address, h.closed_on, (
    SELECT count(*) FROM residents r
    WHERE r.district_code = h.district_code AND r.household_id = h.id AND r.status = 'REGISTERED' AND r.merged_into IS NULL
) AS members
FROM households h
WHERE h.district_code = :district_code AND h.id = :household_id
FOR UPDATE OF h;

-- name: share_household
-- Whoever moves in keeps others from closing the door.
SELECT h.id, h.division_code, h.address, h.closed_on, 0::bigint AS members
FROM households h
WHERE h.district_code = :district_code AND h.id = :household_id
FOR SHARE OF h;

-- name: set_address
UPDATE households SET address = :address
WHERE district_code = :district_code AND id = :household_id;

-- name: set_closed
UPDATE households SET closed_on = :closed_on
WHERE district_code = :district_code AND id = :household_id;
