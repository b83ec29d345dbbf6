-- How often each way to choose among the samples of the first turn is right, for every declared arm with several. The
-- selectors and the first sample know no gold; `best_sample`, the one sample number that is right most often over all
-- examples (the lowest of equals), and `any_sample` do. A declared arm without votes has the single row
-- `(no results)`, with the reason.
WITH counts AS (
    SELECT
        arm,
        answer,
        gold_aware,
        a.sample,
        e.excluded_reason IS NULL AS kept,
        unnest(
            by_rule(
                match_rule,
                {'k': count(*) FILTER (official), 'n': count(official)},
                {'k': count(*) FILTER (strict), 'n': count(strict)},
                {'k': count(*) FILTER (own), 'n': count(own)}
            ),
            recursive := true
        )
    FROM judged_answers($experiment) AS a
    JOIN examples AS e ON e.experiment = $experiment AND e.example_id = a.example_id
    GROUP BY arm, answer, gold_aware, a.sample, match_rule, kept
),
counts_of_subsets AS (
    SELECT *, unnest(CASE WHEN kept THEN ['all', 'not_excluded'] ELSE ['all'] END) AS subset FROM counts WHERE n > 0
),
counted AS (
    SELECT arm, answer, subset, rule, gold_aware, sample, sum(k)::BIGINT AS k, sum(n)::BIGINT AS n
    FROM counts_of_subsets
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
