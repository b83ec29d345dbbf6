-- Of every two ways to choose among the samples of an arm: the examples that both, one or none of them got right, in
-- every database. Every pair of selectors; and, where each sample number is a system of its own, the best of them
-- (`best_sample`) with each selector. `second` is the one that `report_voting` names first.
--
-- All answers to an example are one number: in base 3, the digit of an answer's place is 0 where there is none, 1 where
-- it is wrong and 2 where it is right. Of such numbers there are few, so that pairs are made of counts.
WITH place AS (
    SELECT unnest(['vav', 'vav_reference', 'majority', 'first_executable', 'best_sample']) AS answer,
        unnest([1, 3, 9, 27, 81]) AS unit
),
coded AS (
    SELECT
        a.arm,
        a.example_id,
        by_rule(
            any_value(a.match_rule),
            sum(unit * (1 + official::BIGINT))::BIGINT,
            sum(unit * (1 + strict::BIGINT))::BIGINT,
            sum(unit * (1 + own::BIGINT))::BIGINT
        ) AS codes
    FROM judged_answers($experiment) AS a
    JOIN place USING (answer)
    WHERE answer <> 'best_sample' OR arm IN (SELECT arm FROM system_arms)
    GROUP BY a.arm, a.example_id
),
alike AS (
    SELECT c.arm, e.database_id, c.codes, count(*) AS examples
    FROM coded AS c
    JOIN examples AS e ON e.example_id = c.example_id
    WHERE e.experiment = $experiment
    GROUP BY c.arm, e.database_id, c.codes
),
of_rules AS (
    SELECT arm, database_id, examples, unnest(codes, recursive := true) FROM alike
),
paired AS (
    SELECT
        arm,
        rule,
        a.answer AS first,
        b.answer AS second,
        database_id,
        examples,
        of_rule // a.unit % 3 AS first_digit,
        of_rule // b.unit % 3 AS second_digit
    FROM of_rules
    CROSS JOIN place AS a
    JOIN place AS b ON b.unit < a.unit
    WHERE first_digit > 0 AND second_digit > 0
)
SELECT
    arm,
    rule,
    first,
    second,
    database_id,
    coalesce(sum(examples) FILTER (first_digit = 2 AND second_digit = 2), 0)::BIGINT AS both_right,
    coalesce(sum(examples) FILTER (first_digit = 1 AND second_digit = 2), 0)::BIGINT AS fixed,
    coalesce(sum(examples) FILTER (first_digit = 2 AND second_digit = 1), 0)::BIGINT AS broken,
    coalesce(sum(examples) FILTER (first_digit = 1 AND second_digit = 1), 0)::BIGINT AS both_wrong,
    0 AS unpaired
FROM paired
GROUP BY arm, rule, first, second, database_id
ORDER BY ALL
