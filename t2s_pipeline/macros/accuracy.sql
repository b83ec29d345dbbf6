-- An aggregate: of the rows of a group, how many are right, with the share and its 95 % Wilson interval, as a struct of
-- `numerator`, `denominator`, `value`, `interval_low` and `interval_high`; `unnest(accuracy(final_right))` makes columns
-- of it. A null verdict counts as wrong.
CREATE MACRO accuracy(is_right) AS {
    'numerator': count(*) FILTER (is_right),
    'denominator': count(*),
    'value': ratio(count(*) FILTER (is_right), count(*)),
    'interval_low': wilson_low(count(*) FILTER (is_right), count(*)),
    'interval_high': wilson_high(count(*) FILTER (is_right), count(*))
};
