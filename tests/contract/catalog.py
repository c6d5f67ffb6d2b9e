"""What a database consists of, as sorted lines: two databases are alike when their lines are."""

from chassis.database import Connection

COLUMNS = """
SELECT format('%s.%s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
    coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), ''), coalesce(' COLLATE ' || l.collname, ''))
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation AND l.collname <> 'default'
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
"""
CONSTRAINTS = """
SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
POLICIES = """
SELECT format('%s %s %s %s %s USING %s CHECK %s', tablename, policyname, permissive,
    (SELECT string_agg(r, ',' ORDER BY r) FROM unnest(roles::text[]) r), cmd, qual, with_check)
FROM pg_policies WHERE schemaname = 'public'
"""
SECURITY = """
SELECT format('%s rls %s forced %s', relname, relrowsecurity, relforcerowsecurity)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""
GRANTS = """
SELECT format('%s: %s', c.relname, g.item::text)
FROM pg_class c, unnest(c.relacl) AS g (item) WHERE c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT format('%s.%s: %s', c.relname, a.attname, g.item::text)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, unnest(a.attacl) AS g (item)
WHERE c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT format('%s(): %s', p.proname, g.item::text)
FROM pg_proc p, unnest(p.proacl) AS g (item) WHERE p.pronamespace = 'public'::regnamespace
UNION ALL
SELECT format('default %s: %s', d.defaclobjtype, g.item::text) FROM pg_default_acl d, unnest(d.defaclacl) AS g (item)
"""
FUNCTIONS = """
SELECT pg_get_functiondef(p.oid) FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
TRIGGERS = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
EXTENSIONS = "SELECT 'extension ' || extname FROM pg_extension"
LEDGER = "schema_migrations"
QUERIES = (COLUMNS, CONSTRAINTS, INDEXES, POLICIES, SECURITY, GRANTS, FUNCTIONS, TRIGGERS, EXTENSIONS)


async def catalog(connection: Connection) -> list[str]:
    """Return a database's parts as sorted lines, without the ledger of migrations."""
    lines = [str(row[0]) for query in QUERIES for row in await connection.fetch(query)]
    return sorted(line for line in lines if LEDGER not in line)


KEYS = """
SELECT x.conrelid::regclass::text AS owner, x.conname AS name, array_agg(a.attname::text ORDER BY k.place) AS columns
FROM pg_constraint x
CROSS JOIN LATERAL unnest(x.conkey) WITH ORDINALITY AS k (number, place)
JOIN pg_attribute a ON a.attrelid = x.conrelid AND a.attnum = k.number
WHERE x.connamespace = 'public'::regnamespace AND x.contype IN ('p', 'u', 'f')
GROUP BY x.conrelid, x.conname
UNION ALL
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text,
    array_agg(a.attname::text ORDER BY k.place)
FROM pg_index i
CROSS JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k (number, place)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
WHERE i.indisunique
GROUP BY i.indrelid, i.indexrelid
"""
REGION_COLUMNS = """
SELECT c.relname AS owner, l.collname AS collation
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'division_code'
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
