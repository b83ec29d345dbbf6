-- What preference pairs are like before any recipe, pair_set `(before)`, and after each declared recipe: shares by type,
-- origin, input, database and hardness; reward margin, edit distance and the difference of lengths (chosen minus
-- rejected) by mean, quantiles and histogram; duplicates of (prompt, chosen, rejected); who runs, of those of whom it is
-- known; the entropy of pair types in bits. A recipe whose table is not there has one row, with the reason.
WITH pair AS (
    SELECT * EXCLUDE (experiment), '(before)' AS pair_set, -1 AS position
    FROM pairs
    WHERE experiment = $experiment
    UNION ALL BY NAME
    SELECT f.* EXCLUDE (experiment, recipe, removed_by, position), f.recipe AS pair_set, d.position
    FROM filtered_pairs AS f
    JOIN declared_recipes AS d USING (recipe)
    WHERE f.experiment = $experiment AND f.removed_by IS NULL
),
pair_set AS (
    SELECT '(before)' AS pair_set, -1 AS position, NULL AS missing, (SELECT count(*) FROM pairs WHERE experiment = $experiment) AS seen
    UNION ALL
    SELECT d.recipe, d.position, CASE WHEN count(f.recipe) = 0 THEN d.missing END, count(f.recipe)
    FROM declared_recipes AS d
    LEFT JOIN (FROM filtered_pairs WHERE experiment = $experiment) AS f USING (recipe)
    GROUP BY d.recipe, d.position, d.missing
),
described AS (
    SELECT
        p.pair_set,
        p.pair_type,
        p.origin,
        p.example_id,
        p.database_id,
        p.prompt_moved,
        p.chosen_executable,
        p.rejected_executable,
        p.reward_margin,
        p.edit_distance_ratio,
        md5_number(concat_ws(chr(31), p.prompt_id, p.chosen_sql, p.rejected_sql)) AS content,
        coalesce(e.hardness, 'unknown') AS hardness,
        CASE WHEN p.origin = 'synthetic' THEN 'synthetic' ELSE 'mined' END AS input,
        floor(p.reward_margin / 0.2 + 1e-9)::INTEGER AS margin_bin,
        least(floor(p.edit_distance_ratio / 0.1 + 1e-9), 9)::INTEGER AS edit_bin,
        (length(p.chosen_sql) - length(p.rejected_sql))::DOUBLE AS characters,
        (p.chosen_tokens - p.rejected_tokens)::DOUBLE AS tokens
    FROM pair AS p
    LEFT JOIN (FROM examples WHERE experiment = $experiment) AS e USING (example_id)
),
counted AS (
    SELECT
        pair_set,
        count(*) AS n,
        count(DISTINCT example_id) AS n_examples,
        count(DISTINCT content) AS contents,
        count(*) FILTER (prompt_moved) AS moved,
        count(chosen_executable) AS chosen_known,
        count(*) FILTER (chosen_executable) AS chosen_runs,
        count(rejected_executable) AS rejected_known,
        count(*) FILTER (rejected_executable) AS rejected_runs,
        count(*) FILTER (rejected_executable AND pair_type <> 'correct_low_cost_vs_correct_high_cost') AS hard
    FROM described
    GROUP BY pair_set
),
share AS (
    SELECT pair_set, unnest([
        {'place': 2, 'measure': 'examples', 'k': n_examples, 'n': n},
        {'place': 16, 'measure': 'prompt_moved', 'k': moved, 'n': n},
        {'place': 17, 'measure': 'duplicates', 'k': n - contents, 'n': n},
        {'place': 18, 'measure': 'chosen_executable', 'k': chosen_runs, 'n': chosen_known},
        {'place': 19, 'measure': 'rejected_executable', 'k': rejected_runs, 'n': rejected_known},
        {'place': 20, 'measure': 'executable_hard_negatives', 'k': hard, 'n': n}
    ], recursive := true)
    FROM counted
),
grouped AS (
    SELECT
        pair_set,
        count(*) AS k,
        unnest(CASE 0
            WHEN grouping(pair_type) THEN {'place': 3, 'measure': 'pair_type', 'item': pair_type}
            WHEN grouping(origin) THEN {'place': 4, 'measure': 'origin', 'item': origin}
            WHEN grouping(input) THEN {'place': 5, 'measure': 'input', 'item': input}
            WHEN grouping(margin_bin) THEN {'place': 7, 'measure': 'reward_margin_histogram', 'item': printf('%.1f', margin_bin * 0.2)}
            WHEN grouping(edit_bin) THEN {'place': 9, 'measure': 'edit_distance_histogram', 'item': printf('%.1f', edit_bin * 0.1)}
            WHEN grouping(hardness) THEN {'place': 21, 'measure': 'hardness', 'item': hardness}
            WHEN grouping(database_id) THEN {'place': 22, 'measure': 'database', 'item': database_id}
        END)
    FROM described
    GROUP BY GROUPING SETS (
        (pair_set, pair_type),
        (pair_set, origin),
        (pair_set, input),
        (pair_set, margin_bin),
        (pair_set, edit_bin),
        (pair_set, hardness),
        (pair_set, database_id)
    )
),
measured AS (
    SELECT pair_set, m.place, m.measure, m.x
    FROM (
        SELECT pair_set, unnest([
            {'place': 6, 'measure': 'reward_margin', 'x': reward_margin},
            {'place': 8, 'measure': 'edit_distance_ratio', 'x': edit_distance_ratio},
            {'place': 10, 'measure': 'length_difference_characters', 'x': characters},
            {'place': 11, 'measure': 'length_difference_tokens', 'x': tokens}
        ]) AS m
        FROM described
    )
    WHERE m.x IS NOT NULL
),
summarised AS (
    SELECT pair_set, place, measure, n, unnest(found) AS s
    FROM (
        SELECT pair_set, place, measure, n, [
            {'item': 'mean', 'x': mean},
            {'item': 'min', 'x': lowest},
            {'item': 'p10', 'x': round(quantiles[1], 6)},
            {'item': 'p25', 'x': round(quantiles[2], 6)},
            {'item': 'p50', 'x': round(quantiles[3], 6)},
            {'item': 'p75', 'x': round(quantiles[4], 6)},
            {'item': 'p90', 'x': round(quantiles[5], 6)},
            {'item': 'max', 'x': highest}
        ] AS found
        FROM (
            SELECT
                pair_set,
                place,
                measure,
                count(*) AS n,
                round(avg(x), 6) AS mean,
                min(x) AS lowest,
                max(x) AS highest,
                quantile_cont(x, [0.10, 0.25, 0.50, 0.75, 0.90]) AS quantiles
            FROM measured
            GROUP BY pair_set, place, measure
        )
    )
),
cell AS (
    SELECT pair_set, 1 AS place, 'pairs' AS measure, '' AS item, coalesce(n, 0) AS k, seen AS n, NULL AS x
    FROM pair_set
    LEFT JOIN counted USING (pair_set)
    WHERE missing IS NULL
    UNION ALL
    SELECT pair_set, place, measure, '', k, n, NULL FROM share
    UNION ALL
    SELECT pair_set, place, measure, item, k, n, NULL FROM grouped JOIN counted USING (pair_set)
    UNION ALL
    SELECT pair_set, place, measure, s.item, NULL, n, s.x FROM summarised
    UNION ALL
    SELECT pair_set, 15, 'pair_type_entropy_bits', '', NULL, any_value(n), round(abs(-sum(k / n * log2(k / n))), 6)
    FROM grouped JOIN counted USING (pair_set)
    WHERE measure = 'pair_type'
    GROUP BY pair_set
    UNION ALL
    SELECT pair_set, 0, '(no results)', '', 0, 0, NULL FROM pair_set WHERE missing IS NOT NULL
)
SELECT
    $experiment AS experiment,
    c.pair_set,
    c.measure,
    c.item,
    CASE WHEN c.measure = '(no results)' THEN s.missing END AS missing,
    c.k AS numerator,
    c.n AS denominator,
    CASE WHEN c.k IS NULL THEN c.x ELSE ratio(c.k, c.n) END AS value
FROM cell AS c
JOIN pair_set AS s USING (pair_set)
ORDER BY s.position, c.place, try_cast(c.item AS DOUBLE), c.k DESC, list_position(['mean', 'min', 'p10', 'p25', 'p50', 'p75', 'p90', 'max'], c.item), c.item
