-- What class every example's first answer is of, and what class its last: the transitions. The share is of the arm's
-- examples whose first answer is of that class, so that for a class the rows of status `repaired` are its repair rate.
-- Only pairs of classes that occur have a row. `gold_aware`: the gold decided what was repaired and when to stop. An arm
-- without results has the single row `(no results)`, with the reason.
WITH pass AS (
    SELECT
        rollout AS arm,
        NOT bool_and(gold_free) AS gold_aware,
        feedback_name(
            max(max_turns),
            any_value(feedback_detail),
            any_value(repair_scope),
            any_value(coalesce(verifier, 'gold')),
            any_value(feedback_mode)
        ) AS feedback
    FROM rollouts
    WHERE experiment = $experiment
    GROUP BY rollout
),
outcome AS (
    SELECT
        rollout AS arm,
        CASE WHEN first_correct THEN 'execution_correct' ELSE first_error_class END AS first_class,
        CASE WHEN final_correct THEN 'execution_correct' ELSE final_error_class END AS final_class,
        CASE
            WHEN first_correct AND final_correct THEN 'correct_first_turn'
            WHEN final_correct THEN 'repaired'
            WHEN first_correct THEN 'regressed'
            ELSE 'failed'
        END AS status
    FROM (
        SELECT * REPLACE (
            coalesce(first_correct, false) AS first_correct, coalesce(final_correct, false) AS final_correct
        )
        FROM trajectories
        WHERE experiment = $experiment
    )
),
transition AS (
    SELECT arm, first_class, final_class, status, count(*) AS n
    FROM outcome
    GROUP BY ALL
),
counted AS (
    SELECT *, sum(n) OVER (PARTITION BY arm, first_class)::BIGINT AS of_class FROM transition
)
SELECT
    $experiment AS experiment,
    d.arm,
    coalesce(c.first_class, '(no results)') AS first_class,
    coalesce(c.final_class, '(no results)') AS final_class,
    CASE WHEN c.arm IS NULL THEN d.missing END AS missing,
    p.feedback,
    p.gold_aware,
    coalesce(c.status, '(no results)') AS status,
    coalesce(c.n, 0) AS numerator,
    coalesce(c.of_class, 0) AS denominator,
    ratio(c.n, c.of_class) AS value,
    wilson_low(c.n, c.of_class) AS interval_low,
    wilson_high(c.n, c.of_class) AS interval_high
FROM declared_arms AS d
LEFT JOIN counted AS c USING (arm)
LEFT JOIN pass AS p USING (arm)
ORDER BY d.position, c.of_class DESC, c.first_class, c.n DESC, c.final_class
