-- First-turn and final accuracy of every declared arm by hardness, of examples that are not excluded. An arm without
-- results has the single row `(no results)`, with the reason.
WITH shown AS (
    SELECT
        arm,
        metric,
        subset[len('hardness=') + 1:] AS hardness,
        gold_aware,
        numerator,
        denominator,
        value,
        interval_low,
        interval_high
    FROM evaluations
    WHERE experiment = $experiment
        AND subset LIKE 'hardness=%'
        AND metric IN ('first_turn_example_accuracy', 'final_example_execution_accuracy')
)
SELECT
    $experiment AS experiment,
    d.arm,
    coalesce(s.metric, 'final_example_execution_accuracy') AS metric,
    coalesce(s.hardness, '(no results)') AS hardness,
    CASE WHEN s.arm IS NULL THEN d.missing END AS missing,
    s.gold_aware,
    coalesce(s.numerator, 0)::BIGINT AS numerator,
    coalesce(s.denominator, 0) AS denominator,
    s.value,
    s.interval_low,
    s.interval_high
FROM declared_arms AS d
LEFT JOIN shown AS s USING (arm)
ORDER BY
    d.position,
    s.metric DESC,
    list_position(
        ['easy', 'medium', 'hard', 'extra', 'simple', 'moderate', 'challenging', 'unknown'], s.hardness
    )
