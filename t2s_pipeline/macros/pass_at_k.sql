-- The probability that one of `k` samples is right, drawn without replacement from `n` of which `c` are: the unbiased
-- estimator of Chen et al. 2021 (arXiv 2107.03374), 1 - (n - c choose k) / (n choose k). Null where k is over n.
CREATE MACRO pass_at_k(n, c, k) AS
    CASE
        WHEN k <= n
            THEN 1 - coalesce(
                list_product(list_transform(range(k::BIGINT), lambda i: greatest(n - c - i, 0) / (n - i)::DOUBLE)), 1
            )
    END;
