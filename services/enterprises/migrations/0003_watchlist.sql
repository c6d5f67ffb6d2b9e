-- migrate:up

-- What this service must know of a person to decide by itself, fed by facts. Requests do not read it.
CREATE TABLE watchlist (
    district_code text NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    color text NOT NULL,
    home_division_code text COLLATE "C",
    expected_arrival_on date,
    expected_origin_code text COLLATE "C",
    order_id uuid,
    order_status text,
    order_setting text,
    order_ends_on date,
    CONSTRAINT watchlist_pkey PRIMARY KEY (district_code, person_key)
);

CREATE TABLE risk_regions (
    district_code text NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    code text COLLATE "C" NOT NULL,
    level text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT risk_regions_pkey PRIMARY KEY (district_code, id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON watchlist, risk_regions TO enterprises_worker;
GRANT SELECT ON risk_regions
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
ALTER TABLE watchlist ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON watchlist TO enterprises_worker USING (true) WITH CHECK (true);

-- migrate:down
DROP TABLE risk_regions;
DROP TABLE watchlist;
