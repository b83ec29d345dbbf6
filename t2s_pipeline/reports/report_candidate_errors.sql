-- Candidates of every declared arm by class, of the first turn and, where an arm has several, of all turns. One that is
-- right is `execution_correct`, whatever fault of its text the match rule mends; a repeated one counts each time. Every
-- arm with results has a row for every class that occurs in any arm; one without has the single row `(no results)`, with
-- the reason. `gold_aware`: the gold decided which candidates there are.
WITH counts AS (
    SELECT
        rollout AS arm,
        turn = 1 AS of_first,
        CASE WHEN correct THEN 'execution_correct' ELSE error_class END AS error_class,
        count(*) AS n
    FROM attempts
    WHERE experiment = $experiment
    GROUP BY ALL
),
counts_of_turns AS (
    SELECT
        c.arm,
        unnest(CASE WHEN NOT p.repairs THEN ['first'] WHEN c.of_first THEN ['first', 'all'] ELSE ['all'] END) AS turns,
        c.error_class,
        c.n
    FROM counts AS c
    JOIN passes($experiment) AS p USING (arm)
    JOIN declared_arms AS d USING (arm)
),
candidate AS (
    SELECT arm, turns, error_class, sum(n)::BIGINT AS n FROM counts_of_turns GROUP BY arm, turns, error_class
),
total AS (
    SELECT arm, turns, sum(n)::BIGINT AS candidates FROM candidate GROUP BY arm, turns
),
class AS (
    SELECT DISTINCT error_class FROM candidate
),
cell AS (
    SELECT d.position, t.arm, t.turns, k.error_class, NULL AS missing, coalesce(c.n, 0) AS n, t.candidates
    FROM total AS t
    JOIN declared_arms AS d USING (arm)
    CROSS JOIN class AS k
    LEFT JOIN candidate AS c ON c.arm = t.arm AND c.turns = t.turns AND c.error_class = k.error_class
    UNION ALL
    SELECT position, arm, 'first', '(no results)', missing, 0, 0
    FROM declared_arms
    WHERE arm NOT IN (SELECT arm FROM total)
)
SELECT
    $experiment AS experiment,
    c.arm,
    c.turns,
    c.error_class,
    c.missing,
    CASE WHEN c.missing IS NULL THEN c.turns = 'all' AND p.gold_aware END AS gold_aware,
    c.n AS numerator,
    c.candidates AS denominator,
    ratio(c.n, c.candidates) AS value,
    wilson_low(c.n, c.candidates) AS interval_low,
    wilson_high(c.n, c.candidates) AS interval_high
FROM cell AS c
LEFT JOIN passes($experiment) AS p USING (arm)
ORDER BY c.position, c.turns DESC, c.n DESC, c.error_class
