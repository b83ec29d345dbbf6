-- Of every declared comparison: examples that both of its arms, one or none of them got right, in every database. Only
-- examples that both answered count; `unpaired` is how many only one of them did.
WITH paired AS (
    SELECT c.comparison, p.database_id, p.example_id, p.first_right, p.second_right
    FROM declared_comparisons AS c,
        LATERAL (SELECT * FROM paired_answers($experiment, c.first, c.second, of_metric := c.metric)) AS p
),
answered AS (
    SELECT DISTINCT c.comparison, t.database_id, t.example_id
    FROM declared_comparisons AS c
    JOIN trajectories AS t ON t.rollout IN (c.first, c.second) AND t.experiment = $experiment
)
SELECT
    comparison,
    database_id,
    count(*) FILTER (first_right AND second_right) AS both_right,
    count(*) FILTER (NOT first_right AND second_right) AS fixed,
    count(*) FILTER (first_right AND NOT second_right) AS broken,
    count(*) FILTER (NOT first_right AND NOT second_right) AS both_wrong,
    count(*) FILTER (first_right IS NULL) AS unpaired
FROM answered
LEFT JOIN paired USING (comparison, database_id, example_id)
GROUP BY comparison, database_id
ORDER BY comparison, database_id
