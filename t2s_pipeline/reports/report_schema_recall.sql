-- How many of the tables that the gold reads a prompt shows, for every way in which an arm's prompts show schemas: over
-- all examples, and over those with a choice. Where the mode may keep as many tables as the database has, it shows all
-- of them and recall is 1 whatever the mode is worth; `everything_shown` says of how many examples that is so. Golds that
-- cannot be parsed are in no measure but `gold_not_parsed`. Without a table `retrieved_schemas` a declared way has one
-- row, with the reason.
WITH shown AS (
    SELECT r.*, d.position
    FROM retrieved_schemas AS r
    JOIN declared_schemas AS d USING (retrieval, schema_style, token_budget)
    WHERE r.experiment = $experiment AND r.split = $split
),
counted AS (
    SELECT
        position, retrieval, schema_style, token_budget, example_id, database_id, had_choice, tables, gold_tables,
        len(tables) AS n_shown,
        len(gold_tables) AS n_gold,
        gold_tables_found AS found,
        unnest(CASE WHEN had_choice THEN ['all', 'with_choice'] ELSE ['all'] END) AS cases
    FROM shown
),
summed AS (
    SELECT
        position, retrieval, schema_style, token_budget, cases,
        count(*) AS examples,
        count(*) FILTER (NOT had_choice) AS no_choice,
        count(*) FILTER (gold_tables IS NULL) AS unparsed,
        count(*) FILTER (gold_tables IS NOT NULL) AS parsed,
        coalesce(sum(found), 0)::BIGINT AS found,
        coalesce(sum(n_gold), 0)::BIGINT AS gold,
        count(*) FILTER (found = n_gold) AS complete,
        count(*) FILTER (found > 0 OR n_gold = 0) AS any_found,
        avg(n_shown) FILTER (gold_tables IS NOT NULL) AS mean_shown,
        avg(n_gold) AS mean_gold,
        list_sort(list(example_id) FILTER (found < n_gold))[1:3] AS missed
    FROM counted
    GROUP BY ALL
),
measured AS (
    SELECT position, retrieval, schema_style, token_budget, cases, unnest([
        {'place': 1, 'measure': 'everything_shown', 'ids': NULL, 'shown': NULL, 'gold': NULL, 'k': no_choice, 'n': examples},
        {'place': 2, 'measure': 'gold_not_parsed', 'ids': NULL, 'shown': NULL, 'gold': NULL, 'k': unparsed, 'n': examples},
        {'place': 3, 'measure': 'gold_tables', 'ids': NULL, 'shown': mean_shown, 'gold': mean_gold, 'k': found, 'n': gold},
        {'place': 4, 'measure': 'all_tables', 'ids': missed, 'shown': NULL, 'gold': NULL, 'k': complete, 'n': parsed},
        {'place': 5, 'measure': 'any_table', 'ids': NULL, 'shown': NULL, 'gold': NULL, 'k': any_found, 'n': parsed}
    ]) AS m
    FROM summed
),
read_table AS (
    SELECT position, retrieval, schema_style, token_budget, example_id, database_id, tables, unnest(gold_tables) AS name
    FROM shown
),
missed_table AS (
    SELECT
        position, retrieval, schema_style, token_budget,
        database_id || '.' || name AS item,
        list_sort(list(example_id) FILTER (NOT list_contains(tables, name)))[1:3] AS ids,
        count(*) FILTER (NOT list_contains(tables, name)) AS k,
        count(*) AS n
    FROM read_table
    GROUP BY position, retrieval, schema_style, token_budget, database_id, name
    HAVING k > 0
    QUALIFY row_number() OVER (PARTITION BY retrieval, schema_style, token_budget ORDER BY k DESC, item) <= 20
),
agreement AS (
    SELECT
        a.position, a.retrieval, a.schema_style, a.token_budget, a.cases,
        concat_ws(' ', b.retrieval, b.schema_style, nullif(b.token_budget, 'none')) AS item,
        sum(len(list_intersect(a.tables, b.tables)))::BIGINT AS k,
        sum(len(list_distinct(list_concat(a.tables, b.tables))))::BIGINT AS n
    FROM counted AS a
    JOIN shown AS b ON b.example_id = a.example_id AND b.position > a.position
    GROUP BY ALL
),
cell AS (
    SELECT
        position, retrieval, schema_style, token_budget, cases, m.place, m.measure, '' AS item, NULL AS missing,
        m.ids, m.shown, m.gold, m.k, m.n
    FROM measured
    WHERE cases = 'all' OR m.measure NOT IN ('everything_shown', 'gold_not_parsed')
    UNION ALL
    SELECT
        position, retrieval, schema_style, token_budget, 'all', 6, 'missed_table', item, NULL, ids, NULL, NULL, k, n
    FROM missed_table
    UNION ALL
    SELECT
        position, retrieval, schema_style, token_budget, cases, 7, 'jaccard', item, NULL, NULL, NULL, NULL, k, n
    FROM agreement
    UNION ALL
    SELECT
        position, retrieval, schema_style, token_budget, 'all', 0, '(no results)', '', missing, NULL, NULL, NULL, 0, 0
    FROM declared_schemas
    ANTI JOIN shown USING (retrieval, schema_style, token_budget)
)
SELECT
    $experiment AS experiment,
    retrieval,
    schema_style,
    token_budget,
    cases,
    measure,
    item,
    missing,
    ids AS example_ids,
    shown AS mean_shown,
    gold AS mean_gold,
    k AS numerator,
    n AS denominator,
    ratio(k, n) AS value,
    CASE WHEN measure <> 'jaccard' THEN wilson_low(k, n) END AS interval_low,
    CASE WHEN measure <> 'jaccard' THEN wilson_high(k, n) END AS interval_high
FROM cell
ORDER BY position, cases, place, k DESC, item
