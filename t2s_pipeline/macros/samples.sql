-- Every sample of the first turn of the rollouts with several: is it right, by the official rule, the strict one and the
-- rollout's own. An undecided verdict counts as wrong.
CREATE MACRO sample_verdicts(of_experiment) AS TABLE
SELECT
    arm,
    a.example_id,
    a.sample,
    unnest(
        [
            {'rule': 'official', 'right_': coalesce(a.correct_official, false)},
            {'rule': 'strict', 'right_': coalesce(a.correct_strict, false)}
        ]
        || CASE
            WHEN p.match_rule IN ('official', 'strict') THEN []
            ELSE [{'rule': p.match_rule, 'right_': a.correct}]
        END,
        recursive := true
    )
FROM attempts AS a
JOIN passes(of_experiment) AS p ON p.arm = a.rollout
WHERE a.experiment = of_experiment AND a.turn = 1 AND p.samples > 1;

-- Of every example, by rollout and rule: its `n` samples of the first turn, the `c` of them that are right, and the number
-- of the first one that is.
CREATE MACRO sample_counts(of_experiment) AS TABLE
SELECT
    arm,
    rule,
    example_id,
    count(*) AS n,
    count(*) FILTER (right_) AS c,
    min(sample) FILTER (right_) AS first_right
FROM sample_verdicts(of_experiment)
GROUP BY arm, rule, example_id;

-- pass@k of every rollout with `of_k` samples or more, by rule: the mean of `pass_at_k` over examples, with Wilson's
-- interval of a share of that size. `train` is a rollout, too.
CREATE MACRO pass_at(of_experiment, of_k) AS TABLE
SELECT
    arm,
    rule,
    sum(pass_at_k(n, c, of_k)) AS numerator,
    count(*) AS denominator,
    ratio(numerator, denominator) AS value,
    wilson_low(numerator, denominator) AS interval_low,
    wilson_high(numerator, denominator) AS interval_high
FROM sample_counts(of_experiment)
WHERE n >= of_k
GROUP BY arm, rule;
