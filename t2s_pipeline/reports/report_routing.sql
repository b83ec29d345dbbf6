-- First-turn errors of every declared arm by class, who could notice the class in use, and what to do about it. The
-- share is of the arm's first-turn errors. `error_routes` is the one taxonomy of t2s_pipeline.evaluation; an arm
-- without results has the single row `(no results)`.
WITH outcome AS (
    SELECT rollout AS arm, first_error_class AS error_class
    FROM trajectories
    WHERE experiment = $experiment AND NOT coalesce(first_correct, false)
),
with_results AS (
    SELECT DISTINCT d.arm, d.position
    FROM declared_arms AS d
    JOIN trajectories AS t ON t.rollout = d.arm AND t.experiment = $experiment
),
class AS (
    SELECT DISTINCT error_class FROM outcome JOIN declared_arms USING (arm)
),
cell AS (
    SELECT w.position, w.arm, c.error_class, count(o.arm) AS errors
    FROM with_results AS w
    CROSS JOIN class AS c
    LEFT JOIN outcome AS o ON o.arm = w.arm AND o.error_class = c.error_class
    GROUP BY w.position, w.arm, c.error_class
),
routed AS (
    SELECT
        position,
        arm,
        error_class,
        r.deployment_scope,
        r.recommended_route,
        r.reference_class,
        errors,
        sum(errors) OVER (PARTITION BY arm)::BIGINT AS all_errors
    FROM cell
    LEFT JOIN error_routes AS r USING (error_class)
    UNION ALL
    SELECT position, arm, '(no results)', '(no results)', 'materialize the arm', NULL, 0, 0
    FROM declared_arms
    WHERE arm NOT IN (SELECT arm FROM with_results)
)
SELECT
    $experiment AS experiment,
    arm,
    error_class,
    deployment_scope,
    recommended_route,
    reference_class,
    errors AS numerator,
    all_errors AS denominator,
    ratio(errors, all_errors) AS value,
    wilson_low(errors, all_errors) AS interval_low,
    wilson_high(errors, all_errors) AS interval_high
FROM routed
ORDER BY position, errors DESC, error_class
