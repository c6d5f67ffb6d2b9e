-- name: set_operation
UPDATE enterprises
SET operation_status = :operation_status, capacity_percent = :capacity_percent, resumed_on = :resumed_on
WHERE district_code = :district_code AND id = :enterprise_id

-- name: insert_reading
INSERT INTO capacity_readings (district_code, id, division_code, credit_code, enterprise_id, source, percent, read_at,
    reported_by)
VALUES (:district_code, :reading_id, :division_code, :credit_code, :enterprise_id, :source, :percent, :read_at,
    :reported_by)

-- name: readings_of_enterprises
SELECT r.id, r.source, r.percent, r.read_at
FROM capacity_readings r
WHERE r.district_code = :district_code AND r.enterprise_id = key.value::uuid
