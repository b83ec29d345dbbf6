-- Ablations: arms that differ in one thing alone (`ablation_members`, from the configuration), with the figures that the
-- reference's ablation tables have, and regressions. Of a recipe, how many of its pairs are synthetic. A declared arm
-- without results has the single row `(no results)`, with the reason.
WITH shown AS (
    SELECT arm, metric, gold_aware, numerator, denominator, value, interval_low, interval_high
    FROM evaluations
    WHERE experiment = $experiment
        AND subset = 'all'
        AND metric IN (
            'first_turn_example_accuracy',
            'final_example_execution_accuracy',
            'repair_success_rate',
            'regressions',
            'executable_rate'
        )
),
share AS (
    SELECT recipe, count(*) AS pairs, count(*) FILTER (origin = 'synthetic') AS synthetic_pairs
    FROM filtered_pairs
    WHERE experiment = $experiment AND removed_by IS NULL
    GROUP BY recipe
)
SELECT
    $experiment AS experiment,
    m.ablation,
    m.fixed,
    m.arm,
    coalesce(s.metric, '(no results)') AS metric,
    m.level,
    CASE WHEN s.arm IS NULL THEN d.missing END AS missing,
    p.pairs,
    p.synthetic_pairs,
    s.gold_aware,
    coalesce(s.numerator, 0)::BIGINT AS numerator,
    coalesce(s.denominator, 0) AS denominator,
    s.value,
    s.interval_low,
    s.interval_high
FROM ablation_members AS m
JOIN declared_arms AS d USING (arm)
LEFT JOIN shown AS s USING (arm)
LEFT JOIN share AS p USING (recipe)
ORDER BY m.position, s.metric
