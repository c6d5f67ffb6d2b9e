-- migrate:up

-- Tokens of the whole district, in their order, for whoever's scope it is. Under row level security the planner
-- takes the policy's bounds for the index of the grids and reads every token that fits: this applies the scope itself.
CREATE FUNCTION district_search_tokens(
    district text, low text, low_id uuid, high text, high_id uuid, asked int, backward boolean, rows_max int
)
    RETURNS TABLE (token text, resident_id uuid)
    LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    IF district <> ALL (coalesce(string_to_array(nullif(current_setting('app.scopes', true), ''), ','), '{}')) THEN
        RETURN;
    ELSIF backward THEN
        RETURN QUERY
        SELECT t.token::text, t.resident_id
        FROM resident_search_tokens t
        WHERE t.district_code = district AND t.token >= low AND (t.token, t.resident_id) < (high, high_id)
          AND t.shared < asked
        ORDER BY t.token DESC, t.resident_id DESC
        LIMIT rows_max;
    ELSE
        RETURN QUERY
        SELECT t.token::text, t.resident_id
        FROM resident_search_tokens t
        WHERE t.district_code = district AND (t.token, t.resident_id) > (low, low_id) AND t.token < high
          AND t.shared < asked
        ORDER BY t.token, t.resident_id
        LIMIT rows_max;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION district_search_tokens FROM PUBLIC;
GRANT EXECUTE ON FUNCTION district_search_tokens
    TO residents_worker, residents_serving, residents_by_division, residents_by_person;

-- Who reports for another may hold a token of a record that is merged since.
ALTER POLICY as_proxy ON residents USING (proxy_id = (SELECT own_resident()));

-- migrate:down

ALTER POLICY as_proxy ON residents USING (proxy_id = nullif(current_setting('app.person', true), '')::uuid);
DROP FUNCTION district_search_tokens;
