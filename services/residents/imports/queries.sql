-- name: returnee_list_imports_by_id
-- How long it will take still is reckoned from the bytes done and the time taken so far.
SELECT i.id, i.list_name, i.version, i.status, i.lines_done, i.bytes_done, i.content_bytes, i.rows_read, i.rows_stored,
       i.rows_refused, i.uploaded_at, i.started_at, i.finished_at,
       CASE WHEN i.status = 'RUNNING' AND i.bytes_done > 0 AND :now::timestamptz > i.started_at
           THEN :now::timestamptz
               + (:now::timestamptz - i.started_at) * ((i.content_bytes - i.bytes_done)::float8 / i.bytes_done)
       END AS expected_end_at,
       i.failure_code,
       CASE WHEN :language::text = 'zh' THEN i.failure_message_zh ELSE i.failure_message_en END AS failure_message
FROM returnee_list_imports i
WHERE i.district_code = :district_code::text AND i.id = key.value::uuid;

-- name: refusals_of_imports
SELECT f.line, f.field, f.code,
       CASE WHEN :language::text = 'zh' THEN f.message_zh ELSE f.message_en END AS message
FROM returnee_list_refusals f
WHERE f.district_code = :district_code::text AND f.import_id = key.value::uuid;

-- name: lock_list
SELECT pg_advisory_xact_lock(
    hashtext('returnee list ' || :district_code::text || ' ' || :scopes::text || ' ' || :list_name::text));

-- name: newest_version
SELECT i.id, i.version, i.sha256, i.status, i.finished_at
FROM returnee_list_imports i
WHERE i.district_code = :district_code AND i.scopes = :scopes AND i.list_name = :list_name
ORDER BY i.version DESC
LIMIT 1;

-- name: insert_import
INSERT INTO returnee_list_imports (district_code, id, list_name, scopes, version, sha256, encoding, content_bytes,
    status, uploaded_by, uploaded_at)
VALUES (:district_code, :import_id, :list_name, :scopes, :version, :sha256, :encoding, :content_bytes,
    'QUEUED', :uploaded_by, :now);

-- name: insert_chunk
INSERT INTO returnee_list_chunks (district_code, import_id, position, content_sealed, stored_at)
VALUES (:district_code, :import_id, :position, :content_sealed, :stored_at);

-- name: chunk
SELECT c.content_sealed
FROM returnee_list_chunks c
WHERE c.district_code = :district_code AND c.import_id = :import_id AND c.position = :position;

-- name: delete_chunks
-- Never those of an import that waits for them.
DELETE FROM returnee_list_chunks c
WHERE c.district_code = :district_code AND c.import_id = :import_id AND NOT EXISTS (
    SELECT 1 FROM returnee_list_imports i
    WHERE i.district_code = c.district_code AND i.id = c.import_id AND i.status IN ('QUEUED', 'RUNNING'));

-- name: delete_abandoned_chunks
-- Kept while an import waits for them, and for a while after it has failed.
DELETE FROM returnee_list_chunks c
WHERE (c.district_code, c.import_id, c.position) IN (
    SELECT a.district_code, a.import_id, a.position
    FROM returnee_list_chunks a
    WHERE a.stored_at < :stored_before::timestamptz AND NOT EXISTS (
        SELECT 1 FROM returnee_list_imports i
        WHERE i.district_code = a.district_code AND i.id = a.import_id
          AND (i.status IN ('QUEUED', 'RUNNING') OR i.status = 'FAILED' AND i.finished_at > :failed_after::timestamptz))
    LIMIT 100)
RETURNING c.import_id;

-- name: take_import
-- The first that waits, or whose lease has run out; every district's: the worker is the service's own.
UPDATE returnee_list_imports i
SET status = 'RUNNING', started_at = coalesce(i.started_at, :now), attempts = i.attempts + 1,
    leased_by = :process_id, leased_until = :leased_until
FROM (
    SELECT w.district_code, w.id
    FROM returnee_list_imports w
    WHERE w.status IN ('QUEUED', 'RUNNING')
      AND (w.leased_until IS NULL OR w.leased_until < :wall_now OR w.leased_by = :process_id)
    ORDER BY w.uploaded_at, w.id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
) waiting
WHERE i.district_code = waiting.district_code AND i.id = waiting.id
RETURNING i.id, i.district_code, i.scopes, i.encoding, i.lines_done, i.uploaded_by, i.attempts;

-- name: hold_import
SELECT i.id, i.district_code, i.scopes, i.encoding, i.lines_done, i.uploaded_by, i.attempts
FROM returnee_list_imports i
WHERE i.district_code = :district_code AND i.id = :import_id AND i.status = 'RUNNING' AND i.leased_by = :process_id
FOR UPDATE;

-- name: advance_import
UPDATE returnee_list_imports
SET lines_done = :lines_done, bytes_done = :bytes_done, attempts = 0, rows_read = rows_read + :stored::int + :refused::int,
    rows_stored = rows_stored + :stored::int, rows_refused = rows_refused + :refused::int
WHERE district_code = :district_code AND id = :import_id;

-- name: extend_lease
UPDATE returnee_list_imports SET leased_until = :leased_until
WHERE district_code = :district_code AND id = :import_id;

-- name: end_import
UPDATE returnee_list_imports SET status = 'DONE', bytes_done = content_bytes, finished_at = :now
WHERE district_code = :district_code AND id = :import_id AND status = 'RUNNING';

-- name: fail_import
UPDATE returnee_list_imports
SET status = 'FAILED', finished_at = :now, failure_code = :code, failure_message_en = :message_en,
    failure_message_zh = :message_zh
WHERE district_code = :district_code AND id = :import_id AND status = 'RUNNING';

-- name: lock_import
SELECT i.id, i.scopes, i.status, i.finished_at
FROM returnee_list_imports i
WHERE i.district_code = :district_code AND i.id = :import_id
FOR UPDATE;

-- name: import_is_seen
SELECT true
FROM returnee_list_imports i
WHERE i.district_code = :district_code AND i.id = :import_id;

-- name: cancel_import
UPDATE returnee_list_imports SET status = 'CANCELLED', finished_at = :now, leased_by = NULL, leased_until = NULL
WHERE district_code = :district_code AND id = :import_id;

-- name: requeue_import
UPDATE returnee_list_imports
SET status = 'QUEUED', finished_at = NULL, attempts = 0, failure_code = NULL, failure_message_en = NULL,
    failure_message_zh = NULL, leased_by = NULL, leased_until = NULL
WHERE district_code = :district_code AND id = :import_id;

-- name: delete_refusals_after
DELETE FROM returnee_list_refusals
WHERE district_code = :district_code AND import_id = :import_id AND line > :line;

-- name: refusals_after
SELECT f.line, f.field, f.code,
       CASE WHEN :language::text = 'zh' THEN f.message_zh ELSE f.message_en END AS message
FROM returnee_list_refusals f
WHERE f.district_code = :district_code AND f.import_id = :import_id AND f.line > :after::int
ORDER BY f.line
LIMIT :rows_max::int;

-- name: insert_refusals
INSERT INTO returnee_list_refusals (district_code, import_id, line, field, code, message_en, message_zh)
SELECT :district_code, :import_id, r.line, r.field, r.code, r.message_en, r.message_zh
FROM unnest(:lines::int[], :fields::text[], :codes::text[], :messages_en::text[], :messages_zh::text[])
    AS r (line, field, code, message_en, message_zh);

-- name: entries_of_returnees
SELECT e.returnee_id, e.line
FROM returnee_list_entries e
WHERE e.district_code = :district_code AND e.import_id = :import_id AND e.is_stored
  AND e.returnee_id = ANY (:returnee_ids::uuid[]);

-- name: insert_entries
INSERT INTO returnee_list_entries (district_code, import_id, line, returnee_id, is_stored, identity_index, said)
SELECT :district_code, :import_id, e.line, e.returnee_id, e.is_stored, e.identity_index, e.said
FROM unnest(:lines::int[], :returnee_ids::uuid[], :stored::boolean[], :identities::bytea[], :said::bytea[])
    AS e (line, returnee_id, is_stored, identity_index, said);

-- A pair of versions is named `<from>:<to>`. Both are asked for through their imports, so that whoever does not see
-- one of them sees no difference. Versions of before traces were kept say nothing of what changed.

-- name: differences_of_lists
SELECT f.id || ':' || t.id AS pair, f.id AS from_id, t.id AS to_id, d.added AS added_count, d.gone AS gone_count,
       d.changed AS changed_count, d.unchanged AS unchanged_count, f.rows_refused AS refused_before,
       t.rows_refused AS refused_after
FROM returnee_list_imports t
JOIN returnee_list_imports f ON f.district_code = t.district_code AND f.id = :from::uuid
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE p.is_added) AS added, count(*) FILTER (WHERE p.is_gone) AS gone,
           count(*) FILTER (WHERE NOT p.is_added AND NOT p.is_gone AND NOT p.is_same) AS changed,
           count(*) FILTER (WHERE p.is_same AND NOT p.is_added AND NOT p.is_gone) AS unchanged
    FROM (
        SELECT bool_and(o.who IS NULL) AS is_added, bool_and(n.who IS NULL) AS is_gone,
               bool_and(o.who IS NOT NULL AND n.who IS NOT NULL)
                   OR bool_or(coalesce(o.is_untraced, n.is_untraced)) AS is_same
        FROM (
            SELECT x.identity_index AS who, coalesce(x.said, ''::bytea) AS said, x.said IS NULL AS is_untraced
            FROM returnee_list_entries x
            WHERE x.district_code = t.district_code AND x.import_id = f.id
        ) o
        FULL JOIN (
            SELECT x.identity_index AS who, coalesce(x.said, ''::bytea) AS said, x.said IS NULL AS is_untraced
            FROM returnee_list_entries x
            WHERE x.district_code = t.district_code AND x.import_id = t.id
        ) n ON n.who = o.who AND n.said = o.said
        GROUP BY coalesce(o.who, n.who)
    ) p
) d
WHERE t.district_code = :district_code::text AND t.id = key.value::uuid;

-- name: added_to_lists
SELECT n.line, n.returnee_id
FROM returnee_list_entries n
WHERE n.district_code = :district_code::text AND key.value ~ '^[0-9a-f-]{36}:[0-9a-f-]{36}$'
  AND n.import_id = split_part(key.value, ':', 2)::uuid
  AND EXISTS (SELECT 1 FROM returnee_list_imports i
      WHERE i.district_code = n.district_code AND i.id = split_part(key.value, ':', 1)::uuid)
  AND NOT EXISTS (SELECT 1 FROM returnee_list_entries o
      WHERE o.district_code = n.district_code AND o.import_id = split_part(key.value, ':', 1)::uuid
        AND o.identity_index = n.identity_index)
  AND NOT EXISTS (SELECT 1 FROM returnee_list_entries b
      WHERE b.district_code = n.district_code AND b.import_id = n.import_id
        AND b.identity_index = n.identity_index AND b.line < n.line);

-- name: gone_from_lists
SELECT o.line, o.returnee_id
FROM returnee_list_entries o
WHERE o.district_code = :district_code::text AND key.value ~ '^[0-9a-f-]{36}:[0-9a-f-]{36}$'
  AND o.import_id = split_part(key.value, ':', 1)::uuid
  AND EXISTS (SELECT 1 FROM returnee_list_imports i
      WHERE i.district_code = o.district_code AND i.id = split_part(key.value, ':', 2)::uuid)
  AND NOT EXISTS (SELECT 1 FROM returnee_list_entries n
      WHERE n.district_code = o.district_code AND n.import_id = split_part(key.value, ':', 2)::uuid
        AND n.identity_index = o.identity_index)
  AND NOT EXISTS (SELECT 1 FROM returnee_list_entries b
      WHERE b.district_code = o.district_code AND b.import_id = o.import_id
        AND b.identity_index = o.identity_index AND b.line < o.line);

-- name: changed_in_lists
-- Four bytes a column, in the order of SAID.
SELECT n.line, n.returnee_id, d.from_line, d.from_returnee_id, d.fields
FROM returnee_list_entries n
CROSS JOIN LATERAL (
    SELECT min(e.line) FILTER (WHERE e.is_old) AS from_line,
           (array_agg(e.returnee_id ORDER BY e.line) FILTER (WHERE e.is_old))[1] AS from_returnee_id,
           ARRAY(
               SELECT c.name
               FROM unnest(ARRAY['name', 'phone', 'origin_code', 'arrives_on', 'transport', 'destination_grid_code',
                   'address']) WITH ORDINALITY AS c (name, place)
               WHERE (SELECT array_agg(DISTINCT substring(y.said FROM 4 * c.place::int - 3 FOR 4))
                      FROM returnee_list_entries y
                      WHERE y.district_code = n.district_code AND y.identity_index = n.identity_index
                        AND y.import_id = n.import_id)
                   IS DISTINCT FROM
                     (SELECT array_agg(DISTINCT substring(y.said FROM 4 * c.place::int - 3 FOR 4))
                      FROM returnee_list_entries y
                      WHERE y.district_code = n.district_code AND y.identity_index = n.identity_index
                        AND y.import_id = split_part(key.value, ':', 1)::uuid)
               ORDER BY c.place
           ) AS fields,
           string_agg(DISTINCT e.said, ''::bytea ORDER BY e.said) FILTER (WHERE e.is_old) AS old,
           string_agg(DISTINCT e.said, ''::bytea ORDER BY e.said) FILTER (WHERE NOT e.is_old) AS new,
           bool_and(e.said IS NOT NULL) AS known
    FROM (
        SELECT x.line, x.returnee_id, x.said, x.import_id = split_part(key.value, ':', 1)::uuid AS is_old
        FROM returnee_list_entries x
        WHERE x.district_code = n.district_code AND x.identity_index = n.identity_index
          AND x.import_id IN (n.import_id, split_part(key.value, ':', 1)::uuid)
    ) e
) d
WHERE n.district_code = :district_code::text AND key.value ~ '^[0-9a-f-]{36}:[0-9a-f-]{36}$'
  AND n.import_id = split_part(key.value, ':', 2)::uuid
  AND d.known AND d.old <> d.new
  AND NOT EXISTS (SELECT 1 FROM returnee_list_entries b
      WHERE b.district_code = n.district_code AND b.import_id = n.import_id
        AND b.identity_index = n.identity_index AND b.line < n.line);
