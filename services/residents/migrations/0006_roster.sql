-- migrate:up

-- Households close, people leave and die, and who cannot report has a proxy.

ALTER TABLE households ADD COLUMN closed_on date;
GRANT UPDATE (address, closed_on) ON households TO residents_by_division;

ALTER TABLE residents
    ADD COLUMN status text NOT NULL DEFAULT 'REGISTERED',
    ADD COLUMN closed_on date,
    ADD COLUMN proxy_id uuid,
    ADD COLUMN proxy_worker_id uuid,
    ADD COLUMN phone_tail_index bytea,
    ADD COLUMN search_version int NOT NULL DEFAULT 0,
    ADD CONSTRAINT residents_proxy FOREIGN KEY (district_code, proxy_id) REFERENCES residents (district_code, id),
    ADD CONSTRAINT residents_proxy_worker
        FOREIGN KEY (district_code, proxy_worker_id) REFERENCES grid_workers (district_code, id),
    ADD CONSTRAINT residents_status_known CHECK (status IN ('REGISTERED', 'LEFT', 'DECEASED')),
    ADD CONSTRAINT residents_closed_on_a_day CHECK ((status = 'REGISTERED') = (closed_on IS NULL)),
    ADD CONSTRAINT residents_one_proxy CHECK (num_nonnulls(proxy_id, proxy_worker_id) <= 1),
    ADD CONSTRAINT residents_proxy_is_another CHECK (proxy_id <> id);

CREATE INDEX residents_of_proxy ON residents (district_code, proxy_id) WHERE proxy_id IS NOT NULL;
CREATE INDEX residents_by_phone_tail ON residents (district_code, phone_tail_index) WHERE phone_tail_index IS NOT NULL;
CREATE INDEX residents_by_search_version ON residents (search_version);

GRANT UPDATE (name, name_initials, sex, birth_on, relation, document_kind, document_number_sealed,
    document_number_masked, document_number_index, person_key, phone_sealed, phone_masked, phone_index,
    phone_tail_index, guardian_id, proxy_id, proxy_worker_id, search_version) ON residents TO residents_by_division;
GRANT SELECT (status, closed_on, proxy_id, proxy_worker_id)
    ON residents TO residents_serving, residents_by_division, residents_by_person;
GRANT SELECT (phone_tail_index, search_version) ON residents TO residents_by_division;

-- A proxy sees for whom to report. Orders and health checks follow: their policies ask who is visible here.
CREATE POLICY as_proxy ON residents FOR SELECT TO residents_by_person
    USING (proxy_id = nullif(current_setting('app.person', true), '')::uuid);
-- Update: the proxy's report may change the person's standing.
CREATE POLICY as_proxy ON standings TO residents_by_person USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r
    WHERE r.district_code = nullif(current_setting('app.district', true), '')
      AND r.proxy_id = nullif(current_setting('app.person', true), '')::uuid
)));

-- The name of whoever reports for somebody: masked where the proxy's own record is out of the reader's sight.
CREATE FUNCTION masked_resident_name(district text, resident uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT left(r.name, 1) || repeat('*', greatest(length(r.name) - 1, 1))
    FROM residents r
    WHERE r.district_code = district AND r.id = resident
$$;
CREATE FUNCTION resident_proxy_name(district text, proxy uuid, worker uuid) RETURNS text
    LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    SELECT coalesce(
        (SELECT r.name FROM residents r WHERE r.district_code = district AND r.id = proxy),
        masked_resident_name(district, proxy),
        (SELECT w.name FROM grid_workers w WHERE w.district_code = district AND w.id = worker)
    )
$$;
REVOKE EXECUTE ON FUNCTION masked_resident_name, resident_proxy_name FROM PUBLIC;
GRANT EXECUTE ON FUNCTION masked_resident_name, resident_proxy_name
    TO residents_worker, residents_serving, residents_by_division, residents_by_person;

-- What a resident is found by: each token starts with a letter for what it is of (n name, i initials, a address).
-- `shared` counts the characters that a smaller token of the same resident begins with, too: whoever asks for no
-- more than these finds the resident there, and only once.
CREATE TABLE resident_search_tokens (
    district_code text NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    token text COLLATE "C" NOT NULL,
    resident_id uuid NOT NULL,
    shared smallint NOT NULL,
    CONSTRAINT resident_search_tokens_pkey PRIMARY KEY (district_code, division_code, token, resident_id)
        INCLUDE (shared)
);
-- One index for who sees the whole district, the primary key for who sees some of its grids.
CREATE INDEX resident_search_tokens_by_token ON resident_search_tokens (district_code, token, resident_id)
    INCLUDE (division_code, shared);
ALTER TABLE resident_search_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON resident_search_tokens TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON resident_search_tokens TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
GRANT SELECT ON resident_search_tokens TO residents_serving, residents_by_division, residents_by_person;
GRANT INSERT, DELETE ON resident_search_tokens TO residents_by_division;

-- migrate:down

DROP TABLE resident_search_tokens;
DROP POLICY as_proxy ON standings;
DROP POLICY as_proxy ON residents;
DROP FUNCTION resident_proxy_name;
DROP FUNCTION masked_resident_name;
REVOKE UPDATE (name, name_initials, sex, birth_on, relation, document_kind, document_number_sealed,
    document_number_masked, document_number_index, person_key, phone_sealed, phone_masked, phone_index, guardian_id)
    ON residents FROM residents_by_division;
ALTER TABLE residents
    DROP COLUMN status,
    DROP COLUMN closed_on,
    DROP COLUMN proxy_id,
    DROP COLUMN proxy_worker_id,
    DROP COLUMN phone_tail_index,
    DROP COLUMN search_version,
    DROP CONSTRAINT IF EXISTS residents_proxy_is_another;
REVOKE UPDATE (address, closed_on) ON households FROM residents_by_division;
ALTER TABLE households DROP COLUMN closed_on;
