-- The method report: every metric of every declared arm over all its examples, and the headline metric also on those
-- not excluded and those audited, as `<metric>@<subset>`. A declared arm without results has one row: the headline
-- metric, 0 of 0, and in `missing` the reason.
WITH shown AS (
    SELECT
        arm,
        CASE WHEN subset = 'all' THEN metric ELSE metric || '@' || subset END AS metric,
        gold_aware,
        numerator,
        denominator,
        value,
        interval_low,
        interval_high
    FROM evaluations
    WHERE experiment = $experiment
        AND (subset = 'all' OR (metric = $headline AND subset IN ('not_excluded', 'audited')))
)
SELECT
    $experiment AS experiment,
    d.arm,
    coalesce(s.metric, $headline) AS metric,
    CASE WHEN s.arm IS NULL THEN d.missing END AS missing,
    p.model,
    p.adapter,
    p.feedback,
    p.match_rule,
    p.schema_style,
    p.prompt_style,
    p.token_budget,
    p.samples,
    p.selection,
    s.gold_aware,
    coalesce(s.numerator, 0) AS numerator,
    coalesce(s.denominator, 0) AS denominator,
    s.value,
    s.interval_low,
    s.interval_high
FROM declared_arms AS d
LEFT JOIN shown AS s USING (arm)
LEFT JOIN passes($experiment) AS p ON p.arm = s.arm
ORDER BY d.position, metric
