-- Every example of every declared arm whose last answer is wrong, with its question, the schema that the prompt showed,
-- the first and the last SQL, what the model was told in between, and the first rows of answer and gold.
WITH told AS (
    SELECT rollout AS arm, example_id, list(feedback ORDER BY turn) AS feedback
    FROM attempts
    WHERE experiment = $experiment AND feedback IS NOT NULL
    GROUP BY rollout, example_id
)
SELECT
    $experiment AS experiment,
    t.rollout AS arm,
    t.example_id,
    t.database_id,
    e.hardness,
    CASE WHEN coalesce(t.first_correct, false) THEN 'regressed' ELSE 'failed' END AS status,
    e.question,
    s.schema_text,
    e.gold,
    g.gold_rows,
    t.first_sql,
    t.first_error_class,
    told.feedback,
    t.final_sql,
    t.final_error_class,
    a.error,
    g.sql_rows AS final_rows,
    g.causes
FROM trajectories AS t
JOIN declared_arms AS d ON d.arm = t.rollout
JOIN examples AS e ON e.example_id = t.example_id AND e.experiment = $experiment
JOIN passes($experiment) AS p ON p.arm = t.rollout
LEFT JOIN retrieved_schemas AS s
    ON s.experiment = $experiment
    AND s.example_id = t.example_id
    AND s.retrieval = p.retrieval
    AND s.schema_style = p.schema_style
    AND s.token_budget = p.token_budget
LEFT JOIN told ON told.arm = t.rollout AND told.example_id = t.example_id
LEFT JOIN attempts AS a
    ON a.experiment = $experiment
    AND a.rollout = t.rollout
    AND a.example_id = t.example_id
    AND a.turn = t.final_turn
    AND a.sample = t.final_sample
LEFT JOIN diagnoses AS g
    ON g.experiment = $experiment
    AND g.arm = t.rollout
    AND g.example_id = t.example_id
    AND g.turn = t.final_turn
    AND g.sample = t.final_sample
WHERE t.experiment = $experiment AND NOT coalesce(t.final_correct, false)
ORDER BY d.position, t.example_id
