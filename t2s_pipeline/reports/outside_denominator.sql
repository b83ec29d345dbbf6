-- Questions of $split that some denominator leaves out: rejected input rows (in no denominator) and excluded examples
-- (in `all`, not in `not_excluded`), by reason.
SELECT 'rejected' AS what, reason, count(*) AS questions
FROM rejected_examples
WHERE experiment = $experiment AND split = $split
GROUP BY reason
UNION ALL
SELECT 'excluded', excluded_reason, count(*)
FROM examples
WHERE experiment = $experiment AND split = $split AND excluded_reason IS NOT NULL
GROUP BY excluded_reason
ORDER BY what, reason
