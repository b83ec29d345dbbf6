-- What came of every example of every rollout of an experiment: the class of its first and of its last answer, one that
-- is right by the class `execution_correct`, and its status.
CREATE MACRO outcomes(of_experiment) AS TABLE
SELECT
    rollout AS arm,
    example_id,
    first_sql,
    first_correct AS first_right,
    final_correct AS final_right,
    any_correct AS any_right,
    CASE WHEN first_right THEN 'execution_correct' ELSE first_error_class END AS first_class,
    CASE WHEN final_right THEN 'execution_correct' ELSE final_error_class END AS final_class,
    CASE
        WHEN first_right AND final_right THEN 'correct_first_turn'
        WHEN final_right THEN 'repaired'
        WHEN first_right THEN 'regressed'
        ELSE 'failed'
    END AS status
FROM trajectories
WHERE experiment = of_experiment;
