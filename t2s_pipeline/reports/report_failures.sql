-- Examples of every declared arm whose last answer is wrong, with the question, the schema that the prompt showed, the
-- first and the last SQL, what the model was told in between, and the first rows of answer and gold. Of an arm at most
-- $most are listed, of every class of the last answer as many, and of different arms the same questions as far as can
-- be (in the order of a hash). Those of a class that are not have one row, with their number in `left_out`.
WITH wrong AS (
    SELECT t.rollout AS arm, d.position, t.example_id, t.final_error_class
    FROM trajectories AS t
    JOIN declared_arms AS d ON d.arm = t.rollout
    WHERE t.experiment = $experiment
        AND NOT coalesce(t.final_correct, false)
        AND t.example_id IN (SELECT example_id FROM examples WHERE experiment = $experiment)
),
total AS (
    SELECT arm, position, final_error_class, count(*) AS failures
    FROM wrong
    GROUP BY ALL
),
of_class AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY arm, final_error_class ORDER BY md5(example_id), example_id) AS place_in_class
    FROM wrong
    QUALIFY place_in_class <= $most
),
listed AS MATERIALIZED (
    SELECT arm, position, example_id, final_error_class
    FROM of_class
    QUALIFY row_number() OVER (PARTITION BY arm ORDER BY place_in_class, md5(example_id), example_id) <= $most
),
listed_attempt AS (
    SELECT a.rollout AS arm, a.example_id, a.turn, a.sample, a.feedback, a.error
    FROM attempts AS a
    SEMI JOIN listed AS l ON l.arm = a.rollout AND l.example_id = a.example_id
    WHERE a.experiment = $experiment
),
told AS (
    SELECT arm, example_id, list(feedback ORDER BY turn) AS feedback
    FROM listed_attempt
    WHERE feedback IS NOT NULL
    GROUP BY arm, example_id
),
left_out AS (
    SELECT t.arm, t.position, t.final_error_class, t.failures - count(l.arm) AS failures
    FROM total AS t
    LEFT JOIN listed AS l ON l.arm = t.arm AND l.final_error_class = t.final_error_class
    GROUP BY t.arm, t.position, t.final_error_class, t.failures
    HAVING t.failures > count(l.arm)
),
shown AS (
    SELECT
        l.position,
        l.arm,
        l.example_id,
        t.database_id,
        e.hardness,
        CASE WHEN coalesce(t.first_correct, false) THEN 'regressed' ELSE 'failed' END AS status,
        e.question,
        s.schema_text,
        e.gold,
        g.gold_rows,
        t.first_sql,
        t.first_error_class,
        told.feedback,
        t.final_sql,
        l.final_error_class,
        a.error,
        g.sql_rows AS final_rows,
        g.causes,
        NULL AS left_out
    FROM listed AS l
    JOIN trajectories AS t ON t.rollout = l.arm AND t.example_id = l.example_id AND t.experiment = $experiment
    JOIN examples AS e ON e.example_id = l.example_id AND e.experiment = $experiment
    JOIN passes($experiment) AS p ON p.arm = l.arm
    LEFT JOIN retrieved_schemas AS s
        ON s.experiment = $experiment
        AND s.example_id = l.example_id
        AND s.retrieval = p.retrieval
        AND s.schema_style = p.schema_style
        AND s.token_budget = p.token_budget
    LEFT JOIN told ON told.arm = l.arm AND told.example_id = l.example_id
    LEFT JOIN listed_attempt AS a
        ON a.arm = l.arm
        AND a.example_id = l.example_id
        AND a.turn = t.final_turn
        AND a.sample = t.final_sample
    LEFT JOIN diagnoses AS g
        ON g.experiment = $experiment
        AND g.arm = l.arm
        AND g.example_id = l.example_id
        AND g.turn = t.final_turn
        AND g.sample = t.final_sample
    UNION ALL BY NAME
    SELECT
        position,
        arm,
        '(left out) ' || final_error_class AS example_id,
        '(left out)' AS database_id,
        '(left out)' AS status,
        '(left out)' AS question,
        '(left out)' AS gold,
        '(left out)' AS first_error_class,
        final_error_class,
        failures AS left_out
    FROM left_out
)
SELECT $experiment AS experiment, * EXCLUDE (position)
FROM shown
ORDER BY position, left_out IS NOT NULL, example_id
