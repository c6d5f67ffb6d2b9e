-- name: contacts_by_id
SELECT c.id, c.household_id, c.resident_id, c.task_id, c.how, c.reason, c.outcome, c.asked_again_because, c.note,
       c.made_by_name, c.made_at
FROM contacts c
WHERE c.district_code = :district_code::text AND c.id = key.value::uuid;

-- name: contacts_of_households
SELECT c.id, c.household_id, c.resident_id, c.task_id, c.how, c.reason, c.outcome, c.asked_again_because, c.note,
       c.made_by_name, c.made_at
FROM contacts c
WHERE c.district_code = :district_code::text AND c.household_id = key.value::uuid;

-- name: contacts_of_residents
-- With the person, under whatever record, or with the household the person belongs to as a whole.
SELECT c.id, c.household_id, c.resident_id, c.task_id, c.how, c.reason, c.outcome, c.asked_again_because, c.note,
       c.made_by_name, c.made_at
FROM contacts c
WHERE c.district_code = :district_code::text
  AND c.id = ANY (ARRAY(
      SELECT o.id FROM contacts o
      WHERE o.district_code = :district_code::text AND o.resident_id = ANY (ARRAY(
          SELECT key.value::uuid
          UNION ALL
          SELECT a.lost_id FROM resident_aliases a
          WHERE a.district_code = :district_code::text AND a.survivor_id = key.value::uuid))
      UNION
      SELECT o.id FROM contacts o
      WHERE o.district_code = :district_code::text AND o.resident_id IS NULL AND o.household_id = (
          SELECT r.household_id FROM residents r
          WHERE r.district_code = :district_code::text AND r.id = key.value::uuid)
  ));

-- name: contacts_of_tasks
-- Of the task itself, and of whomever it is about, whatever they were contacted for. Arrays and single values, so
-- that each part is an index scan whatever the statistics say.
SELECT c.id, c.household_id, c.resident_id, c.task_id, c.how, c.reason, c.outcome, c.asked_again_because, c.note,
       c.made_by_name, c.made_at
FROM contacts c
WHERE c.district_code = :district_code::text
  AND c.id = ANY (ARRAY(
      SELECT o.id FROM contacts o
      WHERE o.district_code = :district_code::text AND o.task_id = key.value::uuid
      UNION
      SELECT o.id FROM contacts o
      WHERE o.district_code = :district_code::text AND o.household_id = (
          SELECT t.household_id FROM screening_tasks t
          WHERE t.district_code = :district_code::text AND t.id = key.value::uuid)
      UNION
      SELECT o.id FROM contacts o
      WHERE o.district_code = :district_code::text AND o.resident_id = (
          SELECT t.resident_id FROM screening_tasks t
          WHERE t.district_code = :district_code::text AND t.id = key.value::uuid)
  ));

-- name: earlier_contact
-- Whoever asks a household asks all of it; whoever asks one person minds that person and the household as a whole.
SELECT c.how, c.reason, c.made_by_name, c.made_at
FROM contacts c
WHERE c.district_code = :district_code AND c.household_id = :household_id::uuid
  AND c.reason = :reason AND c.outcome = 'REACHED' AND c.made_at > :since
  AND (:resident_id::uuid IS NULL OR c.resident_id IS NULL OR c.resident_id = :resident_id::uuid)
  AND (:task_id::uuid IS NULL OR c.task_id IS DISTINCT FROM :task_id::uuid)
ORDER BY c.made_at DESC, c.id
LIMIT 1;

-- name: insert_contact
INSERT INTO contacts (district_code, id, division_code, household_id, resident_id, task_id, how, reason, outcome,
    asked_again_because, note, made_by, made_by_name, made_at)
VALUES (:district_code, :id, :division_code, :household_id, :resident_id, :task_id, :how, :reason, :outcome,
    :asked_again_because, :note, :made_by, :made_by_name, :made_at);

-- name: last_contacts_of_households
SELECT c.id, c.household_id, c.resident_id, c.task_id, c.how, c.reason, c.outcome, c.asked_again_because, c.note,
       c.made_by_name, c.made_at
FROM contacts c
WHERE c.district_code = :district_code::text AND c.household_id = key.value::uuid
ORDER BY c.made_at DESC, c.id DESC
LIMIT 1;

-- name: last_contacts_of_residents
SELECT c.id, c.household_id, c.resident_id, c.task_id, c.how, c.reason, c.outcome, c.asked_again_because, c.note,
       c.made_by_name, c.made_at
FROM contacts c
WHERE c.district_code = :district_code::text
  AND c.id = ANY (ARRAY(
      SELECT o.id FROM contacts o
      WHERE o.district_code = :district_code::text AND o.resident_id = ANY (ARRAY(
          SELECT key.value::uuid
          UNION ALL
          SELECT a.lost_id FROM resident_aliases a
          WHERE a.district_code = :district_code::text AND a.survivor_id = key.value::uuid))
      UNION
      SELECT o.id FROM contacts o
      WHERE o.district_code = :district_code::text AND o.resident_id IS NULL AND o.household_id = (
          SELECT r.household_id FROM residents r
          WHERE r.district_code = :district_code::text AND r.id = key.value::uuid)
  ))
ORDER BY c.made_at DESC, c.id DESC
LIMIT 1;

-- name: last_contacts_of_tasks
SELECT c.id, c.household_id, c.resident_id, c.task_id, c.how, c.reason, c.outcome, c.asked_again_because, c.note,
       c.made_by_name, c.made_at
FROM contacts c
WHERE c.district_code = :district_code::text
  AND c.id = ANY (ARRAY(
      SELECT o.id FROM contacts o
      WHERE o.district_code = :district_code::text AND o.task_id = key.value::uuid
      UNION
      SELECT o.id FROM contacts o
      WHERE o.district_code = :district_code::text AND o.household_id = (
          SELECT t.household_id FROM screening_tasks t
          WHERE t.district_code = :district_code::text AND t.id = key.value::uuid)
      UNION
      SELECT o.id FROM contacts o
      WHERE o.district_code = :district_code::text AND o.resident_id = (
          SELECT t.resident_id FROM screening_tasks t
          WHERE t.district_code = :district_code::text AND t.id = key.value::uuid)
  ))
ORDER BY c.made_at DESC, c.id DESC
LIMIT 1;
