-- The examples of every declared comparison that one of its arms gets right and the other wrong, by the metric of the
-- comparison: `fixed` where the second is right.
WITH outcome AS (
    SELECT
        t.rollout AS arm,
        t.example_id,
        t.database_id,
        c.metric,
        CASE c.metric WHEN 'first_turn_example_accuracy' THEN t.first_correct ELSE t.final_correct END AS is_right,
        CASE c.metric WHEN 'first_turn_example_accuracy' THEN t.first_sql ELSE t.final_sql END AS sql,
        CASE c.metric WHEN 'first_turn_example_accuracy' THEN t.first_error_class ELSE t.final_error_class END
            AS error_class
    FROM trajectories AS t
    CROSS JOIN (SELECT DISTINCT metric FROM declared_comparisons) AS c
    WHERE t.experiment = $experiment
)
SELECT
    $experiment AS experiment,
    c.comparison,
    a.example_id,
    a.database_id,
    c.first,
    c.second,
    CASE WHEN b.is_right THEN 'fixed' ELSE 'broken' END AS change,
    e.question,
    e.gold,
    a.sql AS first_sql,
    b.sql AS second_sql,
    CASE WHEN b.is_right THEN a.error_class ELSE b.error_class END AS error_class
FROM declared_comparisons AS c
JOIN outcome AS a ON a.arm = c.first AND a.metric = c.metric
JOIN outcome AS b ON b.arm = c.second AND b.metric = c.metric AND b.example_id = a.example_id
JOIN examples AS e ON e.example_id = a.example_id AND e.experiment = $experiment
WHERE coalesce(a.is_right, false) <> coalesce(b.is_right, false)
ORDER BY c.position, change DESC, a.example_id
