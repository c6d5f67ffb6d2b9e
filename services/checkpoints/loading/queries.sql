-- name: any_checkpoint
SELECT EXISTS (SELECT 1 FROM checkpoints);

-- name: allow_minutes
SELECT set_config('statement_timeout', '300s', true) IS NOT NULL
    AND set_config('idle_in_transaction_session_timeout', '300s', true) IS NOT NULL;

-- name: load_organizations
INSERT INTO organizations (district_code, id, name, kind)
SELECT :district_code, id, name, kind
FROM json_to_recordset(:rows::json) AS g(id uuid, name text, kind text);

-- name: load_checkpoints
INSERT INTO checkpoints (
    district_code, id, division_code, name, kind, status, closed_at, opens_at, closes_at, minimum_strength)
SELECT :district_code, id, division_code, name, kind, status,
    CASE WHEN status = 'CLOSED' THEN :now::timestamptz END, opens_at, closes_at, minimum_strength
FROM json_to_recordset(:rows::json) AS g(
    id uuid, division_code text, name text, kind text, status text, opens_at time, closes_at time,
    minimum_strength int);

-- name: load_devices
INSERT INTO devices (district_code, id, checkpoint_id)
SELECT :district_code, device_id, checkpoint_id
FROM json_to_recordset(:rows::json) AS g(device_id text, checkpoint_id uuid);

-- name: load_staff
INSERT INTO staff (district_code, id, organization_id, name)
SELECT :district_code, id, organization_id, name
FROM json_to_recordset(:rows::json) AS g(id uuid, organization_id uuid, name text);

-- name: load_shifts
INSERT INTO duty_shifts (district_code, id, division_code, checkpoint_id, staff_id, starts_at, ends_at)
SELECT c.district_code, g.id, c.division_code, c.id, g.staff_id, g.starts_at, g.ends_at
FROM json_to_recordset(:rows::json) AS g(
    id uuid, checkpoint_id uuid, staff_id uuid, starts_at timestamptz, ends_at timestamptz)
LEFT JOIN checkpoints c ON c.district_code = :district_code AND c.id = g.checkpoint_id;
