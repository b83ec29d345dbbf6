-- First-turn and final accuracy of every declared arm by hardness and by what the gold uses (the subsets `slice=level` of
-- `evaluations`), of examples that are not excluded. An arm without results has the single row `(no results)`, with the
-- reason.
WITH shown AS (
    SELECT
        arm,
        metric,
        string_split(subset, '=')[1] AS slice,
        string_split(subset, '=')[2] AS level,
        gold_aware,
        numerator,
        denominator,
        value,
        interval_low,
        interval_high
    FROM evaluations
    WHERE experiment = $experiment
        AND contains(subset, '=')
        AND metric IN ('first_turn_example_accuracy', 'final_example_execution_accuracy')
)
SELECT
    $experiment AS experiment,
    d.arm,
    coalesce(s.metric, 'final_example_execution_accuracy') AS metric,
    coalesce(s.slice, 'hardness') AS slice,
    coalesce(s.level, '(no results)') AS level,
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
    s.slice <> 'hardness',
    s.slice,
    list_position(
        ['easy', 'medium', 'hard', 'extra', 'simple', 'moderate', 'challenging', 'unknown'], s.level
    ),
    s.level
