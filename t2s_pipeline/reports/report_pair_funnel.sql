-- From the train rollouts' attempts to what a training sees: what was written, verified and right; which pairs were
-- mined and made of it; what each setting of a recipe removed; what it kept. Steps before the recipes stand under recipe
-- `(all)`. A recipe whose table is not there has one row, with the reason. Intervals have what the model did, for there
-- the examples are a sample; all else counts what is there, whole.
WITH taught AS (
    SELECT example_id, NOT gold_vacuous AND excluded_reason IS NULL AS teaches
    FROM examples
    WHERE experiment = $experiment AND split = 'train'
),
example AS (
    SELECT count(*) AS n, count(*) FILTER (teaches) AS teaching FROM taught
),
attempt AS (
    SELECT a.*, t.teaches
    FROM attempts AS a
    LEFT JOIN taught AS t USING (example_id)
    WHERE a.experiment = $experiment AND a.rollout = 'train'
),
written AS (
    SELECT
        count(*) AS n,
        count(DISTINCT example_id) AS asked,
        count(*) FILTER (executable) AS runs,
        count(*) FILTER (train_correct IS NOT NULL) AS verified,
        count(*) FILTER (train_correct) AS is_right,
        count(*) FILTER (NOT train_correct) AS is_wrong,
        count(*) FILTER (teaches AND correct_official IS NOT NULL AND correct_strict IS NOT NULL) AS judged_twice,
        count(*) FILTER (teaches AND correct_official <> correct_strict) AS disagreeing,
        count(DISTINCT example_id) FILTER (train_correct) AS solved
    FROM attempt
),
pair AS (
    SELECT *, CASE WHEN origin = 'synthetic' THEN 'synthetic' ELSE 'mined' END AS input
    FROM pairs
    WHERE experiment = $experiment
),
filtered AS (
    SELECT f.* FROM filtered_pairs AS f JOIN declared_recipes AS d USING (recipe) WHERE f.experiment = $experiment
),
seen AS (
    SELECT recipe, count(*) AS n, count(*) FILTER (removed_by IS NULL) AS kept FROM filtered GROUP BY recipe
),
cell AS (
    SELECT '(all)' AS recipe, s.place, s.step, s.item, s.k, s.n
    FROM (
        SELECT unnest([
            {'place': 1, 'step': 'examples', 'item': '', 'k': e.n, 'n': e.n},
            {'place': 2, 'step': 'examples_that_teach', 'item': '', 'k': e.teaching, 'n': e.n},
            {'place': 3, 'step': 'examples_asked', 'item': '', 'k': w.asked, 'n': e.n},
            {'place': 4, 'step': 'attempts', 'item': '', 'k': w.n, 'n': w.n},
            {'place': 5, 'step': 'executable', 'item': '', 'k': w.runs, 'n': w.n},
            {'place': 6, 'step': 'official_and_strict_disagree', 'item': '', 'k': w.disagreeing, 'n': w.judged_twice},
            {'place': 7, 'step': 'verified', 'item': '', 'k': w.verified, 'n': w.n},
            {'place': 8, 'step': 'verified', 'item': 'right', 'k': w.is_right, 'n': w.verified},
            {'place': 9, 'step': 'verified', 'item': 'wrong', 'k': w.is_wrong, 'n': w.verified},
            {'place': 10, 'step': 'examples_solved', 'item': '', 'k': w.solved, 'n': w.asked}
        ]) AS s
        FROM example AS e, written AS w
    )
    UNION ALL
    SELECT '(all)', 11, 'examples_with_a_mined_pair', '', count(DISTINCT p.example_id), any_value(w.asked)
    FROM written AS w
    LEFT JOIN pair AS p ON p.input = 'mined'
    UNION ALL
    SELECT '(all)', 12, 'pairs', '', count(*), count(*) FROM pair
    UNION ALL
    SELECT '(all)', 13, 'pairs', pair_type, count(*), (SELECT count(*) FROM pair) FROM pair GROUP BY pair_type
    UNION ALL
    SELECT recipe, 20, 'pairs_in', '', n, n FROM seen
    UNION ALL
    SELECT s.recipe, 20 + r.place, 'removed', r.reason, count(f.pair_id), any_value(s.n)
    FROM seen AS s
    CROSS JOIN (
        VALUES
            (1, 'min_reward_margin'),
            (2, 'max_sql_edit_distance_ratio'),
            (3, 'duplicate'),
            (4, 'input_fraction_limits'),
            (5, 'pair_type_max_fractions'),
            (6, 'max_pairs')
    ) AS r (place, reason)
    LEFT JOIN filtered AS f ON f.recipe = s.recipe AND f.removed_by = r.reason
    GROUP BY s.recipe, r.place, r.reason
    UNION ALL
    SELECT recipe, 30, 'kept', '', kept, n FROM seen
    UNION ALL
    SELECT s.recipe, 30 + o.place, 'kept', o.origin, count(f.pair_id), any_value(s.kept)
    FROM seen AS s
    CROSS JOIN (VALUES (1, 'natural'), (2, 'gold_fallback'), (3, 'synthetic')) AS o (place, origin)
    LEFT JOIN filtered AS f ON f.recipe = s.recipe AND f.removed_by IS NULL AND f.origin = o.origin
    GROUP BY s.recipe, o.place, o.origin
    UNION ALL
    SELECT recipe, 0, '(no results)', '', 0, 0 FROM declared_recipes ANTI JOIN seen USING (recipe)
)
SELECT
    $experiment AS experiment,
    c.recipe,
    c.step,
    c.item,
    CASE WHEN c.step = '(no results)' THEN d.missing END AS missing,
    c.k AS numerator,
    c.n AS denominator,
    ratio(c.k, c.n) AS value,
    CASE WHEN e.step IS NOT NULL THEN wilson_low(c.k, c.n) END AS interval_low,
    CASE WHEN e.step IS NOT NULL THEN wilson_high(c.k, c.n) END AS interval_high
FROM cell AS c
LEFT JOIN (
    VALUES
        ('executable', ''),
        ('official_and_strict_disagree', ''),
        ('verified', 'right'),
        ('verified', 'wrong'),
        ('examples_solved', ''),
        ('examples_with_a_mined_pair', '')
) AS e (step, item) ON e.step = c.step AND e.item = c.item
LEFT JOIN declared_recipes AS d USING (recipe)
ORDER BY coalesce(d.position, -1), c.place, c.k DESC, c.item
