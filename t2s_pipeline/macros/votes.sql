-- Every answer to a question of an arm with several samples (first turn), and whether it is right: by the official rule,
-- the strict one and the arm's own (`match_rule`), a column each; null where it is no answer by that rule. The answers
-- are those of macro `vote_answers`.
CREATE MACRO judged_answers(of_experiment) AS TABLE
WITH voted AS NOT MATERIALIZED (
    SELECT rollout AS arm, selector, example_id, sample FROM votes WHERE experiment = of_experiment
),
verdict AS NOT MATERIALIZED (
    SELECT * FROM judged_samples(of_experiment) WHERE arm IN (SELECT DISTINCT arm FROM voted)
),
by_sample AS (
    SELECT
        arm,
        sample,
        unnest(
            by_rule(
                any_value(match_rule),
                count(*) FILTER (official),
                count(*) FILTER (strict),
                count(*) FILTER (own)
            ),
            recursive := true
        )
    FROM verdict
    GROUP BY arm, sample
),
best AS (
    SELECT arm, rule, sample
    FROM by_sample
    QUALIFY row_number() OVER (PARTITION BY arm, rule ORDER BY of_rule DESC, sample) = 1
)
SELECT v.arm, c.selector AS answer, false AS gold_aware, NULL::BIGINT AS sample, v.example_id, match_rule, official, strict, own
FROM voted AS c
JOIN verdict AS v ON v.arm = c.arm AND v.example_id = c.example_id AND v.sample = c.sample
UNION ALL
SELECT arm, 'first_sample', false, 0, example_id, match_rule, official, strict, own
FROM verdict
WHERE sample = 0
UNION ALL
SELECT
    arm,
    'best_sample',
    true,
    sample,
    example_id,
    match_rule,
    CASE WHEN b.rule = 'official' THEN official END,
    CASE WHEN b.rule = 'strict' THEN strict END,
    CASE WHEN b.rule = match_rule THEN own END
FROM verdict
JOIN best AS b USING (arm, sample)
UNION ALL
SELECT arm, 'any_sample', true, NULL, example_id, any_value(match_rule), bool_or(official), bool_or(strict), bool_or(own)
FROM verdict
GROUP BY arm, example_id;

-- Every answer to a question of an arm with several samples (first turn), and whether it is right by each rule: that of
-- each selector and the first sample, which know no gold; `best_sample`, the one sample number that is right most often
-- over all examples (the lowest of equals), and `any_sample`, which do.
CREATE MACRO vote_answers(of_experiment) AS TABLE
SELECT arm, answer, gold_aware, sample, example_id, judged.rule, judged.of_rule AS right_
FROM (
    SELECT arm, answer, gold_aware, sample, example_id, unnest(by_rule(match_rule, official, strict, own)) AS judged
    FROM judged_answers(of_experiment)
)
WHERE judged.of_rule IS NOT NULL;
