-- name: insert_alarms
-- One of a kind and topic is open at a time: what is known already is not raised again.
INSERT INTO alarms (
    district_code, id, division_code, checkpoint_id, kind, topic, message_en, message_zh, raised_at)
SELECT district_code, id, division_code, checkpoint_id, kind, topic, message_en, message_zh, :raised_at
FROM json_to_recordset(:rows::json) AS g(
    district_code text, id uuid, division_code text, checkpoint_id uuid, kind text, topic text,
    message_en text, message_zh text)
ORDER BY district_code, checkpoint_id, kind, topic
ON CONFLICT (district_code, checkpoint_id, kind, topic) WHERE closed_at IS NULL DO NOTHING
RETURNING id, division_code, checkpoint_id, kind;

-- name: lock_alarm
SELECT kind, acknowledged_at, closed_at, division_code
FROM alarms
WHERE district_code = :district_code AND id = :id
FOR UPDATE;

-- name: acknowledge_alarm
UPDATE alarms SET acknowledged_at = :now, acknowledged_by = :subject, closed_at = :closed_at
WHERE district_code = :district_code AND id = :id;

-- name: alarms_by_id
SELECT a.id,
       a.kind,
       a.checkpoint_id,
       a.division_code,
       CASE WHEN :language::text = 'zh' THEN a.message_zh ELSE a.message_en END AS message,
       a.raised_at,
       a.acknowledged_at,
       a.closed_at
FROM alarms a
WHERE a.district_code = :district_code AND a.id = key.value::uuid;

-- name: alarms_of_scope
SELECT a.id,
       a.kind,
       a.checkpoint_id,
       a.division_code,
       CASE WHEN :language::text = 'zh' THEN a.message_zh ELSE a.message_en END AS message,
       a.raised_at,
       a.acknowledged_at,
       a.closed_at
FROM alarms a
WHERE a.district_code = :district_code
    AND a.division_code >= key.value AND a.division_code < key.value || '~'
    AND (:is_open::boolean IS NULL OR (a.closed_at IS NULL) = :is_open::boolean);
