-- Risk by coverage of every selector that counts votes, for every declared arm with several samples: of the answers whose
-- margin is at least so much, how many are wrong by the arm's match rule. A question where nothing won has no margin and
-- is not answered at any. An arm without votes has one row with the reason.
WITH vote AS (
    SELECT rollout AS arm, selector, margin, count(*) AS answered, count(*) FILTER (NOT correct) AS wrong
    FROM votes
    JOIN voting_arms ON arm = rollout
    WHERE experiment = $experiment
    GROUP BY rollout, selector, margin
),
step AS (
    SELECT *, sum(answered) OVER (PARTITION BY arm, selector)::BIGINT AS examples
    FROM vote
    QUALIFY margin IS NOT NULL
),
counted AS (
    SELECT
        arm,
        selector,
        margin,
        examples,
        sum(answered) OVER at_least AS n,
        sum(wrong) OVER at_least AS k
    FROM step
    WINDOW at_least AS (PARTITION BY arm, selector ORDER BY margin DESC)
)
SELECT
    $experiment AS experiment,
    d.arm,
    coalesce(c.selector, '(no results)') AS selector,
    coalesce(c.margin, 0) AS margin,
    CASE WHEN c.arm IS NULL THEN d.missing END AS missing,
    coalesce(c.examples, 0) AS examples,
    ratio(c.n, c.examples) AS coverage,
    coalesce(c.k, 0)::BIGINT AS numerator,
    coalesce(c.n, 0)::BIGINT AS denominator,
    ratio(c.k, c.n) AS value,
    wilson_low(c.k, c.n) AS interval_low,
    wilson_high(c.k, c.n) AS interval_high
FROM voting_arms AS d
LEFT JOIN counted AS c USING (arm)
ORDER BY d.position, list_position(['vav', 'vav_reference', 'majority'], c.selector), c.margin DESC
