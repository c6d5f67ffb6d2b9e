-- name: liaison_teams_by_id
SELECT t.id, t.name, t.phone, t.leader_name, t.division_code
FROM liaison_teams t
WHERE t.district_code = :district_code AND t.id = key.value::uuid

-- name: portfolio_of_teams
SELECT e.id, e.credit_code, e.name, e.operation_status
FROM enterprises e
WHERE e.district_code = :district_code AND e.liaison_team_id = key.value::uuid

-- name: leader_of_team
SELECT t.leader_name FROM liaison_teams t WHERE t.district_code = :district_code AND t.id = :team_id

-- name: load_teams
INSERT INTO liaison_teams (district_code, id, division_code, name, phone, leader_name)
SELECT left(r.division_code, 6), r.id, r.division_code, r.name, r.phone, r.leader_name
FROM jsonb_to_recordset(:rows::jsonb)
    AS r (id uuid, division_code text, name text, phone text, leader_name text)
ON CONFLICT (district_code, id) DO UPDATE
SET name = EXCLUDED.name, phone = EXCLUDED.phone, leader_name = EXCLUDED.leader_name
