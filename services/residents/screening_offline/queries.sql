-- name: screening_task_batches_by_id
SELECT b.id, b.sent_at, b.sent, b.stored, b.refused
FROM screening_task_batches b
WHERE b.district_code = :district_code::text AND b.id = key.value::uuid;

-- name: screening_refusals_of_batches
SELECT r.place, r.step_key, r.field, r.code,
       CASE WHEN :language::text = 'zh' THEN r.message_zh ELSE r.message_en END AS message
FROM screening_task_batch_refusals r
WHERE r.district_code = :district_code::text AND r.batch_id = key.value::uuid
ORDER BY r.place
LIMIT 100;

-- name: lock_offline_steps
SELECT pg_advisory_xact_lock(hashtext('offline steps ' || :district_code::text || :taken_by::text));

-- name: offline_steps_known
SELECT s.key, s.fingerprint
FROM screening_offline_steps s
WHERE s.district_code = :district_code AND s.taken_by = :taken_by AND s.key = ANY (:keys::text[]);

-- name: remember_offline_steps
INSERT INTO screening_offline_steps (district_code, taken_by, key, fingerprint, task_id, recorded_at)
SELECT :district_code, :taken_by, s.key, s.fingerprint, s.task_id, :now
FROM unnest(:keys::text[], :fingerprints::bytea[], :task_ids::uuid[]) AS s (key, fingerprint, task_id);

-- name: insert_batch
INSERT INTO screening_task_batches (district_code, id, sent_by, sent_at, sent, stored, refused)
VALUES (:district_code, :id, :sent_by, :now, :sent, :stored, :refused);

-- name: insert_batch_refusals
INSERT INTO screening_task_batch_refusals (district_code, batch_id, place, step_key, field, code, message_en,
    message_zh)
SELECT :district_code, :batch_id, r.place, r.step_key, r.field, r.code, r.message_en, r.message_zh
FROM unnest(:places::int[], :step_keys::text[], :fields::text[], :codes::text[], :messages_en::text[],
    :messages_zh::text[]) AS r (place, step_key, field, code, message_en, message_zh);
