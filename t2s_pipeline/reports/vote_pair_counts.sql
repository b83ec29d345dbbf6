-- Of every two ways to choose among the samples of an arm: the examples that both, one or none of them got right, in
-- every database. Every pair of selectors; and, where each sample number is a system of its own, the best of them
-- (`best_sample`) with each selector. `second` is the one that `report_voting` names first.
WITH ranked AS (
    SELECT
        *,
        list_position(['vav', 'vav_reference', 'majority', 'first_executable', 'best_sample'], answer) AS place
    FROM vote_answers($experiment)
    WHERE answer NOT IN ('first_sample', 'any_sample') AND (answer <> 'best_sample' OR arm IN (SELECT arm FROM system_arms))
),
paired AS (
    SELECT
        a.arm,
        a.rule,
        a.answer AS first,
        b.answer AS second,
        e.database_id,
        a.right_ AS first_right,
        b.right_ AS second_right
    FROM ranked AS a
    JOIN ranked AS b ON b.arm = a.arm AND b.rule = a.rule AND b.example_id = a.example_id AND b.place < a.place
    JOIN examples AS e ON e.example_id = a.example_id
    WHERE e.experiment = $experiment
)
SELECT
    arm,
    rule,
    first,
    second,
    database_id,
    count(*) FILTER (first_right AND second_right) AS both_right,
    count(*) FILTER (NOT first_right AND second_right) AS fixed,
    count(*) FILTER (first_right AND NOT second_right) AS broken,
    count(*) FILTER (NOT first_right AND NOT second_right) AS both_wrong,
    0 AS unpaired
FROM paired
GROUP BY ALL
ORDER BY ALL
