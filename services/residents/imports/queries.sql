-- name: returnee_list_imports_by_id
SELECT i.id, i.list_name, i.version, i.status, i.rows_read, i.rows_stored, i.rows_refused, i.uploaded_at, i.finished_at
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
SELECT i.id, i.version, i.sha256, i.status
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
DELETE FROM returnee_list_chunks c
WHERE (c.district_code, c.import_id, c.position) IN (
    SELECT a.district_code, a.import_id, a.position
    FROM returnee_list_chunks a
    WHERE a.stored_at < :stored_before::timestamptz AND NOT EXISTS (
        SELECT 1 FROM returnee_list_imports i WHERE i.district_code = a.district_code AND i.id = a.import_id)
    LIMIT 100)
RETURNING c.import_id;

-- name: take_import
-- The first that waits, or whose lease has run out; every district's: the worker is the service's own.
UPDATE returnee_list_imports i
SET status = 'RUNNING', started_at = coalesce(i.started_at, :now), leased_by = :process_id, leased_until = :leased_until
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
RETURNING i.id, i.district_code, i.scopes, i.encoding, i.lines_done, i.uploaded_by;

-- name: hold_import
SELECT i.id, i.district_code, i.scopes, i.encoding, i.lines_done, i.uploaded_by
FROM returnee_list_imports i
WHERE i.district_code = :district_code AND i.id = :import_id AND i.status = 'RUNNING' AND i.leased_by = :process_id
FOR UPDATE;

-- name: advance_import
UPDATE returnee_list_imports
SET lines_done = :lines_done, rows_read = rows_read + :stored::int + :refused::int,
    rows_stored = rows_stored + :stored::int, rows_refused = rows_refused + :refused::int
WHERE district_code = :district_code AND id = :import_id;

-- name: extend_lease
UPDATE returnee_list_imports SET leased_until = :leased_until
WHERE district_code = :district_code AND id = :import_id;

-- name: end_import
UPDATE returnee_list_imports SET status = :status, finished_at = :now
WHERE district_code = :district_code AND id = :import_id AND status = 'RUNNING';

-- name: insert_refusals
INSERT INTO returnee_list_refusals (district_code, import_id, line, field, code, message_en, message_zh)
SELECT :district_code, :import_id, r.line, r.field, r.code, r.message_en, r.message_zh
FROM unnest(:lines::int[], :fields::text[], :codes::text[], :messages_en::text[], :messages_zh::text[])
    AS r (line, field, code, message_en, message_zh);

-- name: entries_of_returnees
SELECT e.returnee_id, e.line
FROM returnee_list_entries e
WHERE e.district_code = :district_code AND e.import_id = :import_id AND e.returnee_id = ANY (:returnee_ids::uuid[]);

-- name: insert_entries
INSERT INTO returnee_list_entries (district_code, import_id, line, returnee_id)
SELECT :district_code, :import_id, e.line, e.returnee_id
FROM unnest(:lines::int[], :returnee_ids::uuid[]) AS e (line, returnee_id);
