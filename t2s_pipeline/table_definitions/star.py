"""Self-training loops: what each iteration asked, learnt, gained and cost, and the reports on it."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import COUNTED, DATABASE_ID, EXAMPLE_ID, FLAG, INT, REAL, TEXT
from t2s_pipeline.table_definitions.results import ARM, MISSING
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

_STAR = key_column("star", "Name of the loop.")
_ITERATION = key_column("iteration", "Iteration, from 1.", INT)
_MEASURED = key_column("iteration", "Iteration; 0 is where the loop starts.", INT)

STAR_QUESTIONS = output_table(
    "star_questions",
    "One question of train as an iteration of a loop found it: how often the policy before it solves it, and what was "
    "learnt of it. Questions with a vacuous or an excluded gold are not asked; a loop that has ended asks none.",
    [
        _STAR,
        _ITERATION,
        EXAMPLE_ID,
        DATABASE_ID,
        Column("hardness", TEXT, "As in `examples`."),
        Column("candidates", INT, "Candidates that were asked for.", nullable=False),
        Column("judged", INT, "Of these, right or wrong by train-side truth.", nullable=False),
        Column("right", INT, "Of these, right.", nullable=False),
        Column("solve_rate", REAL, "Right of those judged; null where none was."),
        Column("distinct_right", INT, "Distinct right SQL that can be learnt.", nullable=False),
        Column("rationalised", FLAG, "A candidate made with the gold shown is right; null where none was asked for."),
        Column(
            "learnt_of", FLAG, "One of those that the loop learns from: all, or those answered wrong.", nullable=False
        ),
        Column("source", TEXT, "Where its rows are from: `candidate`, `rationalised` or `gold`; null without rows."),
        Column("rows", INT, "Rows of the training.", nullable=False),
    ],
)

STAR_ROWS = output_table(
    "star_rows",
    "One answer that an iteration of a loop is trained on.",
    [
        _STAR,
        _ITERATION,
        EXAMPLE_ID,
        key_column("source", "`candidate`, `rationalised` or `gold`."),
        key_column("sample", "The first sample that gave it; 0 of a gold.", INT),
        DATABASE_ID,
        Column("sql", TEXT, "The SQL.", nullable=False),
        Column("thought", TEXT, "The thought before it, where thoughts are learnt."),
        Column("copies", INT, "Rows of the training with this answer.", nullable=False),
    ],
)

STAR_COSTS = output_table(
    "star_costs",
    "What one pass of a loop over questions cost. Times are of the step's last run: what was in the store of "
    "completions was not asked again.",
    [
        _STAR,
        _MEASURED,
        key_column("pass", "`candidates`, `rationalised` or `held_out`."),
        Column("stopped", FLAG, "The loop had ended: nobody was asked.", nullable=False),
        Column("questions", INT, "Questions asked.", nullable=False),
        Column("candidates", INT, "Answers.", nullable=False),
        Column("prompt_tokens", INT, "Tokens of their prompts.", nullable=False),
        Column("completion_tokens", INT, "Tokens of the answers.", nullable=False),
        Column("asked", INT, "Answers that were not in the store.", nullable=False, volatile=True),
        Column("seconds", REAL, "Wall time of asking and judging, seconds.", nullable=False, volatile=True),
    ],
)

STAR_ITERATIONS = output_table(
    "star_iterations",
    "One iteration of a loop on the questions of train that are held out from it, greedy, against the one before.",
    [
        _STAR,
        _MEASURED,
        Column("adapter", TEXT, "The adapter that was asked; null of a base model."),
        Column("adapter_digest", TEXT, "Its digest."),
        Column("stopped", FLAG, "The loop had ended before: this stands for the iteration before.", nullable=False),
        Column("questions", INT, "Held-out questions.", nullable=False),
        Column("right", INT, "Of these, answered right.", nullable=False),
        Column("only_before", INT, "Right in the iteration before alone. This and the next are null without one."),
        Column("only_now", INT, "Right in this one alone."),
        Column("gain", REAL, "The share right less that of the iteration before."),
        Column("gain_low", REAL, "Lower end of its 95 % interval (Newcombe's for pairs)."),
        Column("gain_high", REAL, "Upper end of it."),
        Column("p_value", REAL, "Exact McNemar test of the two, two-sided."),
        Column("within_noise", FLAG, "No gain, or p of 0.05 or more."),
        Column("ends_here", FLAG, "The loop ends with this iteration.", nullable=False),
    ],
)

REPORT_STAR = output_table(
    "report_star",
    "History of the loops: of each iteration the held-out questions, how often train is solved, the rows of its "
    "training, and what it cost.",
    [
        _STAR,
        _MEASURED,
        key_column(
            "measure",
            "`held_out`: held-out questions answered right; `solve_rate`: candidates right of those judged; `solved`: "
            "questions with a right candidate; `rows`: rows of the training, of all; `prompt_tokens`, "
            "`completion_tokens`, `candidates`, `seconds`: cost; `training_seconds`.",
        ),
        key_column("level", "`all`; a hardness; a source of rows; a pass of `star_costs`."),
        MISSING,
        Column("stopped", FLAG, "The loop had ended before this iteration."),
        Column("note", TEXT, "Of `held_out`: `within noise`, and `ended here` where the loop ended."),
        Column("numerator", REAL, "Cases counted; of a cost its amount.", nullable=False),
        *COUNTED[1:],
    ],
)

REPORT_STAR_RULES = output_table(
    "report_star_rules",
    "Final answers of every arm by three match rules: `official` is Spider's; `strict` keeps DISTINCT; `star` is the "
    "STaR reference's: sets of rows, the values of a row sorted as text. It is looser and stricter at once.",
    [
        ARM,
        key_column("rule", "`official`, `strict` or `star`."),
        key_column("subset", "`all` or `not_excluded`."),
        MISSING,
        Column("samples", INT, "Samples a question."),
        Column("selection", TEXT, "How one of several samples was chosen."),
        *COUNTED,
    ],
)
