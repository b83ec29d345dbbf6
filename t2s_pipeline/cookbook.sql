-- How right is each arm, and how sure is that?
-- Of the examples that are not excluded, the last answer, with its 95 % Wilson interval. Where `gold_aware` is true the
-- gold decided what was repaired: such a figure is not to be had in use.
SELECT arm, gold_aware, numerator, denominator, value, interval_low, interval_high
FROM execution_accuracy($experiment)
WHERE subset = 'not_excluded' AND arm <> 'train'
ORDER BY value DESC, arm;

-- What does repair add to the first turn?
SELECT
    arm,
    count(*) AS examples,
    count(*) FILTER (status = 'correct_first_turn') AS right_at_once,
    count(*) FILTER (status = 'repaired') AS repaired,
    count(*) FILTER (status = 'regressed') AS regressed,
    count(*) FILTER (status = 'failed') AS failed
FROM outcomes($experiment)
WHERE arm <> 'train'
GROUP BY arm
ORDER BY arm;

-- Is the tuned model better than the base model, or may it be chance?
-- On the examples that both answered, by the last answers: `fixed` only the second got right, `broken` only the first. The
-- p value is of the two-sided exact McNemar test.
SELECT 'base' AS first, second, r.*
FROM (VALUES ('sft'), ('sft_dpo')) AS tuned(second), LATERAL (SELECT * FROM compare_arms($experiment, 'base', second)) AS r
ORDER BY second;

-- Which questions did tuning fix, and which did it break?
SELECT f.change, e.question, f.first_sql AS base_sql, f.second_sql AS sft_sql
FROM flips($experiment, 'base', 'sft') AS f
JOIN examples AS e ON e.experiment = $experiment AND e.example_id = f.example_id
QUALIFY row_number() OVER (PARTITION BY f.change ORDER BY f.example_id) <= 3
ORDER BY f.change DESC, f.example_id;

-- How does accuracy fall with the hardness of the question?
PIVOT (
    SELECT arm, subset[len('hardness=') + 1:] AS level, round(100 * value, 1) AS percent
    FROM execution_accuracy($experiment)
    WHERE subset LIKE 'hardness=%' AND arm <> 'train'
)
ON level IN ('easy', 'medium', 'hard', 'extra')
USING any_value(percent)
ORDER BY arm;

-- How does it fall with the number of joins that the gold needs?
SELECT arm, subset, numerator, denominator, value, interval_low, interval_high
FROM execution_accuracy($experiment)
WHERE subset LIKE 'joins=%' AND arm IN ('base', 'sft')
ORDER BY arm, subset;

-- Which parts of SQL are hardest for the base model?
-- Golds that use each of them at all, the worst first: the slices of NL2SQL360. A gold is in several of them.
SELECT s.slice, unnest(accuracy(o.final_right))
FROM outcomes($experiment) AS o
JOIN slices($experiment) AS s USING (example_id)
WHERE o.arm = 'base' AND s.level NOT IN ('no', '0', 'unknown') AND s.slice <> 'hardness'
GROUP BY s.slice
ORDER BY accuracy(o.final_right).value, count(*) DESC, s.slice;

-- What do the first answers get wrong?
SELECT arm, first_class AS error_class, count(*) AS answers
FROM outcomes($experiment)
WHERE arm IN ('base', 'sft') AND NOT first_right
GROUP BY arm, first_class
ORDER BY arm, answers DESC, error_class;

-- Which errors does a second turn mend?
SELECT first_class AS error_class, unnest(accuracy(final_right))
FROM outcomes($experiment)
WHERE arm = 'base_repair' AND NOT first_right
GROUP BY first_class
ORDER BY count(*) DESC, error_class;

-- How do wrong results differ from the gold?
-- Attempts of the first turn that ran and are wrong; one may differ in several ways, and the most telling counts here.
SELECT coalesce(causes[1], '(none found)') AS leading_cause, count(*) AS attempts
FROM diagnoses
WHERE experiment = $experiment AND arm = 'base' AND turn = 1 AND causes IS NOT NULL
GROUP BY leading_cause
ORDER BY attempts DESC, leading_cause
LIMIT 12;

-- Which databases are the hardest?
SELECT e.database_id, unnest(accuracy(o.final_right))
FROM outcomes($experiment) AS o
JOIN examples AS e ON e.experiment = $experiment AND e.example_id = o.example_id
WHERE o.arm = 'base'
GROUP BY e.database_id
ORDER BY accuracy(o.final_right).value, e.database_id;

-- How often is one of k samples right?
-- pass@k of the train rollouts (first turn, official rule): the unbiased estimator of Chen et al. 2021.
SELECT k, p.value, p.denominator AS examples, p.interval_low, p.interval_high
FROM range(1, 4) AS drawn(k), LATERAL (SELECT * FROM pass_at($experiment, k)) AS p
WHERE p.arm = 'train' AND p.rule = 'official'
ORDER BY k;

-- Which train questions does no sample solve?
SELECT e.hardness, count(*) AS questions, count(*) FILTER (c.c = 0) AS unsolved, count(*) FILTER (c.c = c.n) AS always_solved
FROM sample_counts($experiment) AS c
JOIN examples AS e ON e.experiment = $experiment AND e.example_id = c.example_id
WHERE c.arm = 'train' AND c.rule = 'official'
GROUP BY e.hardness
ORDER BY list_position(['easy', 'medium', 'hard', 'extra', 'unknown'], e.hardness);

-- Where do the match rules disagree?
-- Attempts of the arms by what the official rule and the strict one say.
SELECT correct_official, correct_strict, count(*) AS attempts
FROM attempts
WHERE experiment = $experiment AND rollout <> 'train'
GROUP BY ALL
ORDER BY attempts DESC;

-- Do prompts show the tables that the gold needs?
SELECT
    split,
    retrieval,
    count(*) AS prompts,
    count(*) FILTER (had_choice) AS with_a_choice,
    count(*) FILTER (gold_tables_found < len(gold_tables)) AS a_table_missing
FROM retrieved_schemas
WHERE experiment = $experiment
GROUP BY split, retrieval
ORDER BY split DESC, retrieval;

-- Which preference pairs does the recipe keep, and what removes the others?
SELECT pair_type, origin, coalesce(removed_by, 'kept') AS fate, count(*) AS pairs
FROM filtered_pairs
WHERE experiment = $experiment
GROUP BY ALL
ORDER BY pair_type, origin, pairs DESC, fate;

-- What was each adapter trained on?
SELECT adapter, method, init_adapter, training_rows, evaluation_rows, skipped_rows, seed
FROM adapters
WHERE experiment = $experiment
ORDER BY adapter;

-- How far did the training loss fall?
SELECT
    adapter,
    count(*) AS logged,
    arg_min(value, step) AS first_loss,
    arg_max(value, step) AS last_loss,
    min(value) AS lowest_loss
FROM training_steps
WHERE experiment = $experiment AND metric = 'loss'
GROUP BY adapter
ORDER BY adapter;

-- What does an answer cost?
-- Tokens of prompts and answers by turn; a later turn is taken only where an earlier one was not accepted.
SELECT
    rollout AS arm,
    turn,
    count(*) AS attempts,
    round(avg(prompt_tokens), 1) AS prompt_tokens,
    round(avg(completion_tokens), 1) AS completion_tokens
FROM attempts
WHERE experiment = $experiment AND rollout <> 'train'
GROUP BY rollout, turn
ORDER BY arm, turn;

-- On which golds can a verdict not be relied on?
SELECT
    split,
    count(*) AS golds,
    count(*) FILTER (audited) AS audited,
    count(*) FILTER (vacuous) AS vacuous,
    count(*) FILTER (depends_on_row_order) AS depends_on_row_order,
    count(*) FILTER (limit_cuts_tie) AS limit_cuts_tie,
    count(*) FILTER (text_sort_decides) AS text_sort_decides
FROM gold_audit
WHERE experiment = $experiment
GROUP BY split
ORDER BY split DESC;
