-- Examples of a rollout's split without a trajectory in it, a gold audit or gold features, and trajectories without an
-- example: all must be none.
WITH expected AS (
    SELECT DISTINCT r.rollout, e.example_id
    FROM rollouts AS r
    JOIN examples AS e ON e.split = r.split AND e.experiment = r.experiment
    WHERE r.experiment = $experiment
),
found AS (
    SELECT rollout, example_id FROM trajectories WHERE experiment = $experiment
)
SELECT rollout, example_id, 'no trajectory' AS what
FROM expected ANTI JOIN found USING (rollout, example_id)
UNION ALL
SELECT rollout, example_id, 'a trajectory but no example' AS what
FROM found ANTI JOIN expected USING (rollout, example_id)
UNION ALL
SELECT rollout, example_id, 'no row in gold_audit' AS what
FROM expected ANTI JOIN (SELECT example_id FROM gold_audit WHERE experiment = $experiment) USING (example_id)
UNION ALL
SELECT rollout, example_id, 'no row in gold_features' AS what
FROM expected ANTI JOIN (SELECT example_id FROM gold_features WHERE experiment = $experiment) USING (example_id)
ORDER BY rollout, example_id
