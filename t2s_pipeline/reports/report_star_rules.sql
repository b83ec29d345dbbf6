-- The final answers of every declared arm by Spider's rule, the strict one and the STaR reference's, of all examples and
-- of those not excluded. An arm without results has one row with the reason.
WITH answer AS (
    SELECT t.rollout AS arm, t.excluded_reason IS NULL AS kept, unnest([
        {'rule': 'official', 'right_': coalesce(a.correct_official, false)},
        {'rule': 'strict', 'right_': coalesce(a.correct_strict, false)},
        {'rule': 'star', 'right_': coalesce(a.correct_star, false)}
    ], recursive := true)
    FROM trajectories AS t
    JOIN attempts AS a
        ON a.experiment = t.experiment AND a.rollout = t.rollout AND a.example_id = t.example_id
        AND a.turn = t.final_turn AND a.sample = t.final_sample
    WHERE t.experiment = $experiment
),
subset_of AS (
    SELECT arm, rule, right_, unnest(CASE WHEN kept THEN ['all', 'not_excluded'] ELSE ['all'] END) AS subset
    FROM answer
),
counted AS (
    SELECT arm, rule, subset, count(*) FILTER (right_) AS k, count(*) AS n
    FROM subset_of
    GROUP BY ALL
)
SELECT
    $experiment AS experiment,
    d.arm,
    coalesce(c.rule, 'official') AS rule,
    coalesce(c.subset, 'all') AS subset,
    CASE WHEN c.arm IS NULL THEN d.missing END AS missing,
    p.samples,
    p.selection,
    coalesce(c.k, 0) AS numerator,
    coalesce(c.n, 0) AS denominator,
    ratio(c.k, c.n) AS value,
    wilson_low(c.k, c.n) AS interval_low,
    wilson_high(c.k, c.n) AS interval_high
FROM declared_arms AS d
LEFT JOIN counted AS c USING (arm)
LEFT JOIN passes($experiment) AS p USING (arm)
ORDER BY d.position, c.subset, list_position(['official', 'strict', 'star'], c.rule)
