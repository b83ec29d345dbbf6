-- The headline metric of every arm of this experiment, and of the experiments that it names beside it, over all their
-- examples: one row an arm and data set. An arm without results has 0 of 0, and in `missing` the reason.
SELECT
    $experiment AS experiment,
    d.of_experiment,
    d.arm,
    d.metric,
    d.dataset,
    d.model,
    CASE WHEN e.arm IS NULL THEN d.missing END AS missing,
    e.gold_aware,
    coalesce(e.numerator, 0)::BIGINT AS numerator,
    coalesce(e.denominator, 0) AS denominator,
    e.value,
    e.interval_low,
    e.interval_high
FROM arms_beside AS d
LEFT JOIN evaluations AS e
    ON e.experiment = d.of_experiment AND e.arm = d.arm AND e.metric = d.metric AND e.subset = 'all'
ORDER BY d.position
