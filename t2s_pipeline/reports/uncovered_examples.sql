-- Examples of a rollout's split without a trajectory in it, a gold audit or gold features, and trajectories without an
-- example: all must be none.
WITH pass AS (
    SELECT DISTINCT rollout, split FROM rollouts WHERE experiment = $experiment
),
expected AS NOT MATERIALIZED (
    SELECT rollout, example_id
    FROM pass
    JOIN (SELECT example_id, split FROM examples WHERE experiment = $experiment) USING (split)
),
found AS NOT MATERIALIZED (
    SELECT rollout, example_id FROM trajectories WHERE experiment = $experiment
),
not_audited AS (
    SELECT example_id, split
    FROM examples
    ANTI JOIN (SELECT example_id FROM gold_audit WHERE experiment = $experiment) USING (example_id)
    WHERE experiment = $experiment
),
not_featured AS (
    SELECT example_id, split
    FROM examples
    ANTI JOIN (SELECT example_id FROM gold_features WHERE experiment = $experiment) USING (example_id)
    WHERE experiment = $experiment
)
SELECT rollout, example_id, 'no trajectory' AS what
FROM expected ANTI JOIN found USING (rollout, example_id)
UNION ALL
SELECT rollout, example_id, 'a trajectory but no example' AS what
FROM found ANTI JOIN expected USING (rollout, example_id)
UNION ALL
SELECT rollout, example_id, 'no row in gold_audit' AS what
FROM pass JOIN not_audited USING (split)
UNION ALL
SELECT rollout, example_id, 'no row in gold_features' AS what
FROM pass JOIN not_featured USING (split)
ORDER BY rollout, example_id
