-- The method report: every metric of every declared arm over all its examples, and the headline metric also on those
-- not excluded and those audited, as `<metric>@<subset>`. A declared arm without results has one row: the headline
-- metric, 0 of 0, and in `missing` the reason.
WITH pass AS (
    SELECT
        rollout AS arm,
        any_value(model) AS model,
        any_value(adapter) AS adapter,
        feedback_name(
            max(max_turns),
            any_value(feedback_detail),
            any_value(repair_scope),
            any_value(coalesce(verifier, 'gold')),
            any_value(feedback_mode)
        ) AS feedback,
        any_value(match_rule) AS match_rule,
        any_value(schema_style) AS schema_style,
        any_value(prompt_style) AS prompt_style,
        any_value(token_budget) AS token_budget
    FROM rollouts
    WHERE experiment = $experiment
    GROUP BY rollout
),
shown AS (
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
        AND metric <> 'avg_candidate_reward'
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
    s.gold_aware,
    coalesce(s.numerator, 0)::BIGINT AS numerator,
    coalesce(s.denominator, 0) AS denominator,
    s.value,
    s.interval_low,
    s.interval_high
FROM declared_arms AS d
LEFT JOIN shown AS s USING (arm)
LEFT JOIN pass AS p ON p.arm = s.arm
ORDER BY d.position, metric
