-- Recall@k of every declared arm with several samples, over the samples of its first turn and all its examples, k from 1
-- to their number. `first_k`: is one of the first k right. `expected`: the probability that one of k samples is right
-- that are drawn from the n of the example, of which c are (macro `pass_at_k`). The interval of
-- `expected` is Wilson's with the sum of probabilities for successes: a mean of values from 0 to 1 varies no more than
-- a share does, so that it is wide enough. An arm without results has one row with the reason.
WITH alike AS (
    SELECT arm, rule, n, c, first_right, count(*) AS examples FROM sample_counts($experiment) GROUP BY ALL
),
drawn AS (
    SELECT *, unnest(range(1, n + 1)) AS k FROM alike
),
found AS (
    SELECT
        arm,
        rule,
        k,
        examples,
        unnest(
            [
                {'estimator': 'first_k', 'p': coalesce(first_right < k, false)::INT::DOUBLE},
                {'estimator': 'expected', 'p': pass_at_k(n, c, k)}
            ],
            recursive := true
        )
    FROM drawn
),
counted AS (
    SELECT arm, rule, estimator, k, round(sum(examples * p), 9) AS numerator, sum(examples)::BIGINT AS n
    FROM found
    GROUP BY arm, rule, estimator, k
)
SELECT
    $experiment AS experiment,
    d.arm,
    coalesce(c.rule, 'official') AS rule,
    coalesce(c.estimator, 'first_k') AS estimator,
    coalesce(c.k, 1) AS k,
    CASE WHEN c.arm IS NULL THEN d.missing END AS missing,
    coalesce(c.numerator, 0) AS numerator,
    coalesce(c.n, 0) AS denominator,
    ratio(c.numerator, c.n) AS value,
    wilson_low(c.numerator, c.n) AS interval_low,
    wilson_high(c.numerator, c.n) AS interval_high
FROM voting_arms AS d
LEFT JOIN counted AS c USING (arm)
ORDER BY d.position, c.rule, c.estimator DESC, c.k
