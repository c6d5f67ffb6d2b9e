-- migrate:up

-- An import can be cancelled, says how far it is and why it failed, and gives up after some tries.
ALTER TABLE returnee_list_imports DROP CONSTRAINT returnee_list_imports_status_known;
ALTER TABLE returnee_list_imports
    ADD COLUMN bytes_done bigint NOT NULL DEFAULT 0,
    ADD COLUMN attempts int NOT NULL DEFAULT 0,
    ADD COLUMN failure_code text,
    ADD COLUMN failure_message_en text,
    ADD COLUMN failure_message_zh text,
    ADD CONSTRAINT returnee_list_imports_status_known
        CHECK (status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    ADD CONSTRAINT returnee_list_imports_failure_whole
        CHECK (num_nulls(failure_code, failure_message_en, failure_message_zh) IN (0, 3));
GRANT UPDATE (status, finished_at, attempts, failure_code, failure_message_en, failure_message_zh, leased_by,
    leased_until) ON returnee_list_imports TO residents_by_division;

-- What each version of a list says of a person, so that versions can be compared. A line that is refused because
-- the return is registered otherwise speaks of the person too.
ALTER TABLE returnee_list_entries DROP CONSTRAINT returnee_list_entries_once;
ALTER TABLE returnee_list_entries
    ADD COLUMN is_stored boolean NOT NULL DEFAULT true,
    ADD COLUMN identity_index bytea,
    ADD COLUMN said bytea;
UPDATE returnee_list_entries e SET identity_index = r.identity_index
FROM returnees r
WHERE r.district_code = e.district_code AND r.id = e.returnee_id;
CREATE UNIQUE INDEX returnee_list_entries_once ON returnee_list_entries (district_code, import_id, returnee_id)
    WHERE is_stored;
CREATE INDEX returnee_list_entries_of_person
    ON returnee_list_entries (district_code, import_id, identity_index, line);
CREATE POLICY with_their_import ON returnee_list_entries FOR SELECT TO residents_by_division
    USING (import_id IN (SELECT i.id FROM returnee_list_imports i));
GRANT SELECT ON returnee_list_entries TO residents_serving, residents_by_division, residents_by_person;

-- Who waits for a person's eye, and who may be meant.
CREATE INDEX returnees_to_match ON returnees (district_code, division_code, arrives_on, id) WHERE match = 'PROBABLE';

-- A candidate may live outside the scope of whoever looks: then the name is masked, and of the place the town is shown.
CREATE FUNCTION returnee_candidates(district text, candidates uuid[])
    RETURNS TABLE (id uuid, name text, national_id_masked text, phone_masked text, division_code text,
        is_within_scope boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT r.id,
        CASE WHEN w.within THEN r.name ELSE left(r.name, 1) || repeat('*', greatest(length(r.name) - 1, 1)) END,
        CASE WHEN w.within THEN r.document_number_masked END,
        r.phone_masked,
        CASE WHEN w.within THEN r.division_code ELSE left(r.division_code, 9) END,
        w.within
    FROM residents r
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
            WHERE starts_with(r.division_code, s)
        ) AS within
    ) w
    WHERE r.district_code = district AND r.id = ANY (candidates) AND r.merged_into IS NULL
    ORDER BY r.id
    LIMIT 20
$$;
REVOKE EXECUTE ON FUNCTION returnee_candidates FROM PUBLIC;
GRANT EXECUTE ON FUNCTION returnee_candidates TO residents_worker, residents_serving, residents_by_division,
    residents_by_person;

-- Of two returns on one day the riskier counts, whichever became known first.
CREATE OR REPLACE FUNCTION expected_arrival(district text, resident uuid, today date)
    RETURNS TABLE (arrives_on date, origin_code text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT t.arrives_on, t.origin_code
    FROM returnees t
    WHERE t.district_code = district AND t.resident_id = resident AND t.arrives_on >= today - 14
      AND NOT EXISTS (
          SELECT 1
          FROM quarantine_orders q
          WHERE q.district_code = district AND q.resident_id = resident AND q.starts_on >= t.arrives_on
            AND q.status NOT IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
      )
    ORDER BY t.arrives_on DESC, array_position(ARRAY['HIGH', 'MEDIUM', 'LOW'], t.risk_level), t.origin_code, t.id DESC
    LIMIT 1
$$;

-- migrate:down

CREATE OR REPLACE FUNCTION expected_arrival(district text, resident uuid, today date)
    RETURNS TABLE (arrives_on date, origin_code text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT t.arrives_on, t.origin_code
    FROM returnees t
    WHERE t.district_code = district AND t.resident_id = resident AND t.arrives_on >= today - 14
      AND NOT EXISTS (
          SELECT 1
          FROM quarantine_orders q
          WHERE q.district_code = district AND q.resident_id = resident AND q.starts_on >= t.arrives_on
            AND q.status NOT IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
      )
    ORDER BY t.arrives_on DESC, t.id DESC
    LIMIT 1
$$;
DROP FUNCTION returnee_candidates;
DROP INDEX returnees_to_match;
REVOKE SELECT ON returnee_list_entries FROM residents_serving, residents_by_division, residents_by_person;
DROP POLICY with_their_import ON returnee_list_entries;
DROP INDEX returnee_list_entries_of_person, returnee_list_entries_once;
DELETE FROM returnee_list_entries WHERE NOT is_stored;
ALTER TABLE returnee_list_entries
    DROP COLUMN is_stored,
    DROP COLUMN identity_index,
    DROP COLUMN said,
    ADD CONSTRAINT returnee_list_entries_once UNIQUE (district_code, import_id, returnee_id);
REVOKE UPDATE (status, finished_at, attempts, failure_code, failure_message_en, failure_message_zh, leased_by,
    leased_until) ON returnee_list_imports FROM residents_by_division;
ALTER TABLE returnee_list_imports DROP CONSTRAINT returnee_list_imports_status_known;
UPDATE returnee_list_imports SET status = 'FAILED' WHERE status = 'CANCELLED';
ALTER TABLE returnee_list_imports
    DROP CONSTRAINT returnee_list_imports_failure_whole,
    DROP COLUMN bytes_done,
    DROP COLUMN attempts,
    DROP COLUMN failure_code,
    DROP COLUMN failure_message_en,
    DROP COLUMN failure_message_zh,
    ADD CONSTRAINT returnee_list_imports_status_known CHECK (status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED'));
