-- name: scan_contexts
-- LIMIT 1 keeps a plan that was made while a table was small from scanning it once it is large.
SELECT c.division_code,
       c.name AS checkpoint_name,
       c.closed_at,
       d.checkpoint_id AS device_checkpoint_id,
       w.version IS NOT NULL AS known,
       w.color,
       w.home_division_code,
       w.expected_arrival_on,
       w.expected_origin_code,
       w.order_status,
       w.order_setting,
       w.order_ends_on,
       k.passage_id,
       k.fingerprint
FROM unnest(:district_codes::text[], :checkpoint_ids::uuid[], :device_ids::text[],
            :device_sequences::bigint[], :person_keys::text[]) WITH ORDINALITY
    AS scan(district_code, checkpoint_id, device_id, device_sequence, person_key, place)
LEFT JOIN LATERAL (
    SELECT division_code, name, closed_at
    FROM checkpoints
    WHERE district_code = scan.district_code AND id = scan.checkpoint_id
    LIMIT 1
) c ON true
LEFT JOIN LATERAL (
    SELECT checkpoint_id
    FROM devices
    WHERE district_code = scan.district_code AND id = scan.device_id
    LIMIT 1
) d ON true
LEFT JOIN LATERAL (
    SELECT version, color, home_division_code, expected_arrival_on, expected_origin_code, order_status,
        order_setting, order_ends_on
    FROM watchlist
    WHERE district_code = scan.district_code AND person_key = coalesce(
        (SELECT a.survivor_person_key
         FROM person_aliases a
         WHERE a.district_code = scan.district_code AND a.lost_person_key = scan.person_key),
        scan.person_key)
    LIMIT 1
) w ON true
LEFT JOIN LATERAL (
    SELECT passage_id, fingerprint
    FROM passage_keys
    WHERE district_code = scan.district_code AND device_id = scan.device_id
        AND device_sequence = scan.device_sequence
    LIMIT 1
) k ON true
ORDER BY scan.place;

-- name: store_passages
-- Keys, passages and both roll-ups in one statement; a scan whose key is taken meanwhile is left out.
WITH given AS (
    SELECT district_code, id, division_code, checkpoint_id, day, direction, occurred_at, received_at, device_id,
        device_sequence, person_key, person_name, document_kind, document_number_sealed,
        document_number_masked, pass_token_index, temperature_c, recheck_temperature_c, emergency,
        origin_code, destination_division_code, reason, companions, vehicle_plate, outcome,
        instruction_code, instruction_en, instruction_zh, quarantine_days, rule_version, decided_from, fingerprint
    FROM json_to_recordset(:rows::json) AS g(
        district_code text, id uuid, division_code text, checkpoint_id uuid, day date, direction text,
        occurred_at timestamptz, received_at timestamptz, device_id text, device_sequence bigint,
        person_key text, person_name text, document_kind text, document_number_sealed bytea,
        document_number_masked text, pass_token_index bytea, temperature_c numeric,
        recheck_temperature_c numeric, emergency boolean, origin_code text, destination_division_code text,
        reason text, companions int, vehicle_plate text, outcome text, instruction_code text,
        instruction_en text, instruction_zh text, quarantine_days int, rule_version text,
        decided_from jsonb, fingerprint bytea)
), fresh AS (
    INSERT INTO passage_keys (district_code, device_id, device_sequence, passage_id, fingerprint, recorded_at)
    SELECT district_code, device_id, device_sequence, id, fingerprint, received_at
    FROM given
    ORDER BY district_code, device_id, device_sequence
    ON CONFLICT DO NOTHING
    RETURNING passage_id
), stored AS (
    INSERT INTO passages (
        district_code, id, division_code, checkpoint_id, day, direction, occurred_at, received_at, device_id,
        device_sequence, person_key, person_name, document_kind, document_number_sealed,
        document_number_masked, pass_token_index, temperature_c, recheck_temperature_c, emergency,
        origin_code, destination_division_code, reason, companions, vehicle_plate, outcome,
        instruction_code, instruction_en, instruction_zh, quarantine_days, rule_version, decided_from)
    SELECT district_code, id, division_code, checkpoint_id, day, direction, occurred_at, received_at, device_id,
        device_sequence, person_key, person_name, document_kind, document_number_sealed,
        document_number_masked, pass_token_index, temperature_c, recheck_temperature_c, emergency,
        origin_code, destination_division_code, reason, companions, vehicle_plate, outcome,
        instruction_code, instruction_en, instruction_zh, quarantine_days, rule_version, decided_from
    FROM given JOIN fresh ON fresh.passage_id = given.id
    RETURNING district_code, division_code, day, id, checkpoint_id, direction, outcome, instruction_code,
        instruction_en, instruction_zh, quarantine_days, rule_version, temperature_c, occurred_at, received_at,
        person_key
), hours AS (
    INSERT INTO gate_hours AS h
        (district_code, checkpoint_id, hour, division_code, entries, exits, held, turned_back)
    SELECT district_code, checkpoint_id, date_trunc('hour', occurred_at), max(division_code),
        count(*) FILTER (WHERE direction = 'ENTRY'), count(*) FILTER (WHERE direction = 'EXIT'),
        count(*) FILTER (WHERE outcome = 'HELD'), count(*) FILTER (WHERE outcome = 'TURNED_BACK')
    FROM stored
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
    ON CONFLICT (district_code, checkpoint_id, hour) DO UPDATE SET
        entries = h.entries + EXCLUDED.entries, exits = h.exits + EXCLUDED.exits,
        held = h.held + EXCLUDED.held, turned_back = h.turned_back + EXCLUDED.turned_back
), days AS (
    INSERT INTO division_days AS d (district_code, division_code, day, passages, held, turned_back)
    SELECT district_code, division_code, day, count(*),
        count(*) FILTER (WHERE outcome = 'HELD'), count(*) FILTER (WHERE outcome = 'TURNED_BACK')
    FROM stored
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
    ON CONFLICT (district_code, day, division_code) DO UPDATE SET
        passages = d.passages + EXCLUDED.passages, held = d.held + EXCLUDED.held,
        turned_back = d.turned_back + EXCLUDED.turned_back
)
SELECT id, checkpoint_id, direction, outcome, instruction_code, instruction_en, instruction_zh,
       quarantine_days, rule_version, temperature_c, occurred_at, received_at, person_key
FROM stored;

-- name: stored_passages
SELECT p.id, p.checkpoint_id, p.direction, p.outcome, p.instruction_code, p.instruction_en, p.instruction_zh,
       p.quarantine_days, p.rule_version, p.temperature_c, p.occurred_at, p.received_at, p.person_key
FROM unnest(:district_codes::text[], :ids::uuid[]) AS asked(district_code, id)
CROSS JOIN LATERAL (
    SELECT id, checkpoint_id, direction, outcome, instruction_code, instruction_en, instruction_zh,
        quarantine_days, rule_version, temperature_c, occurred_at, received_at, person_key
    FROM passages
    WHERE district_code = asked.district_code AND id = asked.id
    LIMIT 1
) p;

-- name: forget_passage_keys
WITH old AS (
    SELECT district_code, device_id, device_sequence
    FROM passage_keys
    WHERE recorded_at < :before
    LIMIT 1000
), gone AS (
    DELETE FROM passage_keys k USING old
    WHERE k.district_code = old.district_code AND k.device_id = old.device_id
        AND k.device_sequence = old.device_sequence
    RETURNING 1
)
SELECT count(*) FROM gone;

-- name: passages_by_id
SELECT p.id,
       p.checkpoint_id,
       p.direction,
       p.outcome,
       CASE WHEN :language::text = 'zh' THEN p.instruction_zh ELSE p.instruction_en END AS instruction,
       p.instruction_code,
       p.quarantine_days,
       p.rule_version,
       p.temperature_c,
       p.occurred_at,
       p.received_at,
       p.person_key,
       p.person_name,
       p.document_number_masked,
       p.origin_code,
       p.destination_division_code,
       p.reason,
       p.companions,
       p.vehicle_plate,
       p.division_code
FROM passages p
WHERE p.district_code = :district_code AND p.id = key.value::uuid;

-- name: passages_of_checkpoint
SELECT p.id,
       p.checkpoint_id,
       p.direction,
       p.outcome,
       CASE WHEN :language::text = 'zh' THEN p.instruction_zh ELSE p.instruction_en END AS instruction,
       p.instruction_code,
       p.quarantine_days,
       p.rule_version,
       p.temperature_c,
       p.occurred_at,
       p.received_at,
       p.person_key,
       p.person_name,
       p.document_number_masked,
       p.origin_code,
       p.destination_division_code,
       p.reason,
       p.companions,
       p.vehicle_plate,
       p.division_code
FROM passages p
WHERE p.district_code = :district_code AND p.checkpoint_id = key.value::uuid;

-- name: passages_of_person
SELECT p.id,
       p.checkpoint_id,
       p.direction,
       p.outcome,
       CASE WHEN :language::text = 'zh' THEN p.instruction_zh ELSE p.instruction_en END AS instruction,
       p.instruction_code,
       p.quarantine_days,
       p.rule_version,
       p.temperature_c,
       p.occurred_at,
       p.received_at,
       p.person_key,
       p.person_name,
       p.document_number_masked,
       p.origin_code,
       p.destination_division_code,
       p.reason,
       p.companions,
       p.vehicle_plate,
       p.division_code
FROM passages p
WHERE p.district_code = :district_code
  AND p.person_key = ANY ((SELECT keys_of_person(:district_code::text, key.value))::text[]);
