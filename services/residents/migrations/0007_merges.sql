-- migrate:up

-- A record that turned out to be of the same person as another. It stays with its numbers and keys, so that
-- whatever names it is understood for ever and a merge can be undone, and no list shows it.
ALTER TABLE residents ADD COLUMN merged_into uuid;
ALTER TABLE residents ADD CONSTRAINT residents_merged_into
    FOREIGN KEY (district_code, merged_into) REFERENCES residents (district_code, id);
ALTER TABLE residents ADD CONSTRAINT residents_merged_into_another CHECK (merged_into <> id);
CREATE INDEX residents_merged ON residents (district_code, merged_into) WHERE merged_into IS NOT NULL;
GRANT SELECT (merged_into) ON residents TO residents_serving, residents_by_division, residents_by_person;
CREATE INDEX residents_of_guardian ON residents (district_code, guardian_id) WHERE guardian_id IS NOT NULL;

-- One document, one child a guardian: among the records that stand.
ALTER TABLE residents DROP CONSTRAINT residents_one_per_document;
CREATE UNIQUE INDEX residents_one_per_document ON residents (district_code, document_number_index)
    WHERE merged_into IS NULL;
CREATE INDEX residents_merged_by_document ON residents (district_code, document_number_index)
    WHERE merged_into IS NOT NULL;
DROP INDEX residents_one_child_per_guardian;
CREATE UNIQUE INDEX residents_one_child_per_guardian ON residents (district_code, guardian_id, name, birth_on)
    WHERE document_number_index IS NULL AND merged_into IS NULL;

-- Who somebody is may be asked by any key that ever was the person's: the survivor of each lost record, the last of
-- a chain. No survivor: the merge was undone. The version tells other services which of two facts is newer.
CREATE TABLE resident_aliases (
    district_code text NOT NULL,
    lost_id uuid NOT NULL,
    lost_person_key text COLLATE "C" NOT NULL,
    survivor_id uuid,
    version bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT resident_aliases_pkey PRIMARY KEY (district_code, lost_id),
    CONSTRAINT resident_aliases_one_per_person_key UNIQUE (district_code, lost_person_key),
    CONSTRAINT resident_aliases_lost FOREIGN KEY (district_code, lost_id) REFERENCES residents (district_code, id),
    CONSTRAINT resident_aliases_survivor
        FOREIGN KEY (district_code, survivor_id) REFERENCES residents (district_code, id),
    CONSTRAINT resident_aliases_of_another CHECK (survivor_id <> lost_id)
);
CREATE INDEX resident_aliases_of_survivor ON resident_aliases (district_code, survivor_id)
    WHERE survivor_id IS NOT NULL;
ALTER TABLE resident_aliases ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON resident_aliases TO residents_worker USING (true) WITH CHECK (true);
-- Two ids are one person: that says nothing of either, and a key must be understood wherever it is shown.
CREATE POLICY everybody_resolves ON resident_aliases FOR SELECT TO residents_by_division, residents_by_person
    USING (true);
GRANT SELECT ON resident_aliases TO residents_serving, residents_by_division, residents_by_person;

CREATE TABLE resident_merges (
    district_code text NOT NULL,
    id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    lost_id uuid NOT NULL,
    lost_division_code text COLLATE "C" NOT NULL,
    reason text NOT NULL,
    note text,
    merged_by text NOT NULL,
    merged_at timestamptz NOT NULL,
    undone_by text,
    undone_at timestamptz,
    CONSTRAINT resident_merges_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT resident_merges_survivor FOREIGN KEY (district_code, survivor_id) REFERENCES residents (district_code, id),
    CONSTRAINT resident_merges_lost FOREIGN KEY (district_code, lost_id) REFERENCES residents (district_code, id),
    CONSTRAINT resident_merges_reason_known CHECK (
        reason IN ('SAME_DOCUMENT', 'SAME_PHONE_AND_NAME', 'RENAMED', 'REGISTERED_TWICE', 'OTHER')
    ),
    CONSTRAINT resident_merges_undoing_whole CHECK (num_nulls(undone_by, undone_at) IN (0, 2))
);
CREATE UNIQUE INDEX resident_merges_one_in_effect ON resident_merges (district_code, lost_id) WHERE undone_at IS NULL;
CREATE INDEX resident_merges_of_survivor ON resident_merges (district_code, survivor_id);
CREATE INDEX resident_merges_of_lost ON resident_merges (district_code, lost_id);
ALTER TABLE resident_merges ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON resident_merges TO residents_worker USING (true) WITH CHECK (true);
-- A merge is seen by whoever sees the person, as the person is known now, or the record that stands again.
CREATE POLICY with_person ON resident_merges FOR SELECT TO residents_by_division USING (
    EXISTS (SELECT 1 FROM residents r
        WHERE r.district_code = resident_merges.district_code AND r.merged_into IS NULL
            AND (r.id IN (survivor_id, lost_id) OR r.id = (SELECT a.survivor_id FROM resident_aliases a
                WHERE a.district_code = resident_merges.district_code AND a.lost_id = resident_merges.survivor_id)))
);
GRANT SELECT ON resident_merges TO residents_serving, residents_by_division, residents_by_person;

-- What a merge moved, as it was and as it became, precise enough to put it back; rows are only ever added.
CREATE TABLE resident_merge_moves (
    district_code text NOT NULL,
    merge_id uuid NOT NULL,
    place int NOT NULL,
    kind text NOT NULL,
    object_id uuid NOT NULL,
    words_en text NOT NULL,
    words_zh text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    CONSTRAINT resident_merge_moves_pkey PRIMARY KEY (district_code, merge_id, place),
    CONSTRAINT resident_merge_moves_merge
        FOREIGN KEY (district_code, merge_id) REFERENCES resident_merges (district_code, id)
);
ALTER TABLE resident_merge_moves ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON resident_merge_moves TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY with_merge ON resident_merge_moves FOR SELECT TO residents_by_division USING (
    EXISTS (SELECT 1 FROM resident_merges m
        WHERE m.district_code = resident_merge_moves.district_code AND m.id = merge_id)
);
GRANT SELECT ON resident_merge_moves TO residents_serving, residents_by_division, residents_by_person;
REVOKE UPDATE, DELETE ON resident_merge_moves FROM residents_worker;

CREATE INDEX returnees_by_candidate ON returnees USING gin (candidate_ids) WHERE candidate_ids <> '{}';

-- Whoever writes a row about a person while the record is being merged waits for it, and then has to look again:
-- that heals by itself, and no row ever names a lost record.
CREATE FUNCTION refuse_lost_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM 1 FROM residents r WHERE r.district_code = NEW.district_code AND r.id = NEW.resident_id FOR KEY SHARE;
    PERFORM 1 FROM resident_aliases a
        WHERE a.district_code = NEW.district_code AND a.lost_id = NEW.resident_id AND a.survivor_id IS NOT NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'the record was merged meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER refuse_lost_record BEFORE INSERT OR UPDATE OF resident_id ON quarantine_orders
    FOR EACH ROW WHEN (NEW.resident_id IS NOT NULL) EXECUTE FUNCTION refuse_lost_record();
CREATE TRIGGER refuse_lost_record BEFORE INSERT OR UPDATE OF resident_id ON screening_tasks
    FOR EACH ROW WHEN (NEW.resident_id IS NOT NULL) EXECUTE FUNCTION refuse_lost_record();
CREATE TRIGGER refuse_lost_record BEFORE INSERT OR UPDATE OF resident_id ON returnees
    FOR EACH ROW WHEN (NEW.resident_id IS NOT NULL) EXECUTE FUNCTION refuse_lost_record();

CREATE FUNCTION refuse_lost_guardian() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    PERFORM 1 FROM residents r
        WHERE r.district_code = NEW.district_code AND r.id IN (NEW.guardian_id, NEW.proxy_id) ORDER BY r.id FOR KEY SHARE;
    PERFORM 1 FROM resident_aliases a
        WHERE a.district_code = NEW.district_code AND a.lost_id IN (NEW.guardian_id, NEW.proxy_id)
            AND a.survivor_id IS NOT NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'the record was merged meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER refuse_lost_guardian BEFORE INSERT OR UPDATE OF guardian_id, proxy_id ON residents
    FOR EACH ROW WHEN (NEW.guardian_id IS NOT NULL OR NEW.proxy_id IS NOT NULL)
    EXECUTE FUNCTION refuse_lost_guardian();
REVOKE EXECUTE ON FUNCTION refuse_lost_record, refuse_lost_guardian FROM PUBLIC;

-- A person who signed in under a record that was merged since is the survivor.
CREATE FUNCTION own_resident() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT coalesce(
        (SELECT a.survivor_id FROM resident_aliases a
            WHERE a.district_code = nullif(current_setting('app.district', true), '')
                AND a.lost_id = nullif(current_setting('app.person', true), '')::uuid),
        nullif(current_setting('app.person', true), '')::uuid)
$$;
REVOKE EXECUTE ON FUNCTION own_resident FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_resident TO residents_by_person;
ALTER POLICY own_household ON residents USING (
    id = (SELECT own_resident()) OR household_id = nullif(current_setting('app.household', true), '')::uuid
);
ALTER POLICY own_household ON standings USING (
    resident_id = (SELECT own_resident()) OR household_id = nullif(current_setting('app.household', true), '')::uuid
);
ALTER POLICY as_proxy ON residents USING (proxy_id = (SELECT own_resident()));
ALTER POLICY as_proxy ON standings USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r
    WHERE r.district_code = nullif(current_setting('app.district', true), '') AND r.proxy_id = (SELECT own_resident())
)));

-- migrate:down

ALTER POLICY as_proxy ON standings USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r
    WHERE r.district_code = nullif(current_setting('app.district', true), '')
      AND r.proxy_id = nullif(current_setting('app.person', true), '')::uuid
)));
ALTER POLICY as_proxy ON residents USING (proxy_id = nullif(current_setting('app.person', true), '')::uuid);
ALTER POLICY own_household ON standings USING (
    resident_id = nullif(current_setting('app.person', true), '')::uuid
    OR household_id = nullif(current_setting('app.household', true), '')::uuid
);
ALTER POLICY own_household ON residents USING (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR household_id = nullif(current_setting('app.household', true), '')::uuid
);
DROP FUNCTION own_resident;
DROP TRIGGER refuse_lost_guardian ON residents;
DROP TRIGGER refuse_lost_record ON returnees;
DROP TRIGGER refuse_lost_record ON screening_tasks;
DROP TRIGGER refuse_lost_record ON quarantine_orders;
DROP FUNCTION refuse_lost_guardian;
DROP FUNCTION refuse_lost_record;
DROP INDEX returnees_by_candidate;
DROP TABLE resident_merge_moves;
DROP TABLE resident_merges;
DROP TABLE resident_aliases;
DROP INDEX residents_one_child_per_guardian;
CREATE UNIQUE INDEX residents_one_child_per_guardian ON residents (district_code, guardian_id, name, birth_on)
    WHERE document_number_index IS NULL;
DROP INDEX residents_merged_by_document;
DROP INDEX residents_one_per_document;
ALTER TABLE residents ADD CONSTRAINT residents_one_per_document UNIQUE (district_code, document_number_index);
DROP INDEX residents_of_guardian;
ALTER TABLE residents DROP COLUMN merged_into;
