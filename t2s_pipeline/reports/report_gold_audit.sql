-- The gold audit of $experiment: for every split and finding, of how many golds it is true, and of how many it cannot be
-- told. The cases are all golds of the split: the examples', and those of rejected rows.
WITH found AS (
    SELECT split, unnest([
        {'position': 1, 'finding': 'fails', 'flag': fails},
        {'position': 2, 'finding': 'empty', 'flag': empty},
        {'position': 3, 'finding': 'database_without_rows', 'flag': database_without_rows},
        {'position': 4, 'finding': 'vacuous', 'flag': vacuous},
        {'position': 5, 'finding': 'limit_cuts_tie', 'flag': limit_cuts_tie},
        {'position': 6, 'finding': 'depends_on_row_order', 'flag': depends_on_row_order},
        {'position': 7, 'finding': 'sorts_text_numbers', 'flag': sorts_text_numbers},
        {'position': 8, 'finding': 'text_sort_decides', 'flag': text_sort_decides},
        {'position': 9, 'finding': 'reads_non_utf8', 'flag': reads_non_utf8},
        {'position': 10, 'finding': 'audited', 'flag': audited}
    ]) AS f
    FROM gold_audit
    WHERE experiment = $experiment
),
counted AS (
    SELECT
        split,
        f.position AS position,
        f.finding AS finding,
        count(*) FILTER (f.flag IS NULL) AS unknown,
        count(*) FILTER (f.flag) AS k,
        count(*) AS n
    FROM found
    GROUP BY split, f.position, f.finding
)
SELECT
    $experiment AS experiment,
    split,
    finding,
    unknown,
    k AS numerator,
    n AS denominator,
    ratio(k, n) AS value,
    wilson_low(k, n) AS interval_low,
    wilson_high(k, n) AS interval_high
FROM counted
ORDER BY split DESC, position
