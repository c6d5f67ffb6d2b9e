-- name: checkpoints_by_id
SELECT c.id,
       c.name,
       c.kind,
       c.status,
       c.division_code,
       c.minimum_strength,
       c.opens_at,
       c.closes_at,
       s.taken_in_at AS watchlist_as_of
FROM checkpoints c
LEFT JOIN watchlist_state s ON s.district_code = c.district_code
WHERE c.district_code = :district_code AND c.id = key.value::uuid;

-- name: checkpoints_of_division
SELECT c.id,
       c.name,
       c.kind,
       c.status,
       c.division_code,
       c.minimum_strength,
       c.opens_at,
       c.closes_at,
       s.taken_in_at AS watchlist_as_of
FROM checkpoints c
LEFT JOIN watchlist_state s ON s.district_code = c.district_code
WHERE c.district_code = :district_code
    AND c.division_code >= key.value AND c.division_code < key.value || '~';

-- name: insert_checkpoint
INSERT INTO checkpoints (
    district_code, id, division_code, name, kind, status, opens_at, closes_at, minimum_strength)
VALUES (:district_code, :id, :division_code, :name, :kind, 'OPEN', :opens_at, :closes_at, :minimum_strength);

-- name: insert_devices
INSERT INTO devices (district_code, id, checkpoint_id)
SELECT :district_code::text, unnest(:ids::text[]), :checkpoint_id::uuid;

-- name: lock_checkpoint
SELECT division_code, status
FROM checkpoints
WHERE district_code = :district_code AND id = :id
FOR UPDATE;

-- name: open_checkpoint
UPDATE checkpoints SET status = 'OPEN', closed_at = NULL
WHERE district_code = :district_code AND id = :id;

-- name: close_checkpoint
UPDATE checkpoints SET status = 'CLOSED', closed_at = :closed_at
WHERE district_code = :district_code AND id = :id;
