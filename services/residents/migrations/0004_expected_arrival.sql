-- migrate:up

-- Where a resident is awaited from. A returnee's entry belongs to the place it was registered for, which may
-- lie outside the scope of whoever changes the resident's standing; the standing must not depend on that.
-- Somebody is awaited until 14 days after the day of arrival, or until an order that began then or later ended.
CREATE FUNCTION expected_arrival(district text, resident uuid, today date)
    RETURNS TABLE (arrives_on date, origin_code text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT t.arrives_on, t.origin_code
    FROM returnees t
    WHERE t.district_code = district AND t.resident_id = resident AND t.arrives_on >= today - 14
      AND NOT EXISTS (
          SELECT 1
          FROM quarantine_orders q
          WHERE q.district_code = district AND q.resident_id = resident AND q.starts_on >= t.arrives_on
            AND q.status NOT IN ('DRAFT', 'ISSUED', 'DELIVERED', 'ACTIVE', 'RELEASE_DUE')
      )
    ORDER BY t.arrives_on DESC, t.id DESC
    LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION expected_arrival FROM PUBLIC;
GRANT EXECUTE ON FUNCTION expected_arrival TO residents_worker, residents_by_division, residents_by_person;

-- migrate:down

DROP FUNCTION expected_arrival;
