-- First-turn errors of every declared arm by class of the first answer, and how many of them were right in the end. An
-- arm that takes one turn repairs nothing, so its repairs are null, not 0. Every arm with results has a row for every
-- class that occurs in any arm; one without results has the single row `(no results)` with the reason. `gold_aware`: the
-- gold decided what was repaired, so that the repair rate is not to be had in use.
WITH counts AS (
    SELECT arm, first_class AS error_class, first_right, count(*) AS n, count(*) FILTER (final_right) AS final_right
    FROM outcomes($experiment)
    GROUP BY ALL
),
outcome AS (
    SELECT arm, error_class, n, final_right FROM counts WHERE NOT first_right
),
with_results AS (
    SELECT d.arm, d.position, NULL::VARCHAR AS missing
    FROM declared_arms AS d
    SEMI JOIN counts USING (arm)
),
class AS (
    SELECT DISTINCT error_class FROM outcome JOIN declared_arms USING (arm)
),
cell AS (
    SELECT
        w.position,
        w.arm,
        w.missing,
        c.error_class,
        coalesce(o.n, 0) AS errors,
        coalesce(o.final_right, 0) AS repaired
    FROM with_results AS w
    CROSS JOIN class AS c
    LEFT JOIN outcome AS o ON o.arm = w.arm AND o.error_class = c.error_class
    UNION ALL
    SELECT position, arm, missing, '(no results)', 0, 0
    FROM declared_arms
    WHERE arm NOT IN (SELECT arm FROM with_results)
),
told AS (
    SELECT
        c.position,
        c.arm,
        c.error_class,
        c.missing,
        p.feedback,
        p.gold_aware,
        c.errors,
        CASE WHEN p.repairs THEN c.repaired END AS repaired,
        CASE WHEN p.repairs THEN c.errors ELSE 0 END AS tried
    FROM cell AS c
    LEFT JOIN passes($experiment) AS p USING (arm)
)
SELECT
    $experiment AS experiment,
    arm,
    error_class,
    missing,
    feedback,
    gold_aware,
    errors AS first_turn_errors,
    repaired,
    errors - repaired AS failed,
    coalesce(repaired, 0) AS numerator,
    tried AS denominator,
    ratio(repaired, tried) AS value,
    wilson_low(repaired, tried) AS interval_low,
    wilson_high(repaired, tried) AS interval_high
FROM told
ORDER BY position, errors DESC, error_class
