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
led AS (
    SELECT arm, cause, count(*) AS n FROM wrong GROUP BY arm, cause
),
-- Of the listed causes, and of the two for where none is.
mentioned AS (
    SELECT arm, cause, count(*) AS n
    FROM (SELECT arm, unnest(list_distinct(coalesce(causes, []) || [cause])) AS cause FROM wrong)
    GROUP BY arm, cause
),
first_examples AS (
    SELECT arm, cause, min(example_id, 3) AS example_ids
    FROM (SELECT DISTINCT arm, cause, example_id FROM wrong)
    GROUP BY arm, cause
),
total AS (
    SELECT arm, sum(n)::BIGINT AS n FROM led GROUP BY arm
),
-- Without rows in `diagnoses` an arm has results where no first answer is wrong; else nobody has diagnosed it yet.
with_results AS (
    SELECT DISTINCT d.arm, d.position
    FROM diagnosed_arms AS d
    JOIN rollouts AS r ON r.rollout = d.arm AND r.experiment = $experiment
    WHERE d.arm IN (SELECT arm FROM diagnoses WHERE experiment = $experiment)
        OR d.arm NOT IN (SELECT rollout FROM trajectories WHERE experiment = $experiment AND NOT first_correct)
),
cell AS (
    SELECT
        w.position,
        w.arm,
        NULL AS missing,
        k.cause,
        k.meaning,
        k.position AS cause_position,
        coalesce(l.n, 0) AS led,
        coalesce(m.n, 0) AS mentioned,
        f.example_ids,
        coalesce(t.n, 0) AS wrong_results
    FROM with_results AS w
    CROSS JOIN wrong_result_causes AS k
    LEFT JOIN led AS l ON l.arm = w.arm AND l.cause = k.cause
    LEFT JOIN mentioned AS m ON m.arm = w.arm AND m.cause = k.cause
    LEFT JOIN first_examples AS f ON f.arm = w.arm AND f.cause = k.cause
    LEFT JOIN total AS t ON t.arm = w.arm
    UNION ALL
    SELECT position, arm, missing, '(no results)', 'no results', 0, 0, 0, NULL, 0
    FROM diagnosed_arms
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
