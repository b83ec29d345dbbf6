-- Of every declared comparison: examples that both of its arms, one or none of them got right, in every database. Only
-- examples that both answered count; `unpaired` is how many only one of them did.
WITH paired AS (
    SELECT
        c.comparison,
        p.database_id,
        count(*) FILTER (first_right AND second_right) AS both_right,
        count(*) FILTER (NOT first_right AND second_right) AS fixed,
        count(*) FILTER (first_right AND NOT second_right) AS broken,
        count(*) FILTER (NOT first_right AND NOT second_right) AS both_wrong,
        count(*) AS examples
    FROM declared_comparisons AS c,
        LATERAL (SELECT * FROM paired_answers($experiment, c.first, c.second, of_metric := c.metric)) AS p
    GROUP BY c.comparison, p.database_id
),
answered AS (
    SELECT c.comparison, t.database_id, sum(t.answers)::BIGINT AS answers
    FROM declared_comparisons AS c
    JOIN (
        SELECT rollout, database_id, count(*) AS answers
        FROM trajectories
        WHERE experiment = $experiment
        GROUP BY rollout, database_id
    ) AS t ON t.rollout IN (c.first, c.second)
    GROUP BY c.comparison, t.database_id
)
SELECT
    comparison,
    database_id,
    coalesce(both_right, 0) AS both_right,
    coalesce(fixed, 0) AS fixed,
    coalesce(broken, 0) AS broken,
    coalesce(both_wrong, 0) AS both_wrong,
    answers - 2 * coalesce(examples, 0) AS unpaired
FROM answered
LEFT JOIN paired USING (comparison, database_id)
ORDER BY comparison, database_id
