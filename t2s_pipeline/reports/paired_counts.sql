-- Of every declared comparison: examples that both of its arms, one or none of them got right, in every database. Only
-- examples that both answered count; `unpaired` is how many only one of them did.
WITH outcome AS (
    SELECT
        rollout AS arm,
        database_id,
        example_id,
        coalesce(first_correct, false) AS first_correct,
        coalesce(final_correct, false) AS final_correct
    FROM trajectories
    WHERE experiment = $experiment
),
paired AS (
    SELECT
        c.comparison,
        coalesce(a.database_id, b.database_id) AS database_id,
        CASE c.metric WHEN 'first_turn_example_accuracy' THEN a.first_correct ELSE a.final_correct END AS first_right,
        CASE c.metric WHEN 'first_turn_example_accuracy' THEN b.first_correct ELSE b.final_correct END AS second_right
    FROM declared_comparisons AS c
    JOIN outcome AS e ON e.arm IN (c.first, c.second)
    LEFT JOIN outcome AS a ON a.arm = c.first AND a.example_id = e.example_id
    LEFT JOIN outcome AS b ON b.arm = c.second AND b.example_id = e.example_id
    QUALIFY row_number() OVER (PARTITION BY c.comparison, e.example_id) = 1
)
SELECT
    comparison,
    database_id,
    count(*) FILTER (first_right AND second_right) AS both_right,
    count(*) FILTER (NOT first_right AND second_right) AS fixed,
    count(*) FILTER (first_right AND NOT second_right) AS broken,
    count(*) FILTER (NOT first_right AND NOT second_right) AS both_wrong,
    count(*) FILTER (first_right IS NULL OR second_right IS NULL) AS unpaired
FROM paired
GROUP BY comparison, database_id
ORDER BY comparison, database_id
