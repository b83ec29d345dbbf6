-- The middle of the 95 % Wilson score interval, before it is held within 0 and 1.
CREATE MACRO wilson_centre(k, n) AS
    (k + 3.8414588206941236 / 2) / (n + 3.8414588206941236);

-- Half the width of the 95 % Wilson score interval.
CREATE MACRO wilson_half(k, n) AS
    1.959963984540054 * sqrt(greatest(k * (n - k) / n::DOUBLE, 0) + 3.8414588206941236 / 4) / (n + 3.8414588206941236);

-- Lower end of the 95 % Wilson score interval of `k` successes in `n` cases; null where `n` is 0.
CREATE MACRO wilson_low(k, n) AS
    CASE WHEN n > 0 THEN greatest(0.0, wilson_centre(k, n) - wilson_half(k, n)) END;

-- Upper end of the 95 % Wilson score interval of `k` successes in `n` cases; null where `n` is 0.
CREATE MACRO wilson_high(k, n) AS
    CASE WHEN n > 0 THEN least(1.0, wilson_centre(k, n) + wilson_half(k, n)) END;

-- `k` of `n` as a share from 0 to 1; null where `n` is 0.
CREATE MACRO ratio(k, n) AS
    CASE WHEN n > 0 THEN k / n::DOUBLE END;
