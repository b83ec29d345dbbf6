-- The examples of every declared comparison that one of its arms gets right and the other wrong, by the metric of the
-- comparison: `fixed` where the second is right. Of a comparison at most $most are listed, as many of either kind, in the
-- order of a hash. Those of a kind that are not have one row, with their number in `left_out`.
WITH flip AS (
    SELECT c.comparison, c.position, c.first, c.second, p.example_id, p.change
    FROM declared_comparisons AS c,
        LATERAL (SELECT * FROM paired_answers($experiment, c.first, c.second, of_metric := c.metric)) AS p
    WHERE p.change IS NOT NULL AND p.example_id IN (SELECT example_id FROM examples WHERE experiment = $experiment)
),
total AS (
    SELECT comparison, position, first, second, change, count(*) AS flips FROM flip GROUP BY ALL
),
of_change AS (
    SELECT *, row_number() OVER (PARTITION BY comparison, change ORDER BY md5(example_id), example_id) AS place_in_change
    FROM flip
    QUALIFY place_in_change <= $most
),
listed AS MATERIALIZED (
    SELECT *
    FROM of_change
    QUALIFY row_number() OVER (PARTITION BY comparison ORDER BY place_in_change, md5(example_id), example_id) <= $most
),
left_out AS (
    SELECT t.comparison, t.position, t.first, t.second, t.change, t.flips - count(l.comparison) AS left_out
    FROM total AS t
    LEFT JOIN listed AS l ON l.comparison = t.comparison AND l.change = t.change
    GROUP BY t.comparison, t.position, t.first, t.second, t.change, t.flips
    HAVING t.flips > count(l.comparison)
),
answer AS (
    SELECT t.rollout, t.example_id, t.database_id, t.first_sql, t.final_sql, t.first_error_class, t.final_error_class
    FROM trajectories AS t
    WHERE t.experiment = $experiment AND t.example_id IN (SELECT example_id FROM listed)
),
shown AS (
    SELECT
        l.position,
        l.comparison,
        l.example_id,
        a.database_id,
        l.first,
        l.second,
        l.change,
        e.question,
        e.gold,
        CASE c.metric WHEN 'first_turn_example_accuracy' THEN a.first_sql ELSE a.final_sql END AS first_sql,
        CASE c.metric WHEN 'first_turn_example_accuracy' THEN b.first_sql ELSE b.final_sql END AS second_sql,
        CASE c.metric
            WHEN 'first_turn_example_accuracy' THEN CASE l.change WHEN 'fixed' THEN a.first_error_class ELSE b.first_error_class END
            ELSE CASE l.change WHEN 'fixed' THEN a.final_error_class ELSE b.final_error_class END
        END AS error_class,
        NULL AS left_out
    FROM listed AS l
    JOIN declared_comparisons AS c USING (comparison)
    JOIN answer AS a ON a.rollout = l.first AND a.example_id = l.example_id
    JOIN answer AS b ON b.rollout = l.second AND b.example_id = l.example_id
    JOIN examples AS e ON e.example_id = l.example_id AND e.experiment = $experiment
    UNION ALL BY NAME
    SELECT
        position,
        comparison,
        '(left out) ' || change AS example_id,
        '(left out)' AS database_id,
        first,
        second,
        change,
        '(left out)' AS question,
        '(left out)' AS gold,
        '(left out)' AS error_class,
        left_out
    FROM left_out
)
SELECT $experiment AS experiment, * EXCLUDE (position)
FROM shown
ORDER BY position, left_out IS NOT NULL, change DESC, example_id
