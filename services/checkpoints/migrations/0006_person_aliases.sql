-- migrate:up

-- Who is known by another key since two records of residents were merged. No survivor: the merge was undone, and
-- the row stays, so that an older fact that comes late changes nothing.
CREATE TABLE person_aliases (
    district_code text NOT NULL,
    lost_person_key text COLLATE "C" NOT NULL,
    survivor_person_key text COLLATE "C",
    version bigint NOT NULL,
    taken_in_at timestamptz NOT NULL,
    CONSTRAINT person_aliases_pkey PRIMARY KEY (district_code, lost_person_key),
    CONSTRAINT person_aliases_of_another CHECK (survivor_person_key <> lost_person_key)
);
CREATE INDEX person_aliases_of_survivor ON person_aliases (district_code, survivor_person_key)
    WHERE survivor_person_key IS NOT NULL;
ALTER TABLE person_aliases ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON person_aliases TO checkpoints_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON person_aliases TO checkpoints_worker;

-- Every key under which passages may be recorded of the person whom one key means.
CREATE FUNCTION keys_of_person(district text, key text) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH person AS (
        SELECT coalesce(
            (SELECT a.survivor_person_key FROM person_aliases a
                WHERE a.district_code = district AND a.lost_person_key = key),
            key) AS survivor
    )
    SELECT array_agg(k.key)
    FROM (
        SELECT p.survivor AS key FROM person p
        UNION ALL
        SELECT a.lost_person_key FROM person p
        JOIN person_aliases a ON a.district_code = district AND a.survivor_person_key = p.survivor
    ) k
$$;
REVOKE EXECUTE ON FUNCTION keys_of_person FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keys_of_person TO checkpoints_worker, checkpoints_serving, checkpoints_by_division,
    checkpoints_by_checkpoint, checkpoints_by_person;
ALTER POLICY own_passages ON passages USING (
    person_key = ANY ((SELECT keys_of_person(
        nullif(current_setting('app.district', true), ''), nullif(current_setting('app.person_key', true), '')))::text[])
);

-- migrate:down

ALTER POLICY own_passages ON passages USING (
    person_key = nullif(current_setting('app.person_key', true), '')
);
DROP FUNCTION keys_of_person;
DROP TABLE person_aliases;
