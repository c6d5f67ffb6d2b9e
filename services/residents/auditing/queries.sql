-- name: history_of_residents
-- What happened to a record that was merged into this one is this one's history too.
SELECT h.id, h.at, h.subject AS changed_by, h.role, h.kind, h.act, h.reason, h.erased_at,
       coalesce((
           SELECT json_agg(json_build_object('field', coalesce(b.key, a.key), 'before', b.value, 'after', a.value)
                           ORDER BY coalesce(b.key, a.key))
           FROM json_each_text(h.before) b
           FULL JOIN json_each_text(h.after) a ON a.key = b.key
       ), '[]'::json) AS values
FROM history h
WHERE h.district_code = :district_code::text AND h.record_id = ANY (ARRAY(
    SELECT key.value::uuid
    UNION ALL
    SELECT a.lost_id FROM resident_aliases a
    WHERE a.district_code = :district_code::text AND a.survivor_id = key.value::uuid
));

-- name: reads_of_residents
SELECT l.id, l.read_at, l.subject AS read_by, l.role, l.purpose, l.what
FROM read_log l
WHERE l.district_code = :district_code::text AND l.person_key = ANY (ARRAY(
    SELECT r.person_key FROM residents r
    WHERE r.district_code = :district_code::text AND r.id = key.value::uuid
    UNION ALL
    SELECT a.lost_person_key FROM resident_aliases a
    WHERE a.district_code = :district_code::text AND a.survivor_id = key.value::uuid
));

-- name: look_up_alarms_of_scope
SELECT a.id, a.division_code, a.subject, a.role, a.period, a.starts_at, a.look_ups, a.look_ups_max, a.is_refused,
       a.raised_at
FROM look_up_alarms a
WHERE a.district_code = :district_code::text
    AND a.division_code >= key.value AND a.division_code < key.value || '~';
