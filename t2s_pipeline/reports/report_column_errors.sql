-- Column errors among the attempts of the first turn: every arm with results has a row for every tag (`column_tags` is
-- the one list of t2s_pipeline.evaluation), reference `(all)`, and one for each of its 20 most frequent references. The
-- share is of the arm's column errors. An arm without results has the single row `(no results)`, with the reason.
WITH error AS (
    SELECT arm, column_tag, lower(column_reference) AS reference, column_owners, example_id
    FROM diagnoses
    WHERE experiment = $experiment AND turn = 1 AND column_tag IS NOT NULL
),
-- Without rows in `diagnoses` an arm has results where no first answer is wrong; else nobody has diagnosed it yet.
with_results AS (
    SELECT DISTINCT d.arm, d.position
    FROM diagnosed_arms AS d
    JOIN rollouts AS r ON r.rollout = d.arm AND r.experiment = $experiment
    WHERE d.arm IN (SELECT arm FROM diagnoses WHERE experiment = $experiment)
        OR d.arm NOT IN (SELECT rollout FROM trajectories WHERE experiment = $experiment AND NOT first_correct)
),
counts AS (
    SELECT arm, column_tag, count(*) AS errors FROM error GROUP BY arm, column_tag
),
total AS (
    SELECT w.arm, coalesce(sum(c.errors), 0)::BIGINT AS errors
    FROM with_results AS w
    LEFT JOIN counts AS c USING (arm)
    GROUP BY w.arm
),
by_tag AS (
    SELECT w.arm, t.column_tag, t.position AS tag_position, coalesce(c.errors, 0) AS errors
    FROM with_results AS w
    CROSS JOIN column_tags AS t
    LEFT JOIN counts AS c ON c.arm = w.arm AND c.column_tag = t.column_tag
),
by_reference AS (
    SELECT
        arm,
        column_tag,
        reference,
        mode(column_owners) AS column_owners,
        list_sort(list(DISTINCT example_id))[1:3] AS example_ids,
        count(*) AS errors
    FROM error
    JOIN diagnosed_arms USING (arm)
    GROUP BY arm, column_tag, reference
    QUALIFY row_number() OVER (PARTITION BY arm ORDER BY count(*) DESC, reference, column_tag) <= 20
),
cell AS (
    SELECT arm, NULL AS missing, column_tag, '(all)' AS reference, NULL AS column_owners, NULL AS example_ids, errors, tag_position, 0 AS part
    FROM by_tag
    UNION ALL
    SELECT arm, NULL, column_tag, reference, column_owners, example_ids, errors, 0, 1
    FROM by_reference
    UNION ALL
    SELECT arm, missing, '(no results)', '(all)', NULL, NULL, 0, 0, 0
    FROM diagnosed_arms
    WHERE arm NOT IN (SELECT arm FROM with_results)
)
SELECT
    $experiment AS experiment,
    c.arm,
    c.column_tag,
    c.reference,
    c.missing,
    c.column_owners,
    c.example_ids,
    c.errors AS numerator,
    coalesce(t.errors, 0) AS denominator,
    ratio(c.errors, t.errors) AS value,
    wilson_low(c.errors, t.errors) AS interval_low,
    wilson_high(c.errors, t.errors) AS interval_high
FROM cell AS c
JOIN diagnosed_arms AS d USING (arm)
LEFT JOIN total AS t USING (arm)
ORDER BY d.position, c.part, c.tag_position, c.errors DESC, c.reference, c.column_tag
