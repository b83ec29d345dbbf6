-- What class every example's first answer is of, and what class its last: the transitions. The share is of the arm's
-- examples whose first answer is of that class, so that for a class the rows of status `repaired` are its repair rate.
-- Only pairs of classes that occur have a row. `gold_aware`: the gold decided what was repaired and when to stop. An arm
-- without results has the single row `(no results)`, with the reason.
WITH transition AS (
    SELECT arm, first_class, final_class, status, count(*) AS n
    FROM outcomes($experiment)
    GROUP BY ALL
),
counted AS (
    SELECT *, sum(n) OVER (PARTITION BY arm, first_class)::BIGINT AS of_class FROM transition
)
SELECT
    $experiment AS experiment,
    d.arm,
    coalesce(c.first_class, '(no results)') AS first_class,
    coalesce(c.final_class, '(no results)') AS final_class,
    CASE WHEN c.arm IS NULL THEN d.missing END AS missing,
    p.feedback,
    p.gold_aware,
    coalesce(c.status, '(no results)') AS status,
    coalesce(c.n, 0) AS numerator,
    coalesce(c.of_class, 0) AS denominator,
    ratio(c.n, c.of_class) AS value,
    wilson_low(c.n, c.of_class) AS interval_low,
    wilson_high(c.n, c.of_class) AS interval_high
FROM declared_arms AS d
LEFT JOIN counted AS c USING (arm)
LEFT JOIN passes($experiment) AS p USING (arm)
ORDER BY d.position, c.of_class DESC, c.first_class, c.n DESC, c.final_class
