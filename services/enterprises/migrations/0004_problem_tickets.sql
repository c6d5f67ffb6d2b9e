-- migrate:up

CREATE TABLE problem_tickets (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    enterprise_id uuid NOT NULL,
    status text NOT NULL,
    channel text NOT NULL,
    subject text NOT NULL,
    description text NOT NULL,
    owner_name text,
    liaison_team_id uuid,
    opened_at timestamptz NOT NULL,
    CONSTRAINT problem_tickets_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT problem_tickets_enterprise_known FOREIGN KEY (district_code, enterprise_id)
        REFERENCES enterprises (district_code, id),
    CONSTRAINT problem_tickets_channel CHECK (channel IN ('CALL', 'VISIT', 'APP', 'HOTLINE')),
    CONSTRAINT problem_tickets_status CHECK (status IN ('OPENED', 'TRIAGED', 'ASSIGNED', 'WORKING', 'SOLVED',
        'CONFIRMED', 'CLOSED', 'REOPENED', 'ESCALATED')),
    CONSTRAINT problem_tickets_owner_named
        CHECK (owner_name IS NOT NULL OR status IN ('OPENED', 'TRIAGED', 'ESCALATED'))
);
CREATE INDEX problem_tickets_of_enterprise ON problem_tickets (district_code, enterprise_id, opened_at, id);

CREATE TABLE ticket_history (
    district_code text NOT NULL,
    id uuid NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    problem_ticket_id uuid NOT NULL,
    at timestamptz NOT NULL,
    status text NOT NULL,
    subject text NOT NULL,
    by_name text NOT NULL,
    owner_name text,
    note text,
    CONSTRAINT ticket_history_pkey PRIMARY KEY (district_code, id),
    CONSTRAINT ticket_history_ticket_known FOREIGN KEY (district_code, problem_ticket_id)
        REFERENCES problem_tickets (district_code, id)
);
CREATE INDEX ticket_history_of_ticket ON ticket_history (district_code, problem_ticket_id, at, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON problem_tickets, ticket_history TO enterprises_worker;
GRANT SELECT ON problem_tickets, ticket_history
    TO enterprises_serving, enterprises_by_division, enterprises_by_person, enterprises_by_enterprise;
GRANT INSERT ON problem_tickets, ticket_history TO enterprises_by_division, enterprises_by_enterprise;
GRANT UPDATE (status, owner_name) ON problem_tickets TO enterprises_by_division, enterprises_by_enterprise;

ALTER TABLE problem_tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON problem_tickets TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON problem_tickets TO enterprises_by_enterprise
    USING (credit_code = ANY (string_to_array(nullif(current_setting('app.enterprises', true), ''), ',')));
CREATE POLICY worker_sees_all ON problem_tickets TO enterprises_worker USING (true) WITH CHECK (true);
ALTER TABLE ticket_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON ticket_history TO enterprises_by_division
    USING (division_code >= (SELECT min(s)
                              FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND division_code < (SELECT max((s || '~') COLLATE "C")
                             FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s)
        AND EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
                    WHERE division_code >= s AND division_code < s || '~'));
CREATE POLICY own_enterprise ON ticket_history TO enterprises_by_enterprise
    USING (credit_code = ANY (string_to_array(nullif(current_setting('app.enterprises', true), ''), ',')));
CREATE POLICY worker_sees_all ON ticket_history TO enterprises_worker USING (true) WITH CHECK (true);

-- migrate:down
DROP TABLE ticket_history;
DROP TABLE problem_tickets;
