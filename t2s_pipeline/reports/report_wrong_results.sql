-- Attempts of the first turn that ran and are wrong, by the leading cause of their difference from the gold; `mentioned`
-- counts the cause anywhere in the list. Every arm with results has a row for every cause (`wrong_result_causes` is the
-- one list of t2s_pipeline.evaluation, with what each means). The share is of the arm's wrong results. An arm without
-- results has the single row `(no results)`.
WITH wrong AS (
    SELECT
        arm,
        example_id,
        causes,
        CASE WHEN causes IS NULL THEN '(not parsed)' WHEN len(causes) = 0 THEN '(none found)' ELSE causes[1] END AS cause
    FROM diagnoses
    WHERE experiment = $experiment
        AND turn = 1
        AND error_class IN ('empty_result', 'wrong_row_count', 'wrong_result')
),
with_results AS (
    SELECT DISTINCT d.arm, d.position
    FROM declared_arms AS d
    JOIN rollouts AS r ON r.rollout = d.arm AND r.experiment = $experiment
),
cell AS (
    SELECT
        w.position,
        w.arm,
        NULL AS missing,
        k.cause,
        k.meaning,
        k.position AS cause_position,
        count(x.arm) FILTER (x.cause = k.cause) AS led,
        count(x.arm) FILTER (x.cause = k.cause OR coalesce(list_contains(x.causes, k.cause), false)) AS mentioned,
        list_sort(list(DISTINCT x.example_id) FILTER (x.cause = k.cause))[1:3] AS example_ids,
        count(x.arm) AS wrong_results
    FROM with_results AS w
    CROSS JOIN wrong_result_causes AS k
    LEFT JOIN wrong AS x ON x.arm = w.arm
    GROUP BY ALL
    UNION ALL
    SELECT position, arm, missing, '(no results)', 'no results', 0, 0, 0, NULL, 0
    FROM declared_arms
    WHERE arm NOT IN (SELECT arm FROM with_results)
)
SELECT
    $experiment AS experiment,
    arm,
    cause,
    missing,
    meaning,
    mentioned,
    example_ids,
    led AS numerator,
    wrong_results AS denominator,
    ratio(led, wrong_results) AS value,
    wilson_low(led, wrong_results) AS interval_low,
    wilson_high(led, wrong_results) AS interval_high
FROM cell
ORDER BY position, led DESC, cause_position
