-- How arm $arm of $experiment was asked: one row, none where it was not.
SELECT match_rule, gold_aware
FROM passes($experiment)
WHERE arm = $arm
