-- First-turn errors of every repairing arm by who notices them in use, and how many were right in the end. Which class
-- is noticed by whom is `error_routes`, the one taxonomy: what the executor shows (or that nothing came) is
-- `strict_online`; what a sanity check may suspect, by its class or by a signal against the answer, is `guarded`; the
-- rest needs an `external_verifier`. An arm without results has the single row `(no results)`, with the reason.
WITH first_answer AS (
    SELECT t.arm, t.first_class, t.first_right, t.final_right, a.signals
    FROM outcomes($experiment) AS t
    LEFT JOIN attempts AS a
        ON a.experiment = $experiment
        AND a.rollout = t.arm
        AND a.example_id = t.example_id
        AND a.turn = 1
        AND a.sql IS NOT DISTINCT FROM t.first_sql
    QUALIFY row_number() OVER (PARTITION BY t.arm, t.example_id ORDER BY a.sample) = 1
),
failure AS (
    SELECT
        t.arm,
        CASE
            WHEN r.deployment_scope IN ('online', 'online_retry') THEN 'strict_online'
            WHEN r.deployment_scope = 'guarded' OR len(t.signals) > 0 THEN 'guarded'
            ELSE 'external_verifier'
        END AS bucket,
        t.final_right AS fixed
    FROM first_answer AS t
    LEFT JOIN error_routes AS r ON r.error_class = t.first_class
    WHERE NOT t.first_right
),
with_results AS (
    SELECT arm FROM repairing_arms SEMI JOIN outcomes($experiment) USING (arm)
),
cell AS (
    SELECT w.arm, b.bucket, b.place, NULL AS missing, count(f.arm) AS errors, count(f.arm) FILTER (f.fixed) AS fixed
    FROM with_results AS w
    CROSS JOIN (VALUES ('strict_online', 1), ('guarded', 2), ('external_verifier', 3)) AS b (bucket, place)
    LEFT JOIN failure AS f ON f.arm = w.arm AND f.bucket = b.bucket
    GROUP BY ALL
    UNION ALL
    SELECT arm, '(no results)', 0, missing, 0, 0
    FROM declared_arms
    SEMI JOIN repairing_arms USING (arm)
    WHERE arm NOT IN (SELECT arm FROM with_results)
)
SELECT
    $experiment AS experiment,
    c.arm,
    c.bucket,
    c.missing,
    p.feedback,
    p.gold_aware,
    c.fixed AS numerator,
    c.errors AS denominator,
    ratio(c.fixed, c.errors) AS value,
    wilson_low(c.fixed, c.errors) AS interval_low,
    wilson_high(c.fixed, c.errors) AS interval_high
FROM cell AS c
JOIN declared_arms AS d USING (arm)
LEFT JOIN passes($experiment) AS p USING (arm)
ORDER BY d.position, c.place
