-- name: summaries_of_divisions
-- Passages come from the roll-up. A code outside one's scopes has no row, not zeros.
SELECT key.value AS code,
       (SELECT count(*)
        FROM checkpoints c
        WHERE c.district_code = :district_code
            AND c.division_code >= key.value AND c.division_code < key.value || '~') AS checkpoints,
       (SELECT count(*)
        FROM alarms a
        WHERE a.district_code = :district_code AND a.kind = 'GAP' AND a.closed_at IS NULL
            AND a.division_code >= key.value AND a.division_code < key.value || '~') AS checkpoints_with_gap,
       coalesce(days.passages, 0) AS passages_today,
       coalesce(days.turned_back, 0) AS passages_turned_back_today
FROM (
    SELECT sum(d.passages) AS passages, sum(d.turned_back) AS turned_back
    FROM division_days d
    WHERE d.district_code = :district_code AND d.day = :today::date
        AND d.division_code >= key.value AND d.division_code < key.value || '~'
) days
WHERE EXISTS (
    SELECT 1
    FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
    WHERE starts_with(key.value, s));
