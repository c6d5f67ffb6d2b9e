-- migrate:up

-- Quarantine orders 隔离单 and their health checks.

CREATE TABLE quarantine_orders (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    resident_id uuid NOT NULL,
    status text NOT NULL,
    setting text NOT NULL,
    reason text NOT NULL,
    length_days int NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    issued_at timestamptz,
    delivered_at timestamptz,
    delivery_method text,
    delivery_receiver text,
    revocation_asked_by text,
    revocation_asked_at timestamptz,
    revocation_reason text,
    transfer_place text,
    ended_at timestamptz,
    changes int NOT NULL,
    CONSTRAINT quarantine_orders_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT quarantine_orders_resident
        FOREIGN KEY (district_code, resident_id) REFERENCES residents (district_code, id),
    CONSTRAINT quarantine_orders_of_a_grid CHECK (length(division_code) = 15 AND starts_with(division_code, district_code)),
    CONSTRAINT quarantine_orders_status_known CHECK (status IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE',
        'RELEASED', 'TRANSFERRED_MEDICAL', 'TRANSFERRED_FACILITY', 'REVOKED', 'MERGED')),
    CONSTRAINT quarantine_orders_setting_known CHECK (setting IN ('HOME', 'FACILITY')),
    CONSTRAINT quarantine_orders_days_fit CHECK (length_days BETWEEN 1 AND 60 AND ends_on = starts_on + length_days),
    CONSTRAINT quarantine_orders_issued_when_in_force CHECK (
        issued_at IS NOT NULL OR status IN ('DRAFT', 'REVOKED', 'MERGED')
    ),
    CONSTRAINT quarantine_orders_delivered_after_issue CHECK (delivered_at >= issued_at),
    CONSTRAINT quarantine_orders_delivery_whole CHECK (num_nulls(delivered_at, delivery_method, delivery_receiver) IN (0, 3)),
    CONSTRAINT quarantine_orders_revocation_whole CHECK (
        num_nulls(revocation_asked_by, revocation_asked_at, revocation_reason) IN (0, 3)
    )
);
CREATE UNIQUE INDEX quarantine_orders_one_open_per_resident ON quarantine_orders (district_code, resident_id)
    WHERE status IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE');
CREATE INDEX quarantine_orders_by_division ON quarantine_orders (district_code, division_code, starts_on, id);
CREATE INDEX quarantine_orders_of_resident ON quarantine_orders (district_code, resident_id, starts_on, id);
CREATE INDEX quarantine_orders_running ON quarantine_orders (ends_on) WHERE status IN ('ISSUED', 'DELIVERED', 'ACTIVE');
ALTER TABLE quarantine_orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON quarantine_orders TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON quarantine_orders TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
CREATE POLICY own_household ON quarantine_orders FOR SELECT TO residents_by_person USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r WHERE r.district_code = nullif(current_setting('app.district', true), '')
)));
-- The first health check after delivery makes an order active: nothing else of it is the household's to change.
CREATE POLICY own_household_activates ON quarantine_orders FOR UPDATE TO residents_by_person USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r WHERE r.district_code = nullif(current_setting('app.district', true), '')
)))
    WITH CHECK (status = 'ACTIVE');
GRANT SELECT, INSERT, UPDATE ON quarantine_orders TO residents_by_division;
GRANT SELECT, UPDATE (status, changes) ON quarantine_orders TO residents_by_person;
GRANT SELECT ON quarantine_orders TO residents_serving;

-- What happened to an order; rows are only ever added.
CREATE TABLE quarantine_order_history (
    district_code text NOT NULL,
    quarantine_order_id uuid NOT NULL,
    change int NOT NULL,
    at timestamptz NOT NULL,
    transition text NOT NULL,
    status_before text,
    status_after text NOT NULL,
    by_subject text NOT NULL,
    note text,
    CONSTRAINT quarantine_order_history_pkey PRIMARY KEY (district_code, quarantine_order_id, change),
    CONSTRAINT quarantine_order_history_order
        FOREIGN KEY (district_code, quarantine_order_id) REFERENCES quarantine_orders (district_code, id)
);
ALTER TABLE quarantine_order_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON quarantine_order_history TO residents_worker USING (true) WITH CHECK (true);
-- An order's history belongs to whom the order is visible.
CREATE POLICY with_order ON quarantine_order_history TO residents_by_division, residents_by_person USING (
    EXISTS (SELECT 1 FROM quarantine_orders o
        WHERE o.district_code = quarantine_order_history.district_code AND o.id = quarantine_order_id)
);
GRANT SELECT, INSERT ON quarantine_order_history TO residents_by_division;
GRANT INSERT ON quarantine_order_history TO residents_by_person;
REVOKE UPDATE, DELETE ON quarantine_order_history FROM residents_worker;

CREATE TABLE health_checks (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    quarantine_order_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    slot_at timestamptz NOT NULL,
    status text NOT NULL,
    first_temperature_c numeric(3, 1),
    temperature_c numeric(3, 1),
    symptoms text[] NOT NULL,
    reported_at timestamptz,
    reported_by text,
    reported_as text,
    conclusion text,
    reviewed_at timestamptz,
    changes int NOT NULL,
    CONSTRAINT health_checks_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT health_checks_one_per_slot UNIQUE (district_code, quarantine_order_id, slot_at),
    CONSTRAINT health_checks_order
        FOREIGN KEY (district_code, quarantine_order_id) REFERENCES quarantine_orders (district_code, id),
    CONSTRAINT health_checks_status_known CHECK (
        status IN ('EXPECTED', 'REPORTED', 'RECHECK_DUE', 'MISSED', 'ABNORMAL', 'ESCALATED', 'REVIEWED')
    ),
    CONSTRAINT health_checks_temperature_possible CHECK (
        temperature_c BETWEEN 34.0 AND 43.0 AND first_temperature_c BETWEEN 34.0 AND 43.0
    ),
    CONSTRAINT health_checks_reading_whole CHECK (
        num_nulls(first_temperature_c, temperature_c, reported_at, reported_by, reported_as)
            = CASE WHEN status IN ('EXPECTED', 'MISSED') THEN 5 ELSE 0 END
    ),
    CONSTRAINT health_checks_review_whole CHECK (
        num_nulls(conclusion, reviewed_at) = CASE WHEN status = 'REVIEWED' THEN 0 ELSE 2 END
    )
);
CREATE INDEX health_checks_due_by_division ON health_checks (district_code, division_code, slot_at, id)
    WHERE status IN ('EXPECTED', 'RECHECK_DUE');
CREATE INDEX health_checks_waiting ON health_checks (slot_at) WHERE status IN ('EXPECTED', 'RECHECK_DUE');
ALTER TABLE health_checks ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON health_checks TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY region ON health_checks TO residents_by_division USING (
    division_code >= (SELECT min(s) FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND division_code < (SELECT max((s || '~') COLLATE "C") FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
    AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
        WHERE division_code >= s AND division_code < s || '~')
);
CREATE POLICY own_household ON health_checks FOR SELECT TO residents_by_person USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r WHERE r.district_code = nullif(current_setting('app.district', true), '')
)));
CREATE POLICY own_household_reports ON health_checks FOR UPDATE TO residents_by_person USING (resident_id = ANY (ARRAY(
    SELECT r.id FROM residents r WHERE r.district_code = nullif(current_setting('app.district', true), '')
)))
    WITH CHECK (status IN ('REPORTED', 'RECHECK_DUE', 'ESCALATED'));
GRANT SELECT, INSERT, UPDATE, DELETE ON health_checks TO residents_by_division;
GRANT SELECT, UPDATE (status, first_temperature_c, temperature_c, symptoms, reported_at, reported_by, reported_as, changes)
    ON health_checks TO residents_by_person;
GRANT SELECT ON health_checks TO residents_serving;

-- An order with the counts of its health checks, seen by whoever sees both tables.
CREATE VIEW quarantine_orders_with_checks WITH (security_invoker = true) AS
SELECT o.district_code, o.id, o.resident_id, o.division_code, o.status, o.setting, o.reason, o.length_days,
    o.starts_on, o.ends_on, o.issued_at, o.delivered_at, o.revocation_asked_at,
    CASE WHEN o.issued_at IS NOT NULL THEN '/notices/' || o.id END AS notice_url,
    (SELECT count(*) FROM health_checks c
        WHERE c.district_code = o.district_code AND c.quarantine_order_id = o.id) AS health_checks_expected,
    (SELECT count(c.reported_at) FROM health_checks c
        WHERE c.district_code = o.district_code AND c.quarantine_order_id = o.id) AS health_checks_reported,
    (SELECT count(*) FROM health_checks c
        WHERE c.district_code = o.district_code AND c.quarantine_order_id = o.id
            AND c.status = 'MISSED') AS health_checks_missed,
    (SELECT count(*) FROM health_checks c
        WHERE c.district_code = o.district_code AND c.quarantine_order_id = o.id
            AND c.status IN ('ABNORMAL', 'ESCALATED', 'REVIEWED')) AS health_checks_abnormal
FROM quarantine_orders o;
GRANT SELECT ON quarantine_orders_with_checks TO residents_serving, residents_by_division, residents_by_person;

-- Every reading and every change of a health check; rows are only ever added.
CREATE TABLE health_check_history (
    district_code text NOT NULL,
    health_check_id uuid NOT NULL,
    change int NOT NULL,
    at timestamptz NOT NULL,
    status_before text NOT NULL,
    status_after text NOT NULL,
    temperature_c numeric(3, 1),
    by_subject text NOT NULL,
    note text,
    CONSTRAINT health_check_history_pkey PRIMARY KEY (district_code, health_check_id, change),
    CONSTRAINT health_check_history_check
        FOREIGN KEY (district_code, health_check_id) REFERENCES health_checks (district_code, id)
);
ALTER TABLE health_check_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_sees_all ON health_check_history TO residents_worker USING (true) WITH CHECK (true);
CREATE POLICY with_check ON health_check_history TO residents_by_division, residents_by_person USING (
    EXISTS (SELECT 1 FROM health_checks c
        WHERE c.district_code = health_check_history.district_code AND c.id = health_check_id)
);
GRANT SELECT, INSERT ON health_check_history TO residents_by_division;
GRANT INSERT ON health_check_history TO residents_by_person;
REVOKE UPDATE, DELETE ON health_check_history FROM residents_worker;

-- migrate:down

DROP VIEW quarantine_orders_with_checks;
DROP TABLE health_check_history, health_checks, quarantine_order_history, quarantine_orders;
