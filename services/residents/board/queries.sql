-- A division's numbers are the sum of its grids', so that they are the same at every level. A code
-- above one's own scope is not answered: its sum would be a part that looks like the whole.

-- name: summaries_by_code
SELECT d.code,
       c.residents, c.households, c.quarantine_orders_in_force,
       y.health_checks_missed_today,
       c.screening_tasks_open, c.grid_events_open
FROM divisions d
CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.residents), 0)::bigint AS residents,
           coalesce(sum(g.households), 0)::bigint AS households,
           coalesce(sum(g.quarantine_orders_in_force), 0)::bigint AS quarantine_orders_in_force,
           coalesce(sum(g.screening_tasks_open), 0)::bigint AS screening_tasks_open,
           coalesce(sum(g.grid_events_open), 0)::bigint AS grid_events_open
    FROM grid_counters g
    WHERE g.district_code = d.district_code AND g.division_code >= d.code AND g.division_code < d.code || '~'
) c
CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.health_checks_missed), 0)::bigint AS health_checks_missed_today
    FROM grid_day_counters g
    WHERE g.district_code = d.district_code AND g.day = :today::date
      AND g.division_code >= d.code AND g.division_code < d.code || '~'
) y
WHERE d.district_code = :district_code::text
  AND d.code = key.value
  AND EXISTS (
      SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
      WHERE starts_with(d.code, s)
  );

-- name: start_counters
INSERT INTO grid_counters (district_code, division_code)
SELECT :district_code, code
FROM unnest(:codes::text[]) AS code
ORDER BY code
ON CONFLICT (district_code, division_code) DO NOTHING;

-- Rows are locked in the order of their codes, so that two transactions never wait for each other.

-- name: count_in_grids
UPDATE grid_counters c
SET residents = c.residents + d.residents,
    households = c.households + d.households,
    quarantine_orders_in_force = c.quarantine_orders_in_force + d.quarantine_orders_in_force,
    screening_tasks_open = c.screening_tasks_open + d.screening_tasks_open,
    grid_events_open = c.grid_events_open + d.grid_events_open
FROM (
    SELECT g.division_code
    FROM grid_counters g
    WHERE g.district_code = :district_code AND g.division_code = ANY (:codes::text[])
    ORDER BY g.division_code
    FOR UPDATE
) locked
JOIN unnest(:codes::text[], :residents::bigint[], :households::bigint[], :quarantine_orders_in_force::bigint[],
    :screening_tasks_open::bigint[], :grid_events_open::bigint[])
    AS d (code, residents, households, quarantine_orders_in_force, screening_tasks_open, grid_events_open)
    ON d.code = locked.division_code
WHERE c.district_code = :district_code AND c.division_code = locked.division_code
RETURNING c.division_code;

-- name: count_in_day
INSERT INTO grid_day_counters AS c (district_code, division_code, day, health_checks_missed)
VALUES (:district_code, :division_code, :day, :health_checks_missed)
ON CONFLICT (district_code, day, division_code)
DO UPDATE SET health_checks_missed = c.health_checks_missed + excluded.health_checks_missed;
