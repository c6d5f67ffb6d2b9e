-- name: tickets_by_id
SELECT t.id, t.enterprise_id, t.credit_code, t.status, t.channel, t.subject, t.description, t.owner_name, t.opened_at
FROM problem_tickets t
WHERE t.district_code = :district_code AND t.id = key.value::uuid

-- name: tickets_of_enterprises
SELECT t.id, t.enterprise_id, t.credit_code, t.status, t.channel, t.subject, t.description, t.owner_name, t.opened_at
FROM problem_tickets t
WHERE t.district_code = :district_code AND t.enterprise_id = key.value::uuid
  AND (:status::text[] IS NULL OR t.status = ANY (:status::text[]))

-- name: history_of_tickets
SELECT h.id, h.at, h.status, h.by_name, h.owner_name, h.note
FROM ticket_history h
WHERE h.district_code = :district_code AND h.problem_ticket_id = key.value::uuid

-- name: insert_ticket
INSERT INTO problem_tickets (district_code, id, division_code, credit_code, enterprise_id, status, channel, subject,
    description, owner_name, liaison_team_id, opened_at)
VALUES (:district_code, :ticket_id, :division_code, :credit_code, :enterprise_id, :status, :channel, :subject,
    :description, :owner_name, :liaison_team_id, :opened_at)

-- name: lock_ticket
SELECT t.id, t.division_code, t.credit_code, t.status, t.owner_name
FROM problem_tickets t
WHERE t.district_code = :district_code AND t.id = :ticket_id
FOR NO KEY UPDATE

-- name: move_ticket
UPDATE problem_tickets
SET status = :status, owner_name = :owner_name
WHERE district_code = :district_code AND id = :ticket_id

-- name: insert_ticket_history
INSERT INTO ticket_history (district_code, id, division_code, credit_code, problem_ticket_id, at, status, subject,
    by_name, owner_name, note)
VALUES (:district_code, :history_id, :division_code, :credit_code, :ticket_id, :at, :status, :subject, :by_name,
    :owner_name, :note)
