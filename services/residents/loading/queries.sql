-- PostgreSQL refuses COPY into a table with row level security, even to a role that may see all of it;
-- so rows come as arrays, one for each column, thousands of rows at a time.

-- name: allow_minutes
SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true);

-- name: any_resident
SELECT EXISTS (SELECT 1 FROM residents);

-- name: load_divisions
INSERT INTO divisions (district_code, code, level, kind, name, name_path, parent_code, code_system, valid_from, valid_to)
SELECT left(r.code, 6), r.code, r.level, r.kind, r.name, r.name_path, r.parent_code, r.code_system, r.valid_from,
    r.valid_to
FROM unnest(:code::text[], :level::text[], :kind::text[], :name::text[], :name_path::text[],
    :parent_code::text[], :code_system::text[], :valid_from::date[], :valid_to::date[])
    AS r (code, level, kind, name, name_path, parent_code, code_system, valid_from, valid_to);

-- name: load_division_aliases
INSERT INTO division_aliases (district_code, code_system, code, division_code, valid_from, valid_to)
SELECT left(r.division_code, 6), r.code_system, r.code, r.division_code, r.valid_from, r.valid_to
FROM unnest(:code_system::text[], :code::text[], :division_code::text[], :valid_from::date[], :valid_to::date[])
    AS r (code_system, code, division_code, valid_from, valid_to);

-- name: load_origin_divisions
INSERT INTO origin_divisions (code, name, full_name, level, parent_code)
SELECT r.code, r.name, r.full_name, r.level, r.parent_code
FROM unnest(:code::text[], :name::text[], :full_name::text[], :level::text[], :parent_code::text[])
    AS r (code, name, full_name, level, parent_code);

-- name: load_grid_workers
INSERT INTO grid_workers (district_code, id, division_code, name, phone_sealed, phone_masked, phone_index)
SELECT left(r.division_code, 6), r.id, r.division_code, r.name, r.phone_sealed, r.phone_masked, r.phone_index
FROM unnest(:id::uuid[], :division_code::text[], :name::text[], :phone_sealed::bytea[], :phone_masked::text[],
    :phone_index::bytea[])
    AS r (id, division_code, name, phone_sealed, phone_masked, phone_index);

-- name: load_grid_assignments
INSERT INTO grid_assignments (district_code, id, grid_code, worker_id, kind, starts_on, assigned_at, assigned_by)
SELECT left(r.grid_code, 6), r.id, r.grid_code, r.worker_id, 'PRIMARY', r.starts_on, :now::timestamptz, 'load'
FROM unnest(:id::uuid[], :grid_code::text[], :worker_id::uuid[], :starts_on::date[])
    AS r (id, grid_code, worker_id, starts_on);

-- name: load_households
INSERT INTO households (district_code, id, division_code, address)
SELECT left(r.division_code, 6), r.id, r.division_code, r.address
FROM unnest(:id::uuid[], :division_code::text[], :address::text[]) AS r (id, division_code, address);

-- name: load_residents
INSERT INTO residents (district_code, id, division_code, household_id, name, name_initials, sex, birth_on, relation,
    document_kind, document_number_sealed, document_number_masked, document_number_index, person_key,
    phone_sealed, phone_masked, phone_index, phone_tail_index, guardian_id, registered_at, search_version)
SELECT left(r.division_code, 6), r.id, r.division_code, r.household_id, r.name, r.name_initials, r.sex, r.birth_on,
    r.relation, r.document_kind, r.document_number_sealed, r.document_number_masked, r.document_number_index,
    r.person_key, r.phone_sealed, r.phone_masked, r.phone_index, r.phone_tail_index, r.guardian_id,
    :registered_at::timestamptz, :search_version
FROM unnest(:id::uuid[], :division_code::text[], :household_id::uuid[], :name::text[], :name_initials::text[],
    :sex::text[], :birth_on::date[], :relation::text[], :document_kind::text[], :document_number_sealed::bytea[],
    :document_number_masked::text[], :document_number_index::bytea[], :person_key::text[], :phone_sealed::bytea[],
    :phone_masked::text[], :phone_index::bytea[], :phone_tail_index::bytea[], :guardian_id::uuid[])
    AS r (id, division_code, household_id, name, name_initials, sex, birth_on, relation, document_kind,
          document_number_sealed, document_number_masked, document_number_index, person_key, phone_sealed,
          phone_masked, phone_index, phone_tail_index, guardian_id);

-- name: addresses_of
SELECT h.id, h.address
FROM unnest(:ids::uuid[], :division_codes::text[]) AS k (id, division_code)
JOIN households h ON h.district_code = left(k.division_code, 6) AND h.id = k.id;

-- name: load_standings
INSERT INTO standings (district_code, resident_id, division_code, household_id, person_key, version, color, reasons,
    rule_version, decided_at)
SELECT left(r.division_code, 6), r.id, r.division_code, r.household_id, r.person_key, 1, 'GREEN', '{}', 1,
    :decided_at::timestamptz
FROM unnest(:id::uuid[], :division_code::text[], :household_id::uuid[], :person_key::text[])
    AS r (id, division_code, household_id, person_key);

-- name: roll_up
INSERT INTO grid_counters (district_code, division_code, residents, households)
SELECT c.district_code, c.division_code, sum(c.residents), sum(c.households)
FROM (
    SELECT r.district_code, r.division_code, count(*) AS residents, 0 AS households
    FROM residents r
    WHERE r.merged_into IS NULL
    GROUP BY r.district_code, r.division_code
    UNION ALL
    SELECT h.district_code, h.division_code, 0, count(*)
    FROM households h
    GROUP BY h.district_code, h.division_code
) c
GROUP BY c.district_code, c.division_code;

-- name: standings_to_tell
SELECT s.district_code, s.resident_id, s.division_code, s.person_key, s.version, s.color, s.expected_arrival_on,
       s.expected_origin_code, s.order_id, s.order_status, s.order_setting, s.order_ends_on
FROM standings s
WHERE (s.district_code, s.resident_id) > (:after_district::text, :after_resident::uuid)
ORDER BY s.district_code, s.resident_id
LIMIT :rows_max::int;

-- name: aliases_to_tell
SELECT a.district_code, a.lost_id, a.lost_person_key, a.survivor_id, r.person_key AS survivor_person_key, a.version
FROM resident_aliases a
LEFT JOIN residents r ON r.district_code = a.district_code AND r.id = a.survivor_id
WHERE (a.district_code, a.lost_id) > (:after_district::text, :after_resident::uuid)
ORDER BY a.district_code, a.lost_id
LIMIT :rows_max::int;

-- name: risk_regions_to_tell
SELECT r.district_code, r.id, r.code, r.level, r.valid_from, r.valid_to, r.version
FROM risk_regions r
ORDER BY r.district_code, r.id;
