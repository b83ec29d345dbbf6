-- Of each rule that says which samples of a rollout are right, its name and a value: of the official rule, of the strict
-- one, and of the rollout's own where that is another. `unnest(..., recursive := true)` makes a row a rule of it.
CREATE MACRO by_rule(own_rule, of_official, of_strict, of_own) AS
    [{'rule': 'official', 'of_rule': of_official}, {'rule': 'strict', 'of_rule': of_strict}]
    || CASE WHEN own_rule IN ('official', 'strict') THEN [] ELSE [{'rule': own_rule, 'of_rule': of_own}] END;

-- Every sample of the first turn of the rollouts with several: is it right, by the official rule, the strict one and the
-- rollout's own (`match_rule`), a column each. An undecided verdict counts as wrong.
CREATE MACRO judged_samples(of_experiment) AS TABLE
SELECT
    p.arm,
    a.example_id,
    a.sample,
    p.match_rule,
    coalesce(a.correct_official, false) AS official,
    coalesce(a.correct_strict, false) AS strict,
    a.correct AS own
FROM attempts AS a
JOIN passes(of_experiment) AS p ON p.arm = a.rollout
WHERE a.experiment = of_experiment AND a.turn = 1 AND p.samples > 1;

-- The same with a row a rule: every sample of the first turn of the rollouts with several, and is it right.
CREATE MACRO sample_verdicts(of_experiment) AS TABLE
SELECT arm, example_id, sample, judged.rule, judged.of_rule AS right_
FROM (
    SELECT arm, example_id, sample, unnest(by_rule(match_rule, official, strict, own)) AS judged
    FROM judged_samples(of_experiment)
);

-- Of every example, by rollout and rule: its `n` samples of the first turn, the `c` of them that are right, and the number
-- of the first one that is.
CREATE MACRO sample_counts(of_experiment) AS TABLE
SELECT arm, counted.rule, example_id, n, counted.of_rule.c, counted.of_rule.first_right
FROM (
    SELECT
        arm,
        example_id,
        count(*) AS n,
        unnest(
            by_rule(
                any_value(match_rule),
                {'c': count(*) FILTER (official), 'first_right': min(sample) FILTER (official)},
                {'c': count(*) FILTER (strict), 'first_right': min(sample) FILTER (strict)},
                {'c': count(*) FILTER (own), 'first_right': min(sample) FILTER (own)}
            )
        ) AS counted
    FROM judged_samples(of_experiment)
    GROUP BY arm, example_id
);

-- pass@k of every rollout with `of_k` samples or more, by rule: the mean of `pass_at_k` over examples, with Wilson's
-- interval of a share of that size. `train` is a rollout, too.
CREATE MACRO pass_at(of_experiment, of_k) AS TABLE
SELECT
    arm,
    rule,
    round(sum(examples * pass_at_k(n, c, of_k)), 9) AS numerator,
    sum(examples)::BIGINT AS denominator,
    ratio(numerator, denominator) AS value,
    wilson_low(numerator, denominator) AS interval_low,
    wilson_high(numerator, denominator) AS interval_high
FROM (
    SELECT arm, rule, n, c, count(*) AS examples
    FROM sample_counts(of_experiment)
    WHERE n >= of_k
    GROUP BY arm, rule, n, c
)
GROUP BY arm, rule;
