-- The 95 % Wilson interval of k successes in n cases, null where n is 0. The same as
-- t2s_pipeline.evaluation.statistics has it; a test compares the two.
CREATE OR REPLACE TEMP MACRO wilson_centre(k, n) AS
    (k + 3.8414588206941236 / 2) / (n + 3.8414588206941236);

CREATE OR REPLACE TEMP MACRO wilson_half(k, n) AS
    1.959963984540054 * sqrt(greatest(k * (n - k) / n::DOUBLE, 0) + 3.8414588206941236 / 4) / (n + 3.8414588206941236);

CREATE OR REPLACE TEMP MACRO wilson_low(k, n) AS
    CASE WHEN n > 0 THEN greatest(0.0, wilson_centre(k, n) - wilson_half(k, n)) END;

CREATE OR REPLACE TEMP MACRO wilson_high(k, n) AS
    CASE WHEN n > 0 THEN least(1.0, wilson_centre(k, n) + wilson_half(k, n)) END;

CREATE OR REPLACE TEMP MACRO ratio(k, n) AS
    CASE WHEN n > 0 THEN k / n::DOUBLE END;
