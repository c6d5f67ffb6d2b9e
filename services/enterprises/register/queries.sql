-- name: industries_by_code
SELECT i.code, i.name, i.level, i.parent_code FROM industries i WHERE i.code = key.value

-- name: enterprises_by_id
SELECT e.id, e.credit_code, e.name, e.kind, e.size, e.industry_code, e.division_code, e.address, e.contact_name,
       e.contact_phone_masked, e.operation_status, e.capacity_percent, e.resumed_on, e.liaison_team_id
FROM enterprises e
WHERE e.district_code = :district_code AND e.id = key.value::uuid

-- name: enterprises_by_credit_code
SELECT e.id, e.credit_code, e.name, e.kind, e.size, e.industry_code, e.division_code, e.address, e.contact_name,
       e.contact_phone_masked, e.operation_status, e.capacity_percent, e.resumed_on, e.liaison_team_id
FROM enterprises e
WHERE e.district_code = :district_code AND e.credit_code = key.value

-- name: enterprises_of_scope
SELECT e.id, e.credit_code, e.name, e.kind, e.size, e.industry_code, e.division_code, e.address, e.contact_name,
       e.contact_phone_masked, e.operation_status, e.capacity_percent, e.resumed_on, e.liaison_team_id
FROM enterprises e
WHERE e.district_code = :district_code
  AND e.division_code >= key.value AND e.division_code < key.value || '~'
  AND (:kind::text[] IS NULL OR e.kind = ANY (:kind::text[]))
  AND (:operation_status::text[] IS NULL OR e.operation_status = ANY (:operation_status::text[]))

-- name: enterprise_by_id
SELECT e.district_code, e.id, e.division_code, e.credit_code, e.name, e.kind, e.size, e.industry_code,
       e.liaison_team_id, e.operation_status, e.capacity_percent, e.resumed_on
FROM enterprises e
WHERE e.district_code = :district_code AND e.id = :enterprise_id

-- name: enterprise_by_credit_code
SELECT e.district_code, e.id, e.division_code, e.credit_code, e.name, e.kind, e.size, e.industry_code,
       e.liaison_team_id, e.operation_status, e.capacity_percent, e.resumed_on
FROM enterprises e
WHERE e.district_code = :district_code AND e.credit_code = :credit_code

-- name: lock_enterprise
SELECT e.district_code, e.id, e.division_code, e.credit_code, e.name, e.kind, e.size, e.industry_code,
       e.liaison_team_id, e.operation_status, e.capacity_percent, e.resumed_on
FROM enterprises e
WHERE e.district_code = :district_code AND e.id = :enterprise_id
FOR NO KEY UPDATE

-- name: industry_is_known
SELECT EXISTS (SELECT 1 FROM industries i WHERE i.code = :code)

-- name: insert_enterprise
INSERT INTO enterprises (district_code, id, division_code, credit_code, name, kind, size, industry_code, address,
    contact_name, contact_phone_sealed, contact_phone_masked, liaison_team_id, operation_status, registered_at)
VALUES (:district_code, :enterprise_id, :division_code, :credit_code, :name, :kind, :size, :industry_code, :address,
    :contact_name, :contact_phone_sealed, :contact_phone_masked, :liaison_team_id, 'STOPPED', :registered_at)

-- name: load_industries
INSERT INTO industries (code, name, level, parent_code)
SELECT r.code, r.name, r.level, r.parent_code
FROM jsonb_to_recordset(:rows::jsonb) AS r (code text, name text, level text, parent_code text)
ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, level = EXCLUDED.level, parent_code = EXCLUDED.parent_code

-- name: load_enterprises
INSERT INTO enterprises (district_code, id, division_code, credit_code, name, kind, size, industry_code, address,
    contact_name, contact_phone_sealed, contact_phone_masked, liaison_team_id, operation_status, capacity_percent,
    resumed_on, registered_at)
SELECT left(r.division_code, 6), r.id, r.division_code, r.credit_code, r.name, r.kind, r.size, r.industry_code,
    r.address, r.contact_name, decode(r.contact_phone_sealed, 'hex'), r.contact_phone_masked, r.liaison_team_id,
    r.operation_status, r.capacity_percent, r.resumed_on, :registered_at
FROM jsonb_to_recordset(:rows::jsonb) AS r (id uuid, division_code text, credit_code text, name text, kind text,
    size text, industry_code text, address text, contact_name text, contact_phone_sealed text,
    contact_phone_masked text, liaison_team_id uuid, operation_status text, capacity_percent int, resumed_on date)
ON CONFLICT DO NOTHING
RETURNING division_code, operation_status
