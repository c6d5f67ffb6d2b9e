-- migrate:up

-- What a gate must know of a person: a keyed hash, a color, an order. No name, no number.
CREATE TABLE watchlist (
    district_code text NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    color text,
    home_division_code text,
    expected_arrival_on date,
    expected_origin_code text,
    order_id uuid,
    order_status text,
    order_setting text,
    order_ends_on date,
    taken_in_at timestamptz NOT NULL,
    CONSTRAINT watchlist_pkey PRIMARY KEY (district_code, person_key)
);

-- Where a rebuild gathers its rows before they replace the watchlist at once. Only the worker is granted it;
-- COPY does not work under row level security.
CREATE UNLOGGED TABLE watchlist_incoming (
    district_code text NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    color text,
    home_division_code text,
    expected_arrival_on date,
    expected_origin_code text,
    order_id uuid,
    order_status text,
    order_setting text,
    order_ends_on date
);

-- When the last fact was taken in: how far a gate's knowledge may lag behind. The machine's time.
CREATE TABLE watchlist_state (
    district_code text NOT NULL,
    taken_in_at timestamptz NOT NULL,
    CONSTRAINT watchlist_state_pkey PRIMARY KEY (district_code)
);

CREATE TABLE risk_regions (
    district_code text NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    code text NOT NULL,
    level text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT risk_regions_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT risk_regions_level CHECK (level IN ('LOW', 'MEDIUM', 'HIGH'))
);

ALTER TABLE watchlist ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON watchlist TO checkpoints_worker USING (true) WITH CHECK (true);

GRANT SELECT ON watchlist_state
    TO checkpoints_serving, checkpoints_by_division, checkpoints_by_checkpoint, checkpoints_by_person;
GRANT SELECT, INSERT, UPDATE, DELETE ON watchlist, watchlist_state, risk_regions TO checkpoints_worker;
GRANT SELECT, INSERT, TRUNCATE ON watchlist_incoming TO checkpoints_worker;

-- migrate:down

DROP TABLE risk_regions;
DROP TABLE watchlist_state;
DROP TABLE watchlist_incoming;
DROP TABLE watchlist;
