-- The last answer of arm $arm of $experiment to every example, with what each match rule says of it, and the file that it
-- was judged on.
SELECT
    t.example_id,
    t.database_id,
    coalesce(e.hardness, 'unknown') AS hardness,
    e.question,
    e.gold,
    coalesce(t.final_sql, '') AS sql,
    t.final_correct,
    t.final_error_class,
    d.fingerprint AS database_fingerprint,
    e.gold_row_count,
    a.status,
    a.error,
    a.row_count,
    a.correct_official,
    a.correct_strict,
    a.correct_execution_guided,
    a.correct_bird,
    a.correct_star,
    a.correct_plug_value
FROM trajectories AS t
JOIN examples AS e ON e.experiment = t.experiment AND e.example_id = t.example_id
LEFT JOIN databases AS d
    ON d.experiment = t.experiment AND d.database_id = t.database_id AND d.split = e.split
LEFT JOIN attempts AS a
    ON a.experiment = t.experiment AND a.rollout = t.rollout AND a.example_id = t.example_id
    AND a.turn = t.final_turn AND a.sample = t.final_sample
WHERE t.experiment = $experiment AND t.rollout = $arm
ORDER BY t.example_id
