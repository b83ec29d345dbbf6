-- The examples of every declared comparison that one of its arms gets right and the other wrong, by the metric of the
-- comparison: `fixed` where the second is right.
SELECT
    $experiment AS experiment,
    c.comparison,
    p.example_id,
    p.database_id,
    c.first,
    c.second,
    p.change,
    e.question,
    e.gold,
    p.first_sql,
    p.second_sql,
    p.error_class
FROM declared_comparisons AS c,
    LATERAL (SELECT * FROM paired_answers($experiment, c.first, c.second, of_metric := c.metric)) AS p
JOIN examples AS e ON e.example_id = p.example_id AND e.experiment = $experiment
WHERE p.change IS NOT NULL
ORDER BY c.position, p.change DESC, p.example_id
