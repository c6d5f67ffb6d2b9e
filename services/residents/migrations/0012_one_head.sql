-- migrate:up

-- Of several heads of one household the first stays.
UPDATE residents r SET relation = 'OTHER'
WHERE r.relation = 'HEAD' AND r.merged_into IS NULL AND EXISTS (
    SELECT 1 FROM residents o
    WHERE o.district_code = r.district_code AND o.household_id = r.household_id AND o.relation = 'HEAD'
      AND o.merged_into IS NULL AND o.id < r.id
);
CREATE UNIQUE INDEX residents_one_head_per_household ON residents (district_code, household_id)
    WHERE relation = 'HEAD' AND status = 'REGISTERED' AND merged_into IS NULL;

-- migrate:down

DROP INDEX residents_one_head_per_household;
