-- How GRPO went, from the logged steps of every declared adapter.
WITH placed AS (
    SELECT
        adapter,
        metric,
        step,
        value,
        CASE
            WHEN starts_with(metric, 'eval_') THEN row_number() OVER over_steps
            ELSE ntile(20) OVER over_steps
        END AS part
    FROM training_steps
    WHERE experiment = $experiment AND metric IN (
        'reward', 'rewards/format/mean', 'rewards/execution/mean', 'rewards/atomic/mean', 'rewards/memory/mean',
        'completions/correct', 'completions/executable', 'frac_reward_zero_std', 'kl', 'entropy',
        'completions/mean_length', 'completions/clipped_ratio', 'memory/traces',
        'eval_completions/correct', 'eval_completions/executable', 'eval_reward'
    )
    WINDOW over_steps AS (PARTITION BY adapter, metric ORDER BY step)
),

kept AS (
    SELECT adapter, kept_step
    FROM adapters
    WHERE experiment = $experiment
)

SELECT
    $experiment AS experiment,
    d.adapter,
    coalesce(p.metric, '') AS metric,
    coalesce(p.part, 0) AS part,
    CASE WHEN p.metric IS NULL THEN d.missing END AS missing,
    min(p.step) AS first_step,
    max(p.step) AS last_step,
    count(p.step) AS steps,
    avg(p.value) AS value,
    any_value(k.kept_step) AS kept_step
FROM declared_grpo AS d
LEFT JOIN placed AS p USING (adapter)
LEFT JOIN kept AS k USING (adapter)
GROUP BY d.adapter, d.position, d.missing, p.metric, p.part
ORDER BY d.position, p.metric, p.part
