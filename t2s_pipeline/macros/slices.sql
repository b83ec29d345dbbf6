-- What an amount is grouped by: a count up to `most` (`0`, `1`, `2+`), `yes` or `no` where `most` is 0, and `unknown` where
-- it cannot be told.
CREATE MACRO slice_level(amount, most) AS
    CASE
        WHEN amount IS NULL THEN 'unknown'
        WHEN most = 0 THEN CASE WHEN amount > 0 THEN 'yes' ELSE 'no' END
        WHEN amount >= most THEN most || '+'
        ELSE amount::VARCHAR
    END;

-- An amount, or `most` where it is more; null where it cannot be told.
CREATE MACRO up_to(amount, most) AS CASE WHEN amount > most THEN most ELSE amount END;

-- The kinds of examples: those of a kind are in the same slices and subsets, so that what is counted by example can be
-- counted by kind. A row a kind: its number, its examples, is it `kept` (not excluded) and `audited` (its gold passed the
-- audit), and its slices with their levels.
CREATE MACRO kinds(of_experiment) AS TABLE
SELECT
    row_number() OVER (ORDER BY first_id) AS kind,
    example_ids,
    kept,
    audited,
    [
        {'slice': 'hardness', 'level': coalesce(hardness, 'unknown')},
        {'slice': 'joins', 'level': slice_level(joins, 3)},
        {'slice': 'subqueries', 'level': slice_level(subqueries, 2)},
        {'slice': 'aggregates', 'level': slice_level(aggregates, 2)},
        {'slice': 'logical_connectors', 'level': slice_level(logical_connectors, 2)},
        {'slice': 'set_operations', 'level': slice_level(set_operations, 0)},
        {'slice': 'group_by', 'level': slice_level(group_by, 0)},
        {'slice': 'having', 'level': slice_level(having_, 0)},
        {'slice': 'order_by', 'level': slice_level(order_by, 0)},
        {'slice': 'limit', 'level': slice_level(limits, 0)},
        {'slice': 'distinct', 'level': slice_level(distincts, 0)},
        {'slice': 'like', 'level': slice_level(likes, 0)},
        {'slice': 'arithmetic', 'level': slice_level(arithmetic, 0)},
        {'slice': 'scalar_functions', 'level': slice_level(scalar_functions, 0)},
        {'slice': 'case', 'level': slice_level(cases, 0)},
        {'slice': 'window_functions', 'level': slice_level(window_functions, 0)}
    ] AS slices
FROM (
    SELECT
        min(e.example_id) AS first_id,
        list(e.example_id) AS example_ids,
        e.excluded_reason IS NULL AS kept,
        coalesce(g.audited, false) AS audited,
        e.hardness,
        up_to(f.joins, 3) AS joins,
        up_to(f.subqueries, 2) AS subqueries,
        up_to(f.aggregates, 2) AS aggregates,
        up_to(f.logical_connectors, 2) AS logical_connectors,
        up_to(f.set_operations, 1) AS set_operations,
        up_to(f.group_by, 1) AS group_by,
        up_to(f.having, 1) AS having_,
        up_to(f.order_by, 1) AS order_by,
        up_to(f.limits, 1) AS limits,
        up_to(f.distincts, 1) AS distincts,
        up_to(f.likes, 1) AS likes,
        up_to(f.arithmetic, 1) AS arithmetic,
        up_to(f.scalar_functions, 1) AS scalar_functions,
        up_to(f.cases, 1) AS cases,
        up_to(f.window_functions, 1) AS window_functions
    FROM examples AS e
    LEFT JOIN gold_features AS f ON f.experiment = e.experiment AND f.example_id = e.example_id
    LEFT JOIN gold_audit AS g ON g.experiment = e.experiment AND g.example_id = e.example_id
    WHERE e.experiment = of_experiment
    GROUP BY ALL
);

-- What an example is grouped by: a row a slice, with its level. `hardness`, and what its gold uses, from `gold_features`:
-- counts (`0`, `1`, `2+`, of joins up to `3+`), or `yes` and `no`; `unknown` where it cannot be told.
CREATE MACRO slices(of_experiment) AS TABLE
SELECT unnest(example_ids) AS example_id, slice, level
FROM (SELECT example_ids, unnest(slices, recursive := true) FROM kinds(of_experiment));

-- The names of the subsets that a kind of examples is in: `all`, and where they are not excluded `not_excluded`, `audited`
-- (whose gold passed the audit), and `slice=level` for every slice.
CREATE MACRO subset_names(kept, audited, slices) AS
    ['all']
    || CASE WHEN kept THEN ['not_excluded'] ELSE [] END
    || CASE WHEN kept AND audited THEN ['audited'] ELSE [] END
    || CASE WHEN kept THEN list_transform(slices, lambda s: s.slice || '=' || s.level) ELSE [] END;

-- The subsets over which metrics are counted, and which examples are in each: `all`, and of those not excluded
-- `not_excluded`, `audited` (whose gold passed the audit), and `slice=level` for every slice.
CREATE MACRO subsets(of_experiment) AS TABLE
SELECT unnest(example_ids) AS example_id, subset
FROM (SELECT example_ids, unnest(subset_names(kept, audited, slices)) AS subset FROM kinds(of_experiment));

-- Execution accuracy of the last answers of every rollout of an experiment, on every subset of its examples, with its
-- 95 % Wilson interval. `gold_aware`: the gold decided in the loop which answer stands.
CREATE MACRO execution_accuracy(of_experiment) AS TABLE
WITH kind_of AS MATERIALIZED (
    SELECT * FROM kinds(of_experiment)
)
SELECT
    arm,
    subset,
    any_value(p.gold_aware) AS gold_aware,
    sum(right_)::BIGINT AS numerator,
    sum(cases)::BIGINT AS denominator,
    ratio(numerator, denominator) AS value,
    wilson_low(numerator, denominator) AS interval_low,
    wilson_high(numerator, denominator) AS interval_high
FROM (
    SELECT arm, kind, count(*) FILTER (final_right) AS right_, count(*) AS cases
    FROM outcomes(of_experiment)
    JOIN (SELECT kind, unnest(example_ids) AS example_id FROM kind_of) USING (example_id)
    GROUP BY arm, kind
)
JOIN passes(of_experiment) AS p USING (arm)
JOIN (SELECT kind, unnest(subset_names(kept, audited, slices)) AS subset FROM kind_of) USING (kind)
GROUP BY arm, subset;
