-- Every sample of the first turn of the arms with several: is it right, by the official rule, the strict one and the
-- arm's own. An undecided verdict counts as wrong.
CREATE OR REPLACE TEMP MACRO sample_verdicts(of_experiment) AS TABLE
SELECT
    arm,
    a.example_id,
    a.sample,
    unnest(
        [
            {'rule': 'official', 'right_': coalesce(a.correct_official, false)},
            {'rule': 'strict', 'right_': coalesce(a.correct_strict, false)}
        ]
        || CASE
            WHEN p.match_rule IN ('official', 'strict') THEN []
            ELSE [{'rule': p.match_rule, 'right_': a.correct}]
        END,
        recursive := true
    )
FROM attempts AS a
JOIN (
    SELECT rollout AS arm, any_value(match_rule) AS match_rule
    FROM rollouts
    JOIN voting_arms ON arm = rollout
    WHERE experiment = of_experiment
    GROUP BY rollout
) AS p ON p.arm = a.rollout
WHERE a.experiment = of_experiment AND a.turn = 1;
