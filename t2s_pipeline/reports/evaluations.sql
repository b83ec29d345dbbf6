-- Every metric of every rollout of $experiment that has trajectories, on every subset of its examples.
--
-- A metric is a number of successes over a number of cases. Cases are examples, or candidates (every attempt of every
-- turn, repeated ones too); metrics with `first_turn` in their name look at turn 1 alone. `avg_candidate_reward` is a
-- mean, not a share: its interval is the normal one, as if candidates of one example were independent. Sums of rewards
-- are rounded: which is added first, and so their last bits, is a matter of threads.
-- `undecided_rate` is of candidates of which the match rule cannot tell: they count as wrong everywhere else.
-- `gold_aware`: the gold decided which candidates there are or which of them is the answer, so that the figure is not to
-- be had in use. A rollout of one turn repairs nothing and has no `repair_success_rate` and no `regressions`.
--
-- Cases are counted by kind of example, of which there are few, and then by subset.
WITH kind_of AS MATERIALIZED (
    SELECT * FROM kinds($experiment)
),
example AS NOT MATERIALIZED (
    SELECT kind, unnest(example_ids) AS example_id FROM kind_of
),
counts AS MATERIALIZED (
    SELECT
        arm,
        kind,
        count(*) AS cases,
        count(*) FILTER (first_right) AS first_right,
        count(*) FILTER (final_right) AS final_right,
        count(*) FILTER (any_right) AS any_right,
        count(*) FILTER (NOT first_right) AS first_wrong,
        count(*) FILTER (NOT first_right AND final_right) AS repaired,
        count(*) FILTER (first_right AND NOT final_right) AS regressed
    FROM outcomes($experiment)
    JOIN example USING (example_id)
    GROUP BY arm, kind
),
candidate_counts AS MATERIALIZED (
    SELECT
        p.arm,
        kind,
        count(*) AS cases,
        count(*) FILTER (a.turn = 1) AS first_cases,
        count(*) FILTER (a.turn = 1 AND a.correct) AS first_right,
        count(*) FILTER (a.correct) AS right_,
        count(*) FILTER (a.executable) AS executable,
        count(*) FILTER (a.syntax_valid) AS syntax_valid,
        count(*) FILTER (a.schema_valid) AS schema_valid,
        count(*) FILTER (
            CASE p.match_rule
                WHEN 'official' THEN a.correct_official
                WHEN 'strict' THEN a.correct_strict
                WHEN 'execution_guided' THEN a.correct_execution_guided
                WHEN 'bird' THEN a.correct_bird
                WHEN 'star' THEN a.correct_star
                WHEN 'plug_value' THEN a.correct_plug_value
            END IS NULL
        ) AS undecided,
        sum(a.reward) AS reward,
        count(a.reward) AS rewarded,
        avg(a.reward) AS reward_mean,
        var_pop(a.reward) AS reward_variance
    FROM attempts AS a
    JOIN passes($experiment) AS p ON p.arm = a.rollout
    JOIN example USING (example_id)
    WHERE a.experiment = $experiment
    GROUP BY p.arm, kind
),
subset_of AS MATERIALIZED (
    SELECT kind, unnest(subset_names(kept, audited, slices)) AS subset FROM kind_of
),
by_example AS (
    SELECT
        arm,
        subset,
        any_value(p.gold_aware) AS looped,
        any_value(p.first_gold_aware) AS selected,
        any_value(p.several) AS several,
        any_value(p.repairs) AS repairs,
        sum(cases)::BIGINT AS cases,
        sum(first_right)::BIGINT AS first_right,
        sum(final_right)::BIGINT AS final_right,
        sum(any_right)::BIGINT AS any_right,
        sum(first_wrong)::BIGINT AS first_wrong,
        sum(repaired)::BIGINT AS repaired,
        sum(regressed)::BIGINT AS regressed
    FROM counts
    JOIN passes($experiment) AS p USING (arm)
    JOIN subset_of USING (kind)
    GROUP BY arm, subset
),
-- The variance over several kinds is that within each, and that of their means.
reward_mean AS (
    SELECT arm, subset, sum(rewarded * reward_mean) / sum(rewarded) AS mean
    FROM candidate_counts
    JOIN subset_of USING (kind)
    GROUP BY arm, subset
),
by_candidate AS (
    SELECT
        arm,
        subset,
        sum(cases)::BIGINT AS cases,
        sum(first_cases)::BIGINT AS first_cases,
        sum(first_right)::BIGINT AS first_right,
        sum(right_)::BIGINT AS right_,
        sum(executable)::BIGINT AS executable,
        sum(syntax_valid)::BIGINT AS syntax_valid,
        sum(schema_valid)::BIGINT AS schema_valid,
        sum(undecided)::BIGINT AS undecided,
        round(sum(reward), 6) AS reward,
        CASE
            WHEN sum(rewarded) > 1
                THEN round(1.959963984540054 * sqrt(
                    sum(rewarded * (reward_variance + (reward_mean - mean) * (reward_mean - mean)))
                    / ((sum(rewarded) - 1) * sum(rewarded))
                ), 9)
        END AS reward_half
    FROM candidate_counts
    JOIN subset_of USING (kind)
    JOIN reward_mean USING (arm, subset)
    GROUP BY arm, subset
),
both_ AS (
    SELECT
        e.*,
        coalesce(c.cases, 0) AS candidates,
        coalesce(c.first_cases, 0) AS first_candidates,
        coalesce(c.first_right, 0) AS first_candidates_right,
        coalesce(c.right_, 0) AS candidates_right,
        coalesce(c.executable, 0) AS executable,
        coalesce(c.syntax_valid, 0) AS syntax_valid,
        coalesce(c.schema_valid, 0) AS schema_valid,
        coalesce(c.undecided, 0) AS undecided,
        coalesce(c.reward, 0) AS reward,
        c.reward_half
    FROM by_example AS e
    LEFT JOIN by_candidate AS c USING (arm, subset)
),
counted AS (
    SELECT arm, subset, repairs, unnest([
        {'metric': 'first_turn_example_accuracy', 'gold_aware': selected, 'k': first_right, 'n': cases},
        {'metric': 'final_example_execution_accuracy', 'gold_aware': looped, 'k': final_right, 'n': cases},
        {'metric': 'best_of_n', 'gold_aware': several, 'k': any_right, 'n': cases},
        {'metric': 'repair_success_rate', 'gold_aware': looped, 'k': repaired, 'n': first_wrong},
        {'metric': 'regressions', 'gold_aware': looped, 'k': regressed, 'n': first_right},
        {'metric': 'first_turn_execution_accuracy', 'gold_aware': false, 'k': first_candidates_right, 'n': first_candidates},
        {'metric': 'candidate_execution_accuracy', 'gold_aware': looped, 'k': candidates_right, 'n': candidates},
        {'metric': 'executable_rate', 'gold_aware': looped, 'k': executable, 'n': candidates},
        {'metric': 'syntax_valid_rate', 'gold_aware': looped, 'k': syntax_valid, 'n': candidates},
        {'metric': 'schema_valid_rate', 'gold_aware': looped, 'k': schema_valid, 'n': candidates},
        {'metric': 'undecided_rate', 'gold_aware': looped, 'k': undecided, 'n': candidates}
    ]) AS c
    FROM both_
)
SELECT
    $experiment AS experiment,
    arm,
    c.metric,
    subset,
    c.gold_aware,
    c.k::DOUBLE AS numerator,
    c.n AS denominator,
    ratio(c.k, c.n) AS value,
    wilson_low(c.k, c.n) AS interval_low,
    wilson_high(c.k, c.n) AS interval_high
FROM counted
WHERE repairs OR c.metric NOT IN ('repair_success_rate', 'regressions')
UNION ALL
SELECT
    $experiment,
    arm,
    'avg_candidate_reward',
    subset,
    looped,
    reward,
    candidates,
    ratio(reward, candidates),
    ratio(reward, candidates) - reward_half,
    ratio(reward, candidates) + reward_half
FROM both_
ORDER BY arm, metric, subset
