-- Every rollout of an experiment, its shards together, with what reports call it and whether the gold had a hand in it.
-- `gold_aware`: the gold decided what was repaired and when to stop. `first_gold_aware`: it also chose the first answer,
-- among several samples.
CREATE MACRO passes(of_experiment) AS TABLE
SELECT
    rollout AS arm,
    any_value(model) AS model,
    any_value(adapter) AS adapter,
    NOT bool_and(gold_free) AS gold_aware,
    NOT bool_and(gold_free) AND max(num_samples) > 1 AS first_gold_aware,
    max(max_turns) > 1 AS repairs,
    max(max_turns) > 1 OR max(num_samples) > 1 AS several,
    max(num_samples) AS samples,
    any_value(selection) AS selection,
    feedback_name(
        max(max_turns),
        any_value(feedback_detail),
        any_value(repair_scope),
        any_value(coalesce(verifier, 'gold')),
        any_value(feedback_mode)
    ) AS feedback,
    any_value(match_rule) AS match_rule,
    any_value(retrieval) AS retrieval,
    any_value(schema_style) AS schema_style,
    any_value(prompt_style) AS prompt_style,
    any_value(token_budget) AS token_budget
FROM rollouts
WHERE experiment = of_experiment
GROUP BY rollout;
