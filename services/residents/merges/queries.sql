-- name: merges_by_id
SELECT m.id, m.survivor_id, m.lost_id, m.lost_division_code, m.reason, m.note, m.merged_by, m.merged_at,
       m.merged_at + interval '24 hours' AS undoable_until, m.undone_by, m.undone_at,
       coalesce((
           SELECT json_agg(json_build_object(
               'kind', v.kind, 'message', CASE WHEN :language::text = 'zh' THEN v.words_zh ELSE v.words_en END
           ) ORDER BY v.place)
           FROM resident_merge_moves v
           WHERE v.district_code = m.district_code AND v.merge_id = m.id
       ), '[]'::json) AS moves
FROM resident_merges m
WHERE m.district_code = :district_code::text AND m.id = key.value::uuid;

-- name: merges_of_residents
-- All of a person: those that survived in it, those before it in a chain, and those that were undone.
SELECT m.id, m.survivor_id, m.lost_id, m.lost_division_code, m.reason, m.note, m.merged_by, m.merged_at,
       m.merged_at + interval '24 hours' AS undoable_until, m.undone_by, m.undone_at,
       coalesce((
           SELECT json_agg(json_build_object(
               'kind', v.kind, 'message', CASE WHEN :language::text = 'zh' THEN v.words_zh ELSE v.words_en END
           ) ORDER BY v.place)
           FROM resident_merge_moves v
           WHERE v.district_code = m.district_code AND v.merge_id = m.id
       ), '[]'::json) AS moves
FROM resident_merges m
WHERE m.district_code = :district_code::text AND m.id = ANY (ARRAY(
    WITH person AS (
        SELECT coalesce(
            (SELECT a.survivor_id FROM resident_aliases a
                WHERE a.district_code = :district_code::text AND a.lost_id = key.value::uuid),
            key.value::uuid) AS id
    ), known AS (
        SELECT p.id FROM person p
        UNION ALL
        SELECT a.lost_id FROM person p
        JOIN resident_aliases a ON a.district_code = :district_code::text AND a.survivor_id = p.id
    )
    SELECT x.id FROM known k
    JOIN resident_merges x ON x.district_code = :district_code::text AND x.survivor_id = k.id
    UNION
    SELECT x.id FROM known k
    JOIN resident_merges x ON x.district_code = :district_code::text AND x.lost_id = k.id
));

-- name: lock_records
-- In the order of their ids, so that two merges of the same records never wait for each other.
SELECT r.id, r.division_code, r.household_id, r.sex, r.birth_on, r.relation, r.document_kind,
       r.document_number_sealed, r.document_number_masked, r.document_number_index, r.phone_sealed, r.phone_masked,
       r.phone_index, r.phone_tail_index, r.guardian_id, r.proxy_id, r.proxy_worker_id,
       r.person_key, r.status, r.merged_into
FROM residents r
WHERE r.district_code = :district_code AND r.id = ANY (:ids::uuid[])
ORDER BY r.id
FOR UPDATE;

-- name: take_over
UPDATE residents r
SET document_kind = coalesce(r.document_kind, :document_kind),
    document_number_sealed = coalesce(r.document_number_sealed, :document_number_sealed),
    document_number_masked = coalesce(r.document_number_masked, :document_number_masked),
    document_number_index = coalesce(r.document_number_index, :document_number_index),
    phone_sealed = coalesce(r.phone_sealed, :phone_sealed),
    phone_masked = coalesce(r.phone_masked, :phone_masked),
    phone_index = coalesce(r.phone_index, :phone_index),
    phone_tail_index = coalesce(r.phone_tail_index, :phone_tail_index),
    guardian_id = coalesce(r.guardian_id, :guardian_id),
    proxy_id = coalesce(r.proxy_id, :proxy_id),
    proxy_worker_id = coalesce(r.proxy_worker_id, :proxy_worker_id),
    sex = :sex, birth_on = :birth_on, relation = :relation
WHERE r.district_code = :district_code AND r.id = :resident_id;

-- name: give_back
UPDATE residents r
SET document_kind = CASE WHEN :document::boolean THEN NULL ELSE r.document_kind END,
    document_number_sealed = CASE WHEN :document::boolean THEN NULL ELSE r.document_number_sealed END,
    document_number_masked = CASE WHEN :document::boolean THEN NULL ELSE r.document_number_masked END,
    document_number_index = CASE WHEN :document::boolean THEN NULL ELSE r.document_number_index END,
    phone_sealed = CASE WHEN :phone::boolean THEN NULL ELSE r.phone_sealed END,
    phone_masked = CASE WHEN :phone::boolean THEN NULL ELSE r.phone_masked END,
    phone_index = CASE WHEN :phone::boolean THEN NULL ELSE r.phone_index END,
    phone_tail_index = CASE WHEN :phone::boolean THEN NULL ELSE r.phone_tail_index END,
    guardian_id = CASE WHEN :guardian::boolean THEN NULL ELSE r.guardian_id END,
    proxy_id = CASE WHEN :proxy::boolean THEN NULL ELSE r.proxy_id END,
    proxy_worker_id = CASE WHEN :proxy::boolean THEN NULL ELSE r.proxy_worker_id END,
    sex = :sex, birth_on = :birth_on, relation = :relation
WHERE r.district_code = :district_code AND r.id = :resident_id;

-- name: set_merged_into
UPDATE residents SET merged_into = :survivor_id
WHERE district_code = :district_code AND id = :resident_id;

-- name: followers_of
-- Whoever was merged into a record before, and into those.
WITH RECURSIVE followers AS (
    SELECT r.id FROM residents r
    WHERE r.district_code = :district_code AND r.merged_into = :resident_id
    UNION ALL
    SELECT r.id FROM followers f
    JOIN residents r ON r.district_code = :district_code AND r.merged_into = f.id
)
SELECT f.id FROM followers f ORDER BY f.id;

-- name: set_aliases
INSERT INTO resident_aliases AS a (district_code, lost_id, lost_person_key, survivor_id, version, changed_at)
SELECT r.district_code, r.id, r.person_key, :survivor_id, 1, :now::timestamptz
FROM residents r
WHERE r.district_code = :district_code AND r.id = ANY (:lost_ids::uuid[])
ORDER BY r.id
ON CONFLICT (district_code, lost_id) DO UPDATE
SET survivor_id = excluded.survivor_id, version = a.version + 1, changed_at = excluded.changed_at
RETURNING a.lost_id, a.lost_person_key, a.version;

-- name: remove_standing
DELETE FROM standings WHERE district_code = :district_code AND resident_id = :resident_id
RETURNING version;

-- name: put_standing_back
INSERT INTO standings (district_code, resident_id, division_code, household_id, person_key, version, color, reasons,
    rule_version, decided_at)
SELECT r.district_code, r.id, r.division_code, r.household_id, r.person_key, :version::bigint, 'GREEN', '{}', 1,
    :now::timestamptz
FROM residents r
WHERE r.district_code = :district_code AND r.id = :resident_id;

-- name: add_merge
INSERT INTO resident_merges (district_code, id, survivor_id, lost_id, lost_division_code, reason, note, merged_by,
    merged_at)
VALUES (:district_code, :merge_id, :survivor_id, :lost_id, :lost_division_code, :reason, :note, :merged_by, :now);

-- name: add_moves
INSERT INTO resident_merge_moves (district_code, merge_id, place, kind, object_id, words_en, words_zh, before, after)
SELECT :district_code, :merge_id, n.place, n.kind, n.object_id, n.words_en, n.words_zh, n.before, n.after
FROM jsonb_to_recordset(:rows::jsonb) AS n (place int, kind text, object_id uuid, words_en text, words_zh text,
    before jsonb, after jsonb)
ORDER BY n.place;

-- name: lock_merge
SELECT m.id, m.survivor_id, m.lost_id, m.merged_at, m.undone_at
FROM resident_merges m
WHERE m.district_code = :district_code AND m.id = :merge_id
FOR UPDATE;

-- name: merge_by_id
SELECT m.id, m.survivor_id, m.lost_id, m.merged_at, m.undone_at
FROM resident_merges m
WHERE m.district_code = :district_code AND m.id = :merge_id;

-- name: moves_of
SELECT v.kind, v.object_id, v.before, v.after
FROM resident_merge_moves v
WHERE v.district_code = :district_code AND v.merge_id = :merge_id
ORDER BY v.place;

-- name: set_undone
UPDATE resident_merges SET undone_by = :undone_by, undone_at = :now
WHERE district_code = :district_code AND id = :merge_id;
