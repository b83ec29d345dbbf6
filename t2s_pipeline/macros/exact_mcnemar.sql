-- Two-sided p value of the exact McNemar test that two arms are equally good, from the number of examples that only the
-- first (`only_first`) and only the second (`only_second`) got right; 1 where they never differ, null where one is no
-- count. For whoever asks in SQL: reports, `t2s compare` and the gate take `evaluation/statistics.py`, which needs no
-- DuckDB and is exact; this one sums exponentials of logarithms, and a test holds it to the other's figures.
CREATE MACRO exact_mcnemar(only_first, only_second) AS
    CASE WHEN only_first >= 0 AND only_second >= 0 THEN
        least(
            1.0,
            2 * list_sum(
                list_transform(
                    range(0, least(only_first, only_second)::BIGINT + 1),
                    lambda i: exp(
                        lgamma(only_first + only_second + 1)
                        - lgamma(i + 1)
                        - lgamma(only_first + only_second - i + 1)
                        - (only_first + only_second) * ln(2)
                    )
                )
            )
        )
    END;
