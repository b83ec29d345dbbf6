-- Every declared comparison of two arms, from `paired_tests` (paired_counts.sql, with its test and intervals), and its p
-- value adjusted by Holm over all declared comparisons of its family: one that has no results counts as one more, as if
-- its p value were 1. One without results says which arm is missing and why. Arms that were judged by different rules
-- are not compared.
WITH stated AS (
    SELECT
        c.*,
        CASE
            WHEN a.arm IS NULL THEN c.first || ' ' || first_arm.missing
            WHEN b.arm IS NULL THEN c.second || ' ' || second_arm.missing
            WHEN a.match_rule <> b.match_rule
                THEN 'judged by different rules: ' || a.match_rule || ' and ' || b.match_rule
            WHEN t.comparison IS NULL THEN 'no examples'
            WHEN t.unpaired > 0 THEN t.unpaired || ' examples were answered by one of the two alone: run both again'
        END AS missing,
        CASE
            WHEN c.metric = 'first_turn_example_accuracy' THEN a.first_gold_aware OR b.first_gold_aware
            ELSE a.gold_aware OR b.gold_aware
        END AS gold_aware,
        t.* EXCLUDE (comparison)
    FROM declared_comparisons AS c
    JOIN declared_arms AS first_arm ON first_arm.arm = c.first
    JOIN declared_arms AS second_arm ON second_arm.arm = c.second
    LEFT JOIN passes($experiment) AS a ON a.arm = c.first
    LEFT JOIN passes($experiment) AS b ON b.arm = c.second
    LEFT JOIN paired_tests AS t USING (comparison)
),
ranked AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY family) AS members,
        row_number() OVER (
            PARTITION BY family ORDER BY CASE WHEN missing IS NULL THEN p_value END NULLS LAST, position
        ) AS place
    FROM stated
),
adjusted AS (
    SELECT
        *,
        max(CASE WHEN missing IS NULL THEN least(1.0, p_value * (members - place + 1)) END) OVER (
            PARTITION BY family ORDER BY place ROWS UNBOUNDED PRECEDING
        ) AS p_holm
    FROM ranked
)
SELECT
    $experiment AS experiment,
    comparison,
    family,
    first,
    second,
    metric,
    missing,
    CASE WHEN missing IS NULL THEN gold_aware END AS gold_aware,
    CASE WHEN missing IS NULL THEN both_right END AS both_right,
    CASE WHEN missing IS NULL THEN fixed END AS fixed,
    CASE WHEN missing IS NULL THEN broken END AS broken,
    CASE WHEN missing IS NULL THEN both_wrong END AS both_wrong,
    CASE WHEN missing IS NULL THEN fixed - broken ELSE 0 END AS numerator,
    CASE WHEN missing IS NULL THEN both_right + fixed + broken + both_wrong ELSE 0 END AS denominator,
    CASE WHEN missing IS NULL THEN difference END AS value,
    CASE WHEN missing IS NULL THEN difference_low END AS interval_low,
    CASE WHEN missing IS NULL THEN difference_high END AS interval_high,
    CASE WHEN missing IS NULL THEN bootstrap_low END AS bootstrap_low,
    CASE WHEN missing IS NULL THEN bootstrap_high END AS bootstrap_high,
    CASE WHEN missing IS NULL THEN p_value END AS p_value,
    CASE WHEN missing IS NULL THEN p_holm END AS p_holm
FROM adjusted
ORDER BY position
