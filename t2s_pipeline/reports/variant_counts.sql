-- Of every arm on every variant: questions of the variant that it and its original, one or none of them got right, in
-- every database. Only questions whose original was answered, too, count; `unpaired` is how many others there are.
WITH outcome AS (
    SELECT experiment, rollout AS arm, example_id, database_id, coalesce(final_correct, false) AS is_right
    FROM trajectories
)
SELECT
    d.variant,
    d.arm,
    v.database_id,
    count(*) FILTER (o.is_right AND v.is_right) AS both_right,
    count(*) FILTER (NOT o.is_right AND v.is_right) AS fixed,
    count(*) FILTER (o.is_right AND NOT v.is_right) AS broken,
    count(*) FILTER (NOT o.is_right AND NOT v.is_right) AS both_wrong,
    count(*) FILTER (o.is_right IS NULL) AS unpaired
FROM variant_arms AS d
JOIN outcome AS v ON v.experiment = d.variant AND v.arm = d.arm
LEFT JOIN variant_pairs AS p ON p.variant = d.variant AND p.example_id = v.example_id
LEFT JOIN outcome AS o ON o.experiment = $experiment AND o.arm = d.arm AND o.example_id = p.original_id
GROUP BY ALL
ORDER BY ALL
