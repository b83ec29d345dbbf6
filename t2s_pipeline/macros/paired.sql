-- The experiment's own name, where there are answers of it; else an error that names those of which there are.
CREATE MACRO known_experiment(of_experiment) AS (
    SELECT
        CASE
            WHEN bool_or(experiment = of_experiment) THEN of_experiment
            ELSE error(
                'no answers of experiment ''' || of_experiment || '''; there are those of '
                || coalesce(string_agg(DISTINCT experiment, ', ' ORDER BY experiment), 'none')
            )
        END
    FROM trajectories
);

-- The rollout's own name, where there are answers of it in the experiment; else an error that names those of which there
-- are. An unknown experiment is not told here.
CREATE MACRO known_arm(of_experiment, of_arm) AS (
    SELECT
        CASE
            WHEN bool_or(rollout = of_arm) OR count(*) = 0 THEN of_arm
            ELSE error(
                'no answers of arm ''' || of_arm || ''' in experiment ''' || of_experiment || '''; there are those of '
                || string_agg(DISTINCT rollout, ', ' ORDER BY rollout)
            )
        END
    FROM trajectories
    WHERE experiment = of_experiment
);

-- The examples that two rollouts of an experiment both answered: is either right, the two answers, and in `change` whether
-- the second `fixed` what the first got wrong or has it `broken`; null where they agree. `error_class` is that of the one
-- that is wrong. `of_metric`: `final_example_execution_accuracy`, or `first_turn_example_accuracy` for the first answers.
CREATE MACRO paired_answers(of_experiment, first_arm, second_arm, of_metric := 'final_example_execution_accuracy')
AS TABLE
SELECT
    example_id,
    database_id,
    first_right,
    second_right,
    CASE WHEN second_right AND NOT first_right THEN 'fixed' WHEN first_right AND NOT second_right THEN 'broken' END
        AS change,
    first_sql,
    second_sql,
    CASE change WHEN 'fixed' THEN first_class WHEN 'broken' THEN second_class END AS error_class
FROM (
    SELECT
        a.example_id,
        a.database_id,
        CASE of_metric WHEN 'first_turn_example_accuracy' THEN a.first_correct ELSE a.final_correct END AS first_right,
        CASE of_metric WHEN 'first_turn_example_accuracy' THEN b.first_correct ELSE b.final_correct END AS second_right,
        CASE of_metric WHEN 'first_turn_example_accuracy' THEN a.first_sql ELSE a.final_sql END AS first_sql,
        CASE of_metric WHEN 'first_turn_example_accuracy' THEN b.first_sql ELSE b.final_sql END AS second_sql,
        CASE of_metric WHEN 'first_turn_example_accuracy' THEN a.first_error_class ELSE a.final_error_class END
            AS first_class,
        CASE of_metric WHEN 'first_turn_example_accuracy' THEN b.first_error_class ELSE b.final_error_class END
            AS second_class
    FROM trajectories AS a
    JOIN trajectories AS b ON b.experiment = a.experiment AND b.example_id = a.example_id
    WHERE a.experiment = of_experiment AND a.rollout = first_arm AND b.rollout = second_arm
);

-- The examples that one of two rollouts gets right in the end and the other wrong, with both answers. An error where there
-- are no answers of one of them.
CREATE MACRO flips(of_experiment, first_arm, second_arm) AS TABLE
SELECT change, example_id, database_id, first_sql, second_sql, error_class
FROM paired_answers(
    known_experiment(of_experiment), known_arm(of_experiment, first_arm), known_arm(of_experiment, second_arm)
)
WHERE change IS NOT NULL
ORDER BY change DESC, example_id;

-- Two rollouts on the examples that both answered, by their last answers: the four counts, the second's accuracy less the
-- first's, and the exact McNemar test's p value. An error where there are no answers of one of them, or no
-- example in common.
CREATE MACRO compare_arms(of_experiment, first_arm, second_arm) AS TABLE
SELECT
    CASE
        WHEN count(*) > 0 THEN count(*)
        ELSE error(
            'arms ''' || first_arm || ''' and ''' || second_arm || ''' of experiment ''' || of_experiment
            || ''' have no example in common: compare two of one data set and split'
        )
    END AS examples,
    count(*) FILTER (first_right AND second_right) AS both_right,
    count(*) FILTER (change = 'fixed') AS fixed,
    count(*) FILTER (change = 'broken') AS broken,
    count(*) FILTER (NOT first_right AND NOT second_right) AS both_wrong,
    ratio(count(*) FILTER (change = 'fixed') - count(*) FILTER (change = 'broken'), count(*)) AS difference,
    CASE WHEN count(*) > 0 THEN exact_mcnemar(count(*) FILTER (change = 'broken'), count(*) FILTER (change = 'fixed')) END
        AS p_value
FROM paired_answers(
    known_experiment(of_experiment), known_arm(of_experiment, first_arm), known_arm(of_experiment, second_arm)
);
