-- name: count_enterprises
INSERT INTO enterprise_counters AS c (district_code, division_code, enterprises, enterprises_resumed)
VALUES (:district_code, :division_code, :enterprises, :enterprises_resumed)
ON CONFLICT (district_code, division_code) DO UPDATE
SET enterprises = c.enterprises + EXCLUDED.enterprises,
    enterprises_resumed = c.enterprises_resumed + EXCLUDED.enterprises_resumed

-- name: enterprise_summaries
SELECT key.value AS code,
       coalesce(sum(c.enterprises), 0)::int AS enterprises,
       coalesce(sum(c.enterprises_resumed), 0)::int AS enterprises_resumed
FROM enterprise_counters c
WHERE c.district_code = :district_code AND c.division_code >= key.value AND c.division_code < key.value || '~'
HAVING EXISTS (SELECT 1 FROM unnest(string_to_array(nullif(current_setting('app.scopes', true), ''), ',')) s
               WHERE starts_with(key.value, s) OR starts_with(s, key.value))
