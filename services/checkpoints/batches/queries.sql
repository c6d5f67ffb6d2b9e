-- name: checkpoint_of_device
SELECT c.id, c.division_code
FROM devices d
JOIN checkpoints c ON c.district_code = d.district_code AND c.id = d.checkpoint_id
WHERE d.district_code = :district_code AND d.id = :device_id;

-- name: insert_batch
INSERT INTO passage_batches (
    district_code, id, division_code, checkpoint_id, device_id, sent, stored, duplicates, refused,
    received_at, uploaded_by)
VALUES (
    :district_code, :id, :division_code, :checkpoint_id, :device_id, :sent, :stored, :duplicates,
    :refused::jsonb, :received_at, :uploaded_by);

-- name: batches_by_id
SELECT b.id,
       b.checkpoint_id,
       b.device_id,
       b.sent,
       b.stored,
       b.duplicates,
       b.refused,
       b.received_at
FROM passage_batches b
WHERE b.district_code = :district_code AND b.id = key.value::uuid;
