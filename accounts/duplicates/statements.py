"""SQL of the search for duplicates. `fresh`: accounts to be compared with all others."""

from __future__ import annotations

# Gives "acme" for "acme.com", "shop.acme.co.uk" and "acme.fr".
_ROOT = r"(regexp_match({0}domain, '([^.]+)\.(?:(?:co|com|org|net|ac|gov|edu)\.)?[a-z]{{2,}}$'))[1]"
_FRESH = """COALESCE(%(all)s OR {0}id <@ (
    SELECT range_agg(int8range(first, last, '[]')) FROM duplicates_spantocompare
    WHERE program_id = %(program)s AND id <= %(until)s), false)"""
_KEEP = """
INSERT INTO duplicates_duplicatepair
    (program_id, first_id, second_id, similarity, ground, state, found_at)
SELECT %(program)s, first, second, max(alike), %(ground)s, 'open', %(now)s FROM found
GROUP BY first, second
ON CONFLICT (first_id, second_id) DO UPDATE
SET found_at = EXCLUDED.found_at, similarity = EXCLUDED.similarity
WHERE duplicates_duplicatepair.state = 'open'"""
# A shared root of the domains is better evidence than similar names.
_BEST = """
SELECT id, similarity, ground, found_at FROM duplicates_duplicatepair
WHERE program_id = %(program)s AND state = 'open'
    AND (NOT %(all)s OR found_at >= %(since)s)
ORDER BY ground = 'domain' DESC, similarity DESC, id"""
PRUNE = f"""
DELETE FROM duplicates_duplicatepair WHERE id IN (
    SELECT id FROM ({_BEST} OFFSET %(most)s) b)"""
# How many pairs this search found, how many count in all, and their lowest name similarity.
FOUND = f"""
SELECT count(*) FILTER (WHERE found_at >= %(since)s), count(*),
    min(similarity) FILTER (WHERE ground = 'name') FROM ({_BEST}) b"""
BY_ROOT = f"""
WITH rooted AS MATERIALIZED (
    SELECT id, name_key, {_ROOT.format("")} AS root, {_FRESH.format("")} AS fresh
    FROM accounts_account WHERE program_id = %(program)s AND domain IS NOT NULL),
shared AS (
    SELECT root FROM rooted WHERE root IS NOT NULL
    GROUP BY root HAVING count(*) BETWEEN 2 AND %(most)s AND bool_or(fresh)),
found AS (
    SELECT least(a.id, b.id) AS first, greatest(a.id, b.id) AS second,
        (100 * similarity(a.name_key, b.name_key))::int AS alike
    FROM shared JOIN rooted a USING (root) JOIN rooted b USING (root)
    WHERE a.id < b.id AND (a.fresh OR b.fresh)
        AND similarity(a.name_key, b.name_key) >= %(alike)s)
{_KEEP}"""
BLOCK = f"""
CREATE TEMPORARY TABLE duplicates_block ON COMMIT DROP AS
SELECT id, name_key, {_FRESH.format("")} AS fresh FROM accounts_account
WHERE program_id = %(program)s AND state IS NOT DISTINCT FROM %(state)s
    AND (%(initial)s::text IS NULL OR left(name_key, 1) = %(initial)s)"""
BATCH_SIZE = """
SELECT count(*), least(count(*) FILTER (WHERE fresh AND id > %(after)s), %(batch)s)
FROM duplicates_block"""
INDEX = "CREATE INDEX ON duplicates_block USING gin (name_key gin_trgm_ops)"
BY_NAME = f"""
WITH found AS (
    SELECT least(a.id, b.id) AS first, greatest(a.id, b.id) AS second, b.alike
    FROM (SELECT id, name_key FROM duplicates_block
          WHERE fresh AND id > %(after)s ORDER BY id LIMIT %(batch)s) a,
    LATERAL (
        SELECT id, (100 * similarity(name_key, a.name_key))::int AS alike FROM duplicates_block
        WHERE name_key %% a.name_key AND id <> a.id
        ORDER BY similarity(name_key, a.name_key) DESC, id LIMIT %(most)s) b)
{_KEEP}"""
BLOCKS = f"""
SELECT DISTINCT state, initial FROM (
    SELECT id, state, CASE WHEN count(*) OVER (PARTITION BY state) > %(most)s
        THEN left(name_key, 1) END AS initial
    FROM accounts_account WHERE program_id = %(program)s) b
WHERE {_FRESH.format("")}
ORDER BY state NULLS LAST, initial"""
LAST = """
SELECT max(id) FROM (SELECT id FROM duplicates_block
    WHERE fresh AND id > %(after)s ORDER BY id LIMIT %(batch)s) b"""
COUNT = f"""
SELECT count(*) FROM accounts_account WHERE program_id = %(program)s AND {_FRESH.format("")}"""
# Pairs of recompared accounts that would no longer be found.
UNLIKE = f"""
DELETE FROM duplicates_duplicatepair d USING accounts_account a, accounts_account b
WHERE d.program_id = %(program)s AND d.state = 'open' AND a.id = d.first_id AND b.id = d.second_id
    AND ({_FRESH.format("a.")} OR {_FRESH.format("b.")})
    AND NOT COALESCE(CASE d.ground
        WHEN 'name' THEN a.state IS NOT DISTINCT FROM b.state
            AND similarity(a.name_key, b.name_key) >= %(alike)s
        ELSE {_ROOT.format("a.")} = {_ROOT.format("b.")}
            AND similarity(a.name_key, b.name_key) >= %(alike_with_root)s END, false)"""
# After a search among all accounts: pairs that it did not find again.
NOT_FOUND = """
DELETE FROM duplicates_duplicatepair
WHERE program_id = %(program)s AND state = 'open' AND found_at < %(since)s"""
