-- What reports call the way in which an arm repairs: `one_shot`, or feedback detail, scope, the rule that decides where
-- it is not the gold, and the feedback mode where it is not what goes without saying in that scope.
CREATE MACRO feedback_name(max_turns, feedback_detail, repair_scope, verifier, feedback_mode) AS
    CASE
        WHEN max_turns = 1 THEN 'one_shot'
        ELSE feedback_detail || ', ' || repair_scope
            || CASE WHEN verifier <> 'gold' THEN ' by ' || verifier ELSE '' END
            || CASE
                WHEN feedback_mode = CASE WHEN repair_scope = 'verified' THEN 'result_status' ELSE 'online_visible' END
                    THEN ''
                ELSE ', ' || feedback_mode
            END
    END;
