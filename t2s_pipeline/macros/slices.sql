-- What an example is grouped by: a row a slice, with its level. `hardness`, and what its gold uses, from `gold_features`:
-- counts (`0`, `1`, `2+`, of joins up to `3+`), or `yes` and `no`; `unknown` where it cannot be told.
CREATE MACRO slices(of_experiment) AS TABLE
SELECT
    example_id,
    slice,
    CASE
        WHEN amount IS NULL THEN coalesce(level, 'unknown')
        WHEN most = 0 THEN CASE WHEN amount > 0 THEN 'yes' ELSE 'no' END
        WHEN amount >= most THEN most || '+'
        ELSE amount::VARCHAR
    END AS level
FROM (
    SELECT
        e.example_id,
        unnest(
            [
                {'slice': 'hardness', 'level': e.hardness, 'amount': NULL, 'most': NULL},
                {'slice': 'joins', 'level': NULL, 'amount': f.joins, 'most': 3},
                {'slice': 'subqueries', 'level': NULL, 'amount': f.subqueries, 'most': 2},
                {'slice': 'aggregates', 'level': NULL, 'amount': f.aggregates, 'most': 2},
                {'slice': 'logical_connectors', 'level': NULL, 'amount': f.logical_connectors, 'most': 2},
                {'slice': 'set_operations', 'level': NULL, 'amount': f.set_operations, 'most': 0},
                {'slice': 'group_by', 'level': NULL, 'amount': f.group_by, 'most': 0},
                {'slice': 'having', 'level': NULL, 'amount': f.having, 'most': 0},
                {'slice': 'order_by', 'level': NULL, 'amount': f.order_by, 'most': 0},
                {'slice': 'limit', 'level': NULL, 'amount': f.limits, 'most': 0},
                {'slice': 'distinct', 'level': NULL, 'amount': f.distincts, 'most': 0},
                {'slice': 'like', 'level': NULL, 'amount': f.likes, 'most': 0},
                {'slice': 'arithmetic', 'level': NULL, 'amount': f.arithmetic, 'most': 0},
                {'slice': 'scalar_functions', 'level': NULL, 'amount': f.scalar_functions, 'most': 0},
                {'slice': 'case', 'level': NULL, 'amount': f.cases, 'most': 0},
                {'slice': 'window_functions', 'level': NULL, 'amount': f.window_functions, 'most': 0}
            ],
            recursive := true
        )
    FROM examples AS e
    LEFT JOIN gold_features AS f ON f.experiment = e.experiment AND f.example_id = e.example_id
    WHERE e.experiment = of_experiment
);

-- The subsets over which metrics are counted, and which examples are in each: `all`, and of those not excluded
-- `not_excluded`, `audited` (whose gold passed the audit), and `slice=level` for every slice.
CREATE MACRO subsets(of_experiment) AS TABLE
SELECT example_id, 'all' AS subset
FROM examples
WHERE experiment = of_experiment
UNION ALL
SELECT e.example_id, unnest(['not_excluded'] || CASE WHEN g.audited THEN ['audited'] ELSE [] END)
FROM examples AS e
LEFT JOIN gold_audit AS g ON g.experiment = e.experiment AND g.example_id = e.example_id
WHERE e.experiment = of_experiment AND e.excluded_reason IS NULL
UNION ALL
SELECT e.example_id, s.slice || '=' || s.level
FROM examples AS e
JOIN slices(of_experiment) AS s ON s.example_id = e.example_id
WHERE e.experiment = of_experiment AND e.excluded_reason IS NULL;

-- Execution accuracy of the last answers of every rollout of an experiment, on every subset of its examples, with its
-- 95 % Wilson interval. `gold_aware`: the gold decided in the loop which answer stands.
CREATE MACRO execution_accuracy(of_experiment) AS TABLE
SELECT arm, subset, any_value(p.gold_aware) AS gold_aware, unnest(accuracy(final_right))
FROM outcomes(of_experiment)
JOIN passes(of_experiment) AS p USING (arm)
JOIN subsets(of_experiment) USING (example_id)
GROUP BY arm, subset;
