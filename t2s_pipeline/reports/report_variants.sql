-- What every arm's last answers come to on this experiment's questions and on each variant of them, and how far it drops:
-- the variant's accuracy less the original's. From `paired_tests` (variant_counts.sql) where at least nine of ten of the
-- variant's questions have an original that was answered; else those that have one are no fair sample (of Spider-DK the
-- ones left as they were), and the two accuracies are compared as those of independent samples (Newcombe's method 10).
WITH answered AS (
    SELECT experiment, rollout AS arm, count(*) AS examples, count(*) FILTER (final_correct) AS right_
    FROM trajectories
    GROUP BY ALL
),
asked AS (
    SELECT
        experiment,
        rollout AS arm,
        NOT bool_and(gold_free) AS gold_aware,
        any_value(match_rule) AS match_rule,
        any_value(model_fingerprint) AS model,
        any_value(adapter_digest) AS adapter,
        any_value(retrieval) AS retrieval,
        any_value({'schema': schema_style, 'prompt': prompt_style, 'budget': token_budget}) AS prompt,
        any_value({'samples': num_samples, 'temperature': temperature, 'top_p': top_p, 'tokens': max_new_tokens,
            'constraint': "constraint", 'selection': selection}) AS sampling,
        any_value({'turns': max_turns, 'mode': feedback_mode, 'detail': feedback_detail, 'scope': repair_scope,
            'verifier': verifier}) AS repair
    FROM rollouts
    GROUP BY ALL
),
stated AS (
    SELECT
        d.*,
        coalesce(
            d.undeclared,
            CASE WHEN a.arm IS NULL OR n.arm IS NULL THEN d.original_missing END,
            CASE WHEN b.arm IS NULL OR m.arm IS NULL THEN d.variant_missing END,
            CASE
                WHEN a.match_rule <> b.match_rule
                    THEN 'judged by different rules: ' || a.match_rule || ' and ' || b.match_rule
            END
        ) AS missing,
        a.gold_aware OR b.gold_aware AS gold_aware,
        nullif(concat_ws(
            ', ',
            CASE WHEN a.model IS DISTINCT FROM b.model THEN 'model' END,
            CASE WHEN a.adapter IS DISTINCT FROM b.adapter THEN 'adapter' END,
            CASE WHEN a.retrieval IS DISTINCT FROM b.retrieval THEN 'retrieval' END,
            CASE WHEN a.prompt IS DISTINCT FROM b.prompt THEN 'prompt' END,
            CASE WHEN a.sampling IS DISTINCT FROM b.sampling THEN 'sampling' END,
            CASE WHEN a.repair IS DISTINCT FROM b.repair THEN 'repair' END
        ), '') AS differs,
        n.right_ AS original_right,
        n.examples AS original_examples,
        m.right_ AS variant_right,
        m.examples AS variant_examples
    FROM variant_arms AS d
    LEFT JOIN asked AS a ON a.experiment = $experiment AND a.arm = d.arm
    LEFT JOIN asked AS b ON b.experiment = d.variant AND b.arm = d.arm
    LEFT JOIN answered AS n ON n.experiment = $experiment AND n.arm = d.arm
    LEFT JOIN answered AS m ON m.experiment = d.variant AND m.arm = d.arm
),
shown AS (
    SELECT
        s.*,
        t.* EXCLUDE (variant, arm),
        t.both_right + t.fixed + t.broken + t.both_wrong AS pairs,
        pairs >= 0.9 * variant_examples AS paired,
        ratio(variant_right, variant_examples) - ratio(original_right, original_examples) AS apart,
        ratio(variant_right, variant_examples) - wilson_low(variant_right, variant_examples) AS variant_below,
        wilson_high(variant_right, variant_examples) - ratio(variant_right, variant_examples) AS variant_above,
        ratio(original_right, original_examples) - wilson_low(original_right, original_examples) AS original_below,
        wilson_high(original_right, original_examples) - ratio(original_right, original_examples) AS original_above
    FROM stated AS s
    LEFT JOIN paired_tests AS t ON t.variant = s.variant AND t.arm = s.arm AND s.missing IS NULL
)
SELECT
    $experiment AS experiment,
    variant,
    arm,
    dataset,
    original_dataset,
    missing,
    CASE WHEN missing IS NULL THEN gold_aware END AS gold_aware,
    CASE WHEN missing IS NULL THEN differs END AS differs,
    CASE WHEN missing IS NULL THEN original_right ELSE 0 END AS original_right,
    CASE WHEN missing IS NULL THEN original_examples ELSE 0 END AS original_examples,
    CASE WHEN missing IS NULL THEN variant_right ELSE 0 END AS variant_right,
    CASE WHEN missing IS NULL THEN variant_examples ELSE 0 END AS variant_examples,
    coalesce(pairs, 0) AS pairs,
    CASE WHEN missing IS NULL THEN paired END AS paired,
    CASE WHEN paired THEN fixed END AS fixed,
    CASE WHEN paired THEN broken END AS broken,
    CASE WHEN paired THEN difference WHEN missing IS NULL THEN apart END AS value,
    CASE
        WHEN paired THEN difference_low
        WHEN missing IS NULL THEN apart - sqrt(variant_below ** 2 + original_above ** 2)
    END AS interval_low,
    CASE
        WHEN paired THEN difference_high
        WHEN missing IS NULL THEN apart + sqrt(variant_above ** 2 + original_below ** 2)
    END AS interval_high,
    CASE WHEN paired THEN bootstrap_low END AS bootstrap_low,
    CASE WHEN paired THEN bootstrap_high END AS bootstrap_high,
    CASE WHEN paired THEN p_value END AS p_value
FROM shown
ORDER BY position
