-- name: form_exports_by_id
SELECT e.id, e.form_version_id, e.scope, e.from_day, e.to_day, e.record_statuses, e.format, e.purpose, e.reason,
       e.status, e.rows_expected, e.rows_prepared, e.requested_by, e.requester_name, e.requested_at, e.decided_by,
       e.decided_at, e.decision_note, e.prepared_at, e.downloads, e.ended_by, e.ended_at, e.ended_reason, e.expires_at,
       CASE WHEN e.status IN ('READY', 'DOWNLOADED') THEN '/exports/' || e.id END AS download_url
FROM form_exports e
WHERE e.district_code = :district_code::text AND e.id = key.value::uuid;

-- name: form_exports_of_scopes
SELECT e.id, e.form_version_id, e.scope, e.from_day, e.to_day, e.record_statuses, e.format, e.purpose, e.reason,
       e.status, e.rows_expected, e.rows_prepared, e.requested_by, e.requester_name, e.requested_at, e.decided_by,
       e.decided_at, e.decision_note, e.prepared_at, e.downloads, e.ended_by, e.ended_at, e.ended_reason, e.expires_at,
       CASE WHEN e.status IN ('READY', 'DOWNLOADED') THEN '/exports/' || e.id END AS download_url
FROM form_exports e
WHERE e.district_code = :district_code::text AND e.scope >= key.value AND e.scope < key.value || '~'
  AND (:status::text[] IS NULL OR e.status = ANY (:status::text[]));

-- name: form_export_alarms_of_scopes
SELECT a.id, a.form_version_id, a.scope, a.rows_counted, a.rows_max, a.subject, a.role, a.raised_at
FROM form_export_alarms a
WHERE a.district_code = :district_code::text AND a.scope >= key.value AND a.scope < key.value || '~';

-- name: insert_export
INSERT INTO form_exports (district_code, id, form_version_id, scope, from_day, to_day, record_statuses, format,
    purpose, reason, status, trace_tag, rows_expected, requested_by, requester_name, requester_role,
    requester_scopes, requested_at, expires_at)
VALUES (:district_code, :export_id, :form_version_id, :scope, :from_day, :to_day, :record_statuses, :file_format,
    :purpose, :reason, 'REQUESTED', :trace_tag, :rows_expected, :requested_by, :requester_name, :requester_role,
    :requester_scopes, :now, :expires_at);

-- name: lock_requester
SELECT pg_advisory_xact_lock(hashtext('form exports of ' || :district_code::text || ' ' || :subject::text));

-- name: named_rows_since
-- What somebody asked for and may have, or has.
SELECT coalesce(sum(coalesce(e.rows_prepared, e.rows_expected)), 0)::bigint
FROM form_exports e
JOIN form_versions v ON v.district_code = e.district_code AND v.id = e.form_version_id
WHERE e.district_code = :district_code AND e.requested_by = :subject AND e.requested_at > :since AND v.names_people
  AND (e.downloads > 0 OR e.status NOT IN ('REFUSED', 'CANCELLED', 'EXPIRED'));

-- name: lock_export
SELECT e.id, e.district_code, e.form_version_id, e.scope, e.from_day, e.to_day, e.record_statuses, e.format, e.purpose,
       e.reason, e.status, e.requested_by, e.requester_name, e.requester_role, e.requester_scopes, e.decided_by,
       e.prepared_at, e.content_bytes, e.pieces, e.downloads, e.expires_at
FROM form_exports e
WHERE e.district_code = :district_code AND e.id = :export_id
FOR UPDATE;

-- name: export_by_id
SELECT e.id, e.district_code, e.form_version_id, e.scope, e.from_day, e.to_day, e.record_statuses, e.format, e.purpose,
       e.reason, e.status, e.requested_by, e.requester_name, e.requester_role, e.requester_scopes, e.decided_by,
       e.prepared_at, e.content_bytes, e.pieces, e.downloads, e.expires_at
FROM form_exports e
WHERE e.district_code = :district_code AND e.id = :export_id;

-- name: export_of_tag
SELECT e.id
FROM form_exports e
WHERE e.district_code = :district_code AND e.trace_tag = :trace_tag;

-- name: set_decided
-- A refusal ends the export.
UPDATE form_exports
SET status = :status, decided_by = :subject, decided_at = :now, decision_note = :note,
    ended_by = CASE WHEN :ended_reason::text IS NOT NULL THEN :subject END,
    ended_at = CASE WHEN :ended_reason::text IS NOT NULL THEN :now::timestamptz END, ended_reason = :ended_reason
WHERE district_code = :district_code AND id = :export_id;

-- name: set_ended
UPDATE form_exports SET status = :status, ended_by = :subject, ended_at = :now, ended_reason = :reason
WHERE district_code = :district_code AND id = :export_id;

-- name: take_export
-- The first that waits, or whose lease has run out; every district's: the worker is the service's own.
UPDATE form_exports e
SET status = 'PREPARING', attempts = e.attempts + 1, leased_by = :process_id, leased_until = :leased_until
FROM (
    SELECT w.district_code, w.id, w.status
    FROM form_exports w
    WHERE w.status IN ('APPROVED', 'PREPARING') AND w.attempts < :attempts_max::int
      AND (w.leased_until IS NULL OR w.leased_until < :wall_now OR w.leased_by = :process_id)
    ORDER BY w.attempts, w.decided_at, w.id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
) waiting
WHERE e.district_code = waiting.district_code AND e.id = waiting.id
RETURNING e.id, e.district_code, e.form_version_id, e.scope, e.from_day, e.to_day, e.record_statuses, e.format,
    e.purpose, e.reason, waiting.status, e.requested_by, e.requester_name, e.requester_role, e.requester_scopes,
    e.decided_by, e.prepared_at, e.content_bytes, e.pieces, e.downloads, e.expires_at;

-- name: hold_export
-- An export that this process still prepares; nobody ends it before the transaction does.
SELECT e.id, e.district_code, e.form_version_id, e.scope, e.from_day, e.to_day, e.record_statuses, e.format, e.purpose,
       e.reason, e.status, e.requested_by, e.requester_name, e.requester_role, e.requester_scopes, e.decided_by,
       e.prepared_at, e.content_bytes, e.pieces, e.downloads, e.expires_at
FROM form_exports e
WHERE e.district_code = :district_code AND e.id = :export_id AND e.status = 'PREPARING' AND e.leased_by = :process_id
FOR UPDATE;

-- name: extend_lease
UPDATE form_exports SET leased_until = :leased_until
WHERE district_code = :district_code AND id = :export_id;

-- name: set_ready
UPDATE form_exports
SET status = 'READY', rows_prepared = :rows, content_bytes = :content_bytes, pieces = :pieces,
    prepared_at = :prepared_at, expires_at = :expires_at, leased_by = NULL, leased_until = NULL
WHERE district_code = :district_code AND id = :export_id;

-- name: set_downloaded
UPDATE form_exports SET status = 'DOWNLOADED', downloads = downloads + 1
WHERE district_code = :district_code AND id = :export_id;

-- name: read_one_moment
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;

-- name: insert_piece
INSERT INTO form_export_pieces (district_code, export_id, position, content_sealed, person_keys, stored_at)
VALUES (:district_code, :export_id, :position, :content_sealed, :person_keys, :stored_at);

-- name: piece
SELECT p.content_sealed
FROM form_export_pieces p
WHERE p.district_code = :district_code AND p.export_id = :export_id AND p.position = :position;

-- name: person_keys_of_piece
SELECT p.person_keys
FROM form_export_pieces p
WHERE p.district_code = :district_code AND p.export_id = :export_id AND p.position = :position;

-- name: delete_pieces
DELETE FROM form_export_pieces
WHERE district_code = :district_code AND export_id = :export_id;

-- name: delete_pieces_of_ended
-- All districts of this database: the job is the service's own.
DELETE FROM form_export_pieces p
WHERE (p.district_code, p.export_id, p.position) IN (
    SELECT o.district_code, o.export_id, o.position
    FROM form_export_pieces o
    JOIN form_exports e ON e.district_code = o.district_code AND e.id = o.export_id
    WHERE e.status IN ('REFUSED', 'EXPIRED', 'CANCELLED')
    LIMIT 100)
RETURNING p.export_id;

-- name: expire_exports
UPDATE form_exports e SET status = 'EXPIRED', ended_by = :by, ended_at = :now, ended_reason = 'EXPIRED'
FROM (
    SELECT w.district_code, w.id, w.status
    FROM form_exports w
    WHERE w.status IN ('REQUESTED', 'READY', 'DOWNLOADED') AND w.expires_at <= :now
    ORDER BY w.expires_at, w.id
    LIMIT 100
    FOR UPDATE SKIP LOCKED
) due
WHERE e.district_code = due.district_code AND e.id = due.id
RETURNING e.district_code, e.id, e.scope, due.status AS status_before;

-- name: give_up_exports
-- What could not be prepared, however often it was tried.
UPDATE form_exports e SET status = 'REFUSED', ended_by = :by, ended_at = :now, ended_reason = 'PREPARATION_FAILED'
FROM (
    SELECT w.district_code, w.id, w.status
    FROM form_exports w
    WHERE w.status = 'PREPARING' AND w.attempts >= :attempts_max::int AND w.leased_until < :wall_now
    ORDER BY w.decided_at, w.id
    LIMIT 100
    FOR UPDATE SKIP LOCKED
) due
WHERE e.district_code = due.district_code AND e.id = due.id
RETURNING e.district_code, e.id, e.scope, due.status AS status_before;

-- name: insert_download
INSERT INTO form_export_downloads (district_code, id, export_id, downloaded_by, downloaded_at, open_until)
VALUES (:district_code, :download_id, :export_id, :subject, :now, :open_until);

-- name: open_download
-- A download that was logged, of a file that may still leave, by whoever asked for it.
SELECT d.export_id
FROM form_export_downloads d
JOIN form_exports e ON e.district_code = d.district_code AND e.id = d.export_id
WHERE d.district_code = :district_code AND d.id = :download_id AND d.export_id = :export_id
  AND d.downloaded_by = :subject AND e.requested_by = :subject AND d.open_until > :wall_now
  AND e.status = 'DOWNLOADED' AND e.expires_at > :now;

-- name: insert_alarm
INSERT INTO form_export_alarms (district_code, id, scope, form_version_id, rows_counted, rows_max, subject, role,
    attempt, raised_at)
VALUES (:district_code, :alarm_id, :scope, :form_version_id, :rows_counted, :rows_max, :subject, :role, :attempt, :now)
ON CONFLICT ON CONSTRAINT form_export_alarms_one_per_attempt DO NOTHING
RETURNING id;
