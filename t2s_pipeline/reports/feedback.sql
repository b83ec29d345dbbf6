-- What reports call the way in which an arm repairs: `one_shot`, or feedback detail, scope and, where it is not the gold,
-- the rule that decides.
CREATE OR REPLACE TEMP MACRO feedback_name(max_turns, feedback_detail, repair_scope, verifier) AS
    CASE
        WHEN max_turns = 1 THEN 'one_shot'
        ELSE feedback_detail || ', ' || repair_scope
            || CASE WHEN verifier <> 'gold' THEN ' by ' || verifier ELSE '' END
    END;
