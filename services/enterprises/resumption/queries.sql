-- name: applications_by_id
SELECT a.id, a.enterprise_id, a.credit_code, a.division_code, a.status, a.mode, a.policy_version, a.planned_on,
       a.submitted_at, a.review_level, a.due_at,
       precheck_in_words(a.precheck_passed, a.findings, :language) AS precheck,
       history_in_words(a.district_code, a.id, :language) AS history
FROM resumption_applications a
WHERE a.district_code = :district_code AND a.id = key.value::uuid

-- name: applications_of_enterprises
SELECT a.id, a.enterprise_id, a.credit_code, a.division_code, a.status, a.mode, a.policy_version, a.planned_on,
       a.submitted_at, a.review_level, a.due_at,
       precheck_in_words(a.precheck_passed, a.findings, :language) AS precheck,
       history_in_words(a.district_code, a.id, :language) AS history
FROM resumption_applications a
WHERE a.district_code = :district_code AND a.enterprise_id = key.value::uuid
  AND (:status::text[] IS NULL OR a.status = ANY (:status::text[]))

-- name: applications_of_scope
SELECT a.id, a.enterprise_id, a.credit_code, a.division_code, a.status, a.mode, a.policy_version, a.planned_on,
       a.submitted_at, a.review_level, a.due_at,
       precheck_in_words(a.precheck_passed, a.findings, :language) AS precheck,
       history_in_words(a.district_code, a.id, :language) AS history
FROM resumption_applications a
WHERE a.district_code = :district_code
  AND a.division_code >= key.value AND a.division_code < key.value || '~'
  AND (:status::text[] IS NULL OR a.status = ANY (:status::text[]))

-- name: open_application
SELECT a.id, a.status
FROM resumption_applications a
WHERE a.district_code = :district_code AND a.enterprise_id = :enterprise_id
  AND a.status IN ('DRAFT', 'SUBMITTED', 'PRECHECKED', 'UNDER_REVIEW', 'RETURNED', 'INSPECTING')
FOR NO KEY UPDATE

-- name: lock_application
SELECT a.district_code, a.id, a.division_code, a.credit_code, a.enterprise_id, a.status, a.mode, a.review_level,
       a.planned_on, a.submitted_at, a.precheck_passed, jsonb_array_length(a.findings) AS finding_count
FROM resumption_applications a
WHERE a.district_code = :district_code AND a.id = :application_id
FOR NO KEY UPDATE

-- name: insert_application
INSERT INTO resumption_applications (district_code, id, division_code, credit_code, enterprise_id, status, mode,
    policy_version, review_level, planned_on, person_in_charge_name, person_in_charge_phone_sealed,
    person_in_charge_phone_masked, masks, thermometers, disinfectant_liters, isolation_rooms, dormitories, canteen_plan,
    undertaking_accepted, submitted_at, due_at, precheck_passed, findings, prechecked_on)
VALUES (:district_code, :application_id, :division_code, :credit_code, :enterprise_id, :status, :mode,
    :policy_version, :review_level, :planned_on, :person_in_charge_name, :person_in_charge_phone_sealed,
    :person_in_charge_phone_masked, :masks, :thermometers, :disinfectant_liters, :isolation_rooms, :dormitories,
    :canteen_plan, :undertaking_accepted, :submitted_at, :due_at, :precheck_passed, :findings, :prechecked_on)

-- name: rewrite_application
UPDATE resumption_applications
SET status = :status, mode = :mode, policy_version = :policy_version, review_level = :review_level,
    planned_on = :planned_on, person_in_charge_name = :person_in_charge_name,
    person_in_charge_phone_sealed = :person_in_charge_phone_sealed,
    person_in_charge_phone_masked = :person_in_charge_phone_masked, masks = :masks, thermometers = :thermometers,
    disinfectant_liters = :disinfectant_liters, isolation_rooms = :isolation_rooms, dormitories = :dormitories,
    canteen_plan = :canteen_plan, undertaking_accepted = :undertaking_accepted, submitted_at = :submitted_at,
    due_at = :due_at, precheck_passed = :precheck_passed, findings = :findings, prechecked_on = :prechecked_on
WHERE district_code = :district_code AND id = :application_id

-- name: set_status
UPDATE resumption_applications
SET status = :status
WHERE district_code = :district_code AND id = :application_id

-- name: set_precheck
UPDATE resumption_applications
SET precheck_passed = :precheck_passed, findings = :findings, prechecked_on = :prechecked_on
WHERE district_code = :district_code AND id = :application_id

-- name: insert_history
INSERT INTO application_history (district_code, id, division_code, credit_code, application_id, at, status, subject,
    by_name, note_en, note_zh)
VALUES (:district_code, :history_id, :division_code, :credit_code, :application_id, :at, :status, :subject, :by_name,
    :note_en, :note_zh)

-- name: plan_of_application
SELECT a.masks, a.thermometers, a.disinfectant_liters, a.isolation_rooms, a.dormitories, a.canteen_plan,
       a.undertaking_accepted, a.findings
FROM resumption_applications a
WHERE a.district_code = :district_code AND a.id = :application_id

-- name: applications_naming
SELECT DISTINCT r.application_id
FROM roster_entries r
JOIN resumption_applications a ON a.district_code = r.district_code AND a.id = r.application_id
WHERE r.district_code = :district_code AND a.status NOT IN ('REJECTED', 'WITHDRAWN') AND r.status <> 'LEFT'
  AND r.person_key = ANY (ARRAY(
      SELECT k.key FROM unnest(:person_keys::text[]) AS k (key)
      UNION
      SELECT l.lost_person_key FROM person_aliases l
      WHERE l.district_code = :district_code AND l.survivor_person_key = ANY (:person_keys::text[])))
ORDER BY r.application_id

-- name: applications_with_origin
SELECT DISTINCT r.application_id
FROM roster_entries r
JOIN resumption_applications a ON a.district_code = r.district_code AND a.id = r.application_id
LEFT JOIN person_aliases l ON l.district_code = r.district_code AND l.lost_person_key = r.person_key
LEFT JOIN watchlist w ON w.district_code = r.district_code
    AND w.person_key = coalesce(l.survivor_person_key, r.person_key)
WHERE r.district_code = :district_code AND a.status NOT IN ('REJECTED', 'WITHDRAWN') AND r.status <> 'LEFT'
  AND (starts_with(r.origin_code, :prefix) OR starts_with(w.expected_origin_code, :prefix))
ORDER BY r.application_id

-- name: applications_to_recheck
SELECT a.district_code, a.id
FROM resumption_applications a
WHERE a.prechecked_on < :today
  AND a.status IN ('DRAFT', 'SUBMITTED', 'PRECHECKED', 'UNDER_REVIEW', 'RETURNED', 'INSPECTING')
ORDER BY a.prechecked_on, a.id
LIMIT 50
