-- Every two selectors of every declared arm with several samples, and the best single system with each selector, from
-- `paired_tests` (vote_pair_counts.sql, with its test and intervals), and the p value adjusted by Holm over all
-- comparisons of the arm by the same rule. A declared arm without votes has the single row `(no results)`.
WITH ranked AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY arm, rule) AS members,
        row_number() OVER (PARTITION BY arm, rule ORDER BY p_value, first, second) AS place
    FROM paired_tests
),
adjusted AS (
    SELECT
        *,
        max(least(1.0, p_value * (members - place + 1))) OVER (
            PARTITION BY arm, rule ORDER BY place ROWS UNBOUNDED PRECEDING
        ) AS p_holm
    FROM ranked
)
SELECT
    $experiment AS experiment,
    d.arm,
    coalesce(a.rule, 'official') AS rule,
    coalesce(a.first, '(no results)') AS first,
    coalesce(a.second, '(no results)') AS second,
    CASE WHEN a.arm IS NULL THEN d.missing END AS missing,
    a.first = 'best_sample' AS gold_aware,
    a.both_right,
    a.fixed,
    a.broken,
    a.both_wrong,
    coalesce(a.fixed - a.broken, 0) AS numerator,
    coalesce(a.both_right + a.fixed + a.broken + a.both_wrong, 0) AS denominator,
    a.difference AS value,
    a.difference_low AS interval_low,
    a.difference_high AS interval_high,
    a.bootstrap_low,
    a.bootstrap_high,
    a.p_value,
    a.p_holm
FROM voting_arms AS d
LEFT JOIN adjusted AS a USING (arm)
ORDER BY
    d.position,
    a.rule,
    list_position(['best_sample', 'first_executable', 'majority', 'vav_reference'], a.first),
    list_position(['vav', 'vav_reference', 'majority', 'first_executable'], a.second)
