-- The history of every declared loop: of each iteration the held-out questions, how often its policy solves the questions
-- of train (that is, the candidates of the next iteration), the rows of its training, and what it cost. Iteration 0 is
-- where the loop starts. An iteration that has not run has one row with the reason.
-- The candidates of a question are not independent: the interval of a solve rate is Wilson's for its share of as many
-- cases as there are questions, which is wide enough.
WITH of_train AS (
    -- The candidates of iteration k are written by the policy of iteration k - 1.
    SELECT star, iteration - 1 AS iteration, unnest(['all', hardness]) AS level, judged, right_, solved
    FROM (
        SELECT star, iteration, coalesce(hardness, 'unknown') AS hardness, judged, "right" AS right_, "right" > 0 AS solved
        FROM star_questions
        WHERE experiment = $experiment
    )
),
row_of AS (
    SELECT star, iteration, source, copies, sum(copies) OVER (PARTITION BY star, iteration) AS total
    FROM star_rows
    WHERE experiment = $experiment
),
cost AS (
    SELECT star, iteration, pass AS level, unnest([
        {'measure': 'candidates', 'amount': candidates::DOUBLE},
        {'measure': 'prompt_tokens', 'amount': prompt_tokens::DOUBLE},
        {'measure': 'completion_tokens', 'amount': completion_tokens::DOUBLE},
        {'measure': 'seconds', 'amount': seconds}
    ], recursive := true)
    FROM star_costs
    WHERE experiment = $experiment AND NOT stopped
),
found AS (
    SELECT star, iteration, 'held_out' AS measure, 'all' AS level, "right"::DOUBLE AS k, questions AS n,
        questions AS independent
    FROM star_iterations
    WHERE experiment = $experiment
    UNION ALL
    SELECT star, iteration, 'solve_rate', level, sum(right_)::DOUBLE, sum(judged)::BIGINT,
        count(*) FILTER (judged > 0)
    FROM of_train
    GROUP BY ALL
    UNION ALL
    SELECT star, iteration, 'solved', level, count(*) FILTER (solved)::DOUBLE, count(*), count(*)
    FROM of_train
    GROUP BY ALL
    UNION ALL
    SELECT star, iteration, 'rows', source, sum(copies)::DOUBLE, any_value(total)::BIGINT, 0
    FROM row_of
    GROUP BY ALL
    UNION ALL
    SELECT star, iteration, measure, level, amount, 0, 0
    FROM cost
    UNION ALL
    SELECT d.star, d.iteration, 'training_seconds', 'all', a.train_seconds, 0, 0
    FROM declared_iterations AS d
    JOIN adapters AS a ON a.adapter = d.adapter AND a.experiment = $experiment
    JOIN star_iterations AS i ON i.star = d.star AND i.iteration = d.iteration AND i.experiment = $experiment
    WHERE NOT i.stopped
)
SELECT
    $experiment AS experiment,
    d.star,
    d.iteration,
    coalesce(f.measure, '(no results)') AS measure,
    coalesce(f.level, 'all') AS level,
    CASE WHEN f.star IS NULL THEN d.missing END AS missing,
    i.stopped,
    CASE
        WHEN f.measure <> 'held_out' THEN NULL
        WHEN i.stopped THEN 'the loop had ended'
        WHEN i.ends_here THEN 'within noise: ended here'
        WHEN i.within_noise THEN 'within noise'
    END AS note,
    coalesce(f.k, 0) AS numerator,
    coalesce(f.n, 0) AS denominator,
    ratio(f.k, f.n) AS value,
    wilson_low(ratio(f.k, f.n) * f.independent, f.independent) AS interval_low,
    wilson_high(ratio(f.k, f.n) * f.independent, f.independent) AS interval_high
FROM declared_iterations AS d
LEFT JOIN found AS f ON f.star = d.star AND f.iteration = d.iteration
LEFT JOIN star_iterations AS i ON i.star = d.star AND i.iteration = d.iteration AND i.experiment = $experiment
ORDER BY
    d.position,
    list_position(
        [
            'held_out', 'solve_rate', 'solved', 'rows', 'candidates', 'prompt_tokens', 'completion_tokens', 'seconds',
            'training_seconds'
        ],
        f.measure
    ),
    list_position(
        [
            'all', 'easy', 'medium', 'hard', 'extra', 'simple', 'moderate', 'challenging', 'unknown', 'candidate',
            'rationalised', 'gold', 'candidates', 'held_out'
        ],
        f.level
    )
