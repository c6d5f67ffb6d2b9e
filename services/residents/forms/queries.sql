-- name: forms_by_id
SELECT f.id, f.code, a.id AS active_version_id
FROM forms f
LEFT JOIN form_versions a ON a.district_code = f.district_code AND a.form_id = f.id AND a.status = 'ACTIVE'
WHERE f.district_code = :district_code::text AND f.id = key.value::uuid;

-- name: forms_of_scopes
-- A scope is the district's code or one within it: definitions are the district's.
SELECT f.id, f.code, a.id AS active_version_id
FROM forms f
LEFT JOIN form_versions a ON a.district_code = f.district_code AND a.form_id = f.id AND a.status = 'ACTIVE'
WHERE f.district_code = :district_code::text AND f.district_code = left(key.value, 6);

-- name: form_versions_by_id
SELECT v.id, v.form_id, f.code, v.version, v.title, v.title_english, v.office, v.source, v.unit, v.filters,
       v.names_people, v.status, v.drafted_by, v.drafted_at, v.activated_by, v.activated_at, v.retired_by, v.retired_at,
       (SELECT json_agg(json_build_object('header', c.header, 'source_column', c.source_column, 'format', c.format)
               ORDER BY c.position)
        FROM form_columns c
        WHERE c.district_code = v.district_code AND c.form_version_id = v.id) AS columns
FROM form_versions v
JOIN forms f ON f.district_code = v.district_code AND f.id = v.form_id
WHERE v.district_code = :district_code::text AND v.id = key.value::uuid;

-- name: form_versions_of_codes
-- The version of that number, or the one in use.
SELECT v.id, v.form_id, f.code, v.version, v.title, v.title_english, v.office, v.source, v.unit, v.filters,
       v.names_people, v.status, v.drafted_by, v.drafted_at, v.activated_by, v.activated_at, v.retired_by, v.retired_at,
       (SELECT json_agg(json_build_object('header', c.header, 'source_column', c.source_column, 'format', c.format)
               ORDER BY c.position)
        FROM form_columns c
        WHERE c.district_code = v.district_code AND c.form_version_id = v.id) AS columns
FROM forms f
JOIN form_versions v ON v.district_code = f.district_code AND v.form_id = f.id
WHERE f.district_code = :district_code::text AND f.code = key.value
  AND CASE WHEN :version::int IS NULL THEN v.status = 'ACTIVE' ELSE v.version = :version::int END;

-- name: form_versions_of_forms
SELECT v.id, v.form_id, f.code, v.version, v.title, v.title_english, v.office, v.source, v.unit, v.filters,
       v.names_people, v.status, v.drafted_by, v.drafted_at, v.activated_by, v.activated_at, v.retired_by, v.retired_at,
       (SELECT json_agg(json_build_object('header', c.header, 'source_column', c.source_column, 'format', c.format)
               ORDER BY c.position)
        FROM form_columns c
        WHERE c.district_code = v.district_code AND c.form_version_id = v.id) AS columns
FROM form_versions v
JOIN forms f ON f.district_code = v.district_code AND f.id = v.form_id
WHERE v.district_code = :district_code::text AND v.form_id = key.value::uuid;

-- name: lock_form
SELECT pg_advisory_xact_lock(hashtext('form ' || :district_code::text || ' ' || :code::text));

-- name: form_id_of_code
SELECT f.id
FROM forms f
WHERE f.district_code = :district_code AND f.code = :code;

-- name: insert_form
INSERT INTO forms (district_code, id, code, created_at)
VALUES (:district_code, :form_id, :code, :now);

-- name: newest_version
SELECT coalesce(max(v.version), 0)
FROM form_versions v
WHERE v.district_code = :district_code AND v.form_id = :form_id;

-- name: insert_version
INSERT INTO form_versions (district_code, id, form_id, version, title, title_english, office, source, unit, filters,
    names_people, status, drafted_by, drafted_at, activated_by, activated_at)
VALUES (:district_code, :version_id, :form_id, :version, :title, :title_english, :office, :source, :unit, :filters,
    :names_people, :status, :drafted_by, :now, :activated_by, :activated_at);

-- name: insert_columns
INSERT INTO form_columns (district_code, form_version_id, position, header, source_column, format)
SELECT :district_code, :version_id, c.position, c.header, c.source_column, c.format
FROM unnest(:headers::text[], :source_columns::text[], :formats::text[])
    WITH ORDINALITY AS c (header, source_column, format, position);

-- name: version_by_id
SELECT v.id, v.district_code, v.form_id, f.code, v.version, v.title, v.title_english, v.office, v.source, v.unit,
       v.filters, v.names_people, v.status, v.drafted_by
FROM form_versions v
JOIN forms f ON f.district_code = v.district_code AND f.id = v.form_id
WHERE v.district_code = :district_code AND v.id = :version_id;

-- name: version_of_code
SELECT v.id, v.district_code, v.form_id, f.code, v.version, v.title, v.title_english, v.office, v.source, v.unit,
       v.filters, v.names_people, v.status, v.drafted_by
FROM forms f
JOIN form_versions v ON v.district_code = f.district_code AND v.form_id = f.id
WHERE f.district_code = :district_code AND f.code = :code
  AND CASE WHEN :version::int IS NULL THEN v.status = 'ACTIVE' ELSE v.version = :version::int END;

-- name: active_version
SELECT v.id, v.district_code, v.form_id, f.code, v.version, v.title, v.title_english, v.office, v.source, v.unit,
       v.filters, v.names_people, v.status, v.drafted_by
FROM form_versions v
JOIN forms f ON f.district_code = v.district_code AND f.id = v.form_id
WHERE v.district_code = :district_code AND v.form_id = :form_id AND v.status = 'ACTIVE';

-- name: columns_of_version
SELECT c.header, c.source_column, c.format
FROM form_columns c
WHERE c.district_code = :district_code AND c.form_version_id = :version_id
ORDER BY c.position;

-- name: activate_version
UPDATE form_versions SET status = 'ACTIVE', activated_by = :subject, activated_at = :now
WHERE district_code = :district_code AND id = :version_id;

-- name: retire_version
UPDATE form_versions SET status = 'RETIRED', retired_by = :subject, retired_at = :now
WHERE district_code = :district_code AND id = :version_id;

-- name: districts_without_form
SELECT DISTINCT d.district_code
FROM divisions d
WHERE d.level = 'DISTRICT'
  AND NOT EXISTS (SELECT 1 FROM forms f WHERE f.district_code = d.district_code AND f.code = :code)
ORDER BY d.district_code
LIMIT 10;
