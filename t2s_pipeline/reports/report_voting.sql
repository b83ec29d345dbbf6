-- How often each way to choose among the samples of the first turn is right, for every declared arm with several. The
-- selectors and the first sample know no gold; `best_sample`, the one sample number that is right most often over all
-- examples (the lowest of equals), and `any_sample` do. A declared arm without votes has the single row
-- `(no results)`, with the reason.
WITH subset_of AS (
    SELECT
        example_id,
        unnest(CASE WHEN excluded_reason IS NULL THEN ['all', 'not_excluded'] ELSE ['all'] END) AS subset
    FROM examples
    WHERE experiment = $experiment
),
counted AS (
    SELECT arm, answer, subset, rule, gold_aware, sample, count(*) FILTER (right_) AS k, count(*) AS n
    FROM vote_answers($experiment)
    JOIN subset_of USING (example_id)
    GROUP BY ALL
)
SELECT
    $experiment AS experiment,
    d.arm,
    coalesce(c.answer, '(no results)') AS answer,
    coalesce(c.subset, 'all') AS subset,
    coalesce(c.rule, 'official') AS rule,
    CASE WHEN c.arm IS NULL THEN d.missing END AS missing,
    c.gold_aware,
    p.samples,
    c.sample,
    coalesce(c.k, 0) AS numerator,
    coalesce(c.n, 0) AS denominator,
    ratio(c.k, c.n) AS value,
    wilson_low(c.k, c.n) AS interval_low,
    wilson_high(c.k, c.n) AS interval_high
FROM voting_arms AS d
LEFT JOIN counted AS c USING (arm)
LEFT JOIN passes($experiment) AS p ON p.arm = c.arm
ORDER BY
    d.position,
    c.subset,
    c.rule,
    list_position(
        ['vav', 'vav_reference', 'majority', 'first_executable', 'first_sample', 'best_sample', 'any_sample'], c.answer
    )
