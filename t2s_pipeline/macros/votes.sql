-- Every answer to a question of an arm with several samples (first turn), and whether it is right by each rule: that of
-- each selector and the first sample, which know no gold; `best_sample`, the one sample number that is right most often
-- over all examples (the lowest of equals), and `any_sample`, which do.
CREATE MACRO vote_answers(of_experiment) AS TABLE
WITH verdict AS (
    SELECT * FROM sample_verdicts(of_experiment)
),
by_sample AS (
    SELECT arm, rule, sample, count(*) FILTER (right_) AS right_
    FROM verdict
    GROUP BY arm, rule, sample
),
best AS (
    SELECT arm, rule, sample
    FROM by_sample
    QUALIFY row_number() OVER (PARTITION BY arm, rule ORDER BY right_ DESC, sample) = 1
),
voted AS (
    SELECT rollout AS arm, selector, example_id, sample FROM votes WHERE experiment = of_experiment
),
answer AS (
    SELECT arm, selector AS answer, false AS gold_aware, NULL::BIGINT AS sample, example_id, rule, right_
    FROM voted
    JOIN verdict USING (arm, example_id, sample)
    UNION ALL
    SELECT arm, 'first_sample', false, 0, example_id, rule, right_
    FROM verdict
    WHERE sample = 0
    UNION ALL
    SELECT arm, 'best_sample', true, sample, example_id, rule, right_
    FROM verdict
    JOIN best USING (arm, rule, sample)
    UNION ALL
    SELECT arm, 'any_sample', true, NULL, example_id, rule, bool_or(right_)
    FROM verdict
    GROUP BY arm, example_id, rule
)
SELECT * FROM answer SEMI JOIN voted USING (arm);
