-- The final answers of every declared arm by Spider's rule, the strict one and the STaR reference's, of all examples and
-- of those not excluded. An arm without results has one row with the reason.
WITH counts AS (
    SELECT
        t.rollout AS arm,
        t.excluded_reason IS NULL AS kept,
        count(*) AS n,
        unnest(
            [
                {'rule': 'official', 'k': count(*) FILTER (a.correct_official)},
                {'rule': 'strict', 'k': count(*) FILTER (a.correct_strict)},
                {'rule': 'star', 'k': count(*) FILTER (a.correct_star)}
            ],
            recursive := true
        )
    FROM trajectories AS t
    JOIN attempts AS a
        ON a.experiment = t.experiment AND a.rollout = t.rollout AND a.example_id = t.example_id
        AND a.turn = t.final_turn AND a.sample = t.final_sample
    WHERE t.experiment = $experiment
    GROUP BY t.rollout, kept
),
counts_of_subsets AS (
    SELECT arm, rule, k, n, unnest(CASE WHEN kept THEN ['all', 'not_excluded'] ELSE ['all'] END) AS subset
    FROM counts
),
counted AS (
    SELECT arm, rule, subset, sum(k)::BIGINT AS k, sum(n)::BIGINT AS n
    FROM counts_of_subsets
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
