-- First-turn errors of every declared arm by class, who could notice the class in use, and what to do about it. The
-- share is of the arm's first-turn errors. `error_routes` is the one taxonomy of t2s_pipeline.evaluation; an arm
-- without results has the single row `(no results)`, with the reason. `examples` and `status_counts` are the arm's;
-- `gold_aware`: the gold decided what was repaired, and so the status counts; `first_gold_aware`: it also chose the first
-- answer among several samples, and so the errors.
WITH counts AS (
    SELECT arm, first_class AS error_class, first_right, status, count(*) AS n FROM outcomes($experiment) GROUP BY ALL
),
outcome AS (
    SELECT arm, error_class, sum(n)::BIGINT AS errors FROM counts WHERE NOT first_right GROUP BY arm, error_class
),
by_status AS (
    SELECT arm, status, sum(n)::BIGINT AS n FROM counts GROUP BY arm, status
),
with_results AS (
    SELECT
        d.arm,
        d.position,
        p.gold_aware,
        p.first_gold_aware,
        sum(s.n)::BIGINT AS examples,
        string_agg(s.status || ' ' || s.n, ', ' ORDER BY s.status) AS status_counts
    FROM declared_arms AS d
    JOIN by_status AS s USING (arm)
    LEFT JOIN passes($experiment) AS p USING (arm)
    GROUP BY d.arm, d.position, p.gold_aware, p.first_gold_aware
),
class AS (
    SELECT DISTINCT error_class FROM outcome JOIN declared_arms USING (arm)
),
cell AS (
    SELECT
        w.position,
        w.arm,
        w.examples,
        w.status_counts,
        w.gold_aware,
        w.first_gold_aware,
        c.error_class,
        coalesce(o.errors, 0) AS errors
    FROM with_results AS w
    CROSS JOIN class AS c
    LEFT JOIN outcome AS o ON o.arm = w.arm AND o.error_class = c.error_class
),
routed AS (
    SELECT
        position,
        arm,
        error_class,
        NULL AS missing,
        r.deployment_scope,
        r.recommended_route,
        r.reference_class,
        r.online_detectable,
        r.verifier,
        examples,
        status_counts,
        gold_aware,
        first_gold_aware,
        errors,
        sum(errors) OVER (PARTITION BY arm)::BIGINT AS all_errors
    FROM cell
    LEFT JOIN error_routes AS r USING (error_class)
    UNION ALL
    SELECT position, arm, '(no results)', missing, '(no results)', '(no results)', NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, 0
    FROM declared_arms
    WHERE arm NOT IN (SELECT arm FROM with_results)
)
SELECT
    $experiment AS experiment,
    arm,
    error_class,
    missing,
    deployment_scope,
    recommended_route,
    reference_class,
    online_detectable,
    verifier,
    examples,
    status_counts,
    gold_aware,
    first_gold_aware,
    errors AS numerator,
    all_errors AS denominator,
    ratio(errors, all_errors) AS value,
    wilson_low(errors, all_errors) AS interval_low,
    wilson_high(errors, all_errors) AS interval_high
FROM routed
ORDER BY position, errors DESC, error_class
