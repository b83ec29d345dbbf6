-- First-turn errors of every repairing arm by who notices them in use, and how many were right in the end. Which class
-- is noticed by whom is `error_routes`, the one taxonomy: what the executor shows (or that nothing came) is
-- `strict_online`; what a sanity check may suspect, by its class or by a signal against the answer, is `guarded`; the
-- rest needs an `external_verifier`. An arm without results has the single row `(no results)`, with the reason.
WITH wrong AS NOT MATERIALIZED (
    SELECT t.arm, t.example_id, t.first_sql, t.final_right, r.deployment_scope
    FROM outcomes($experiment) AS t
    SEMI JOIN repairing_arms USING (arm)
    LEFT JOIN error_routes AS r ON r.error_class = t.first_class
    WHERE NOT t.first_right
),
-- Of several samples with the first answer's text, the first one's signals.
suspected AS (
    SELECT w.arm, w.example_id
    FROM wrong AS w
    JOIN attempts AS a
        ON a.rollout = w.arm AND a.example_id = w.example_id AND a.sql IS NOT DISTINCT FROM w.first_sql
    WHERE a.experiment = $experiment AND a.turn = 1
    GROUP BY w.arm, w.example_id
    HAVING arg_min(coalesce(len(a.signals), 0), a.sample) > 0
),
failure AS (
    SELECT
        w.arm,
        CASE
            WHEN w.deployment_scope IN ('online', 'online_retry') THEN 'strict_online'
            WHEN w.deployment_scope = 'guarded' OR s.arm IS NOT NULL THEN 'guarded'
            ELSE 'external_verifier'
        END AS bucket,
        count(*) AS errors,
        count(*) FILTER (w.final_right) AS fixed
    FROM wrong AS w
    LEFT JOIN suspected AS s USING (arm, example_id)
    GROUP BY ALL
),
with_results AS (
    SELECT arm
    FROM repairing_arms
    WHERE arm IN (SELECT DISTINCT rollout FROM trajectories WHERE experiment = $experiment)
),
cell AS (
    SELECT w.arm, b.bucket, b.place, NULL AS missing, coalesce(f.errors, 0) AS errors, coalesce(f.fixed, 0) AS fixed
    FROM with_results AS w
    CROSS JOIN (VALUES ('strict_online', 1), ('guarded', 2), ('external_verifier', 3)) AS b (bucket, place)
    LEFT JOIN failure AS f ON f.arm = w.arm AND f.bucket = b.bucket
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
