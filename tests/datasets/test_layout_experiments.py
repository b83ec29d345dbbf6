"""An experiment on each of BIRD's and WikiSQL's layouts: examples, gold audit, a model asked, figures by level."""

from __future__ import annotations

from dataclasses import asdict

from t2s_pipeline.config import ArmConfig, DatasetConfig, EvaluationConfig, ExperimentConfig, ModelConfig, SandboxConfig
from t2s_pipeline.datasets.column_descriptions import read_descriptions
from t2s_pipeline.datasets.column_values import read_column_values
from t2s_pipeline.datasets.load import database_paths, load_split
from t2s_pipeline.evaluation.gold_audit import audit_flags
from t2s_pipeline.evaluation.gold_features import feature_rows
from t2s_pipeline.evaluation.oracle import check_oracle
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.scripted import ScriptedBackend
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.reports.metrics import arm_metrics
from t2s_pipeline.reports.render_slices import hardness as hardness_blocks
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.rollouts.run import run_rollouts
from t2s_pipeline.schema.catalog import described, read_schema
from t2s_pipeline.schema.table_rows import column_rows, database_rows, retrieved_schema_rows
from t2s_pipeline.table_definitions import COLUMNS, DATABASES, EXAMPLES, GOLD_AUDIT, REJECTED_EXAMPLES
from t2s_pipeline.tables import registry
from tests.datasets.layouts import write_bird, write_wikisql

LIMITS = SandboxConfig(workers=1)


class Walked:
    """One arm over one split, every table checked against its definition; `prompts` are what the model was shown."""

    def __init__(self, dataset, name, data, verifier, arm, answer):
        self.prompts = {}
        rows = load_split(dataset, name, "dev", data, verifier)
        self.examples, self.rejected = rows.examples, rows.rejected
        paths = database_paths(dataset, name, data, {row["database_id"] for row in rows.examples})
        check_oracle(rows.examples, paths, verifier)
        self.audit = audit_flags(rows.examples, rows.rejected, paths, LIMITS)
        schemas = {key: described(read_schema(path, key), read_descriptions(path)) for key, path in paths.items()}
        values = read_column_values(schemas, paths, LIMITS).values
        shown = retrieved_schema_rows(rows.examples, schemas, arm, values=values)
        passed = run_rollouts(
            rows.examples,
            {row["example_id"]: row["schema_text"] for row in shown},
            paths,
            CachedGenerator(ScriptedBackend(self._answering(answer), "script"), CompletionStore(data)),
            verifier,
            arm,
            rollout="arm",
        )
        self.attempts = passed.attempts
        self._report(name, arm, passed)
        for schema, made in (
            (EXAMPLES, self.examples),
            (REJECTED_EXAMPLES, self.rejected),
            (GOLD_AUDIT, self.audit),
            (DATABASES, database_rows(schemas.values(), paths, "dev")),
            (COLUMNS, column_rows(schemas.values(), "dev")),
        ):
            schema.check(schema.to_arrow({"experiment": name, **row} for row in made))

    def _answering(self, answer):
        def say(prompt, sample):
            text = prompt.messages[-1].content
            question = text.split("Question: ")[1].splitlines()[0]
            self.prompts[question] = text
            return answer(question)

        return say

    def _report(self, name, arm, passed):
        declared = ExperimentConfig(
            name=name,
            evaluation=EvaluationConfig(dataset=name),
            datasets={name: DatasetConfig()},
            models={"script": ModelConfig()},
            arms={"arm": arm},
        )
        settings = asdict(arm) | {"rollout": "arm", "shard": "00_of_01", "split": "dev", "model": "script"}
        names = {column.name for column in registry()["rollouts"].columns}
        pass_row = {key: value for key, value in settings.items() if key in names} | {
            "retrieval": arm.retrieval, "gold_free": True, "examples": len(self.examples), "token_budget": "none"
        }  # fmt: skip
        rows = {
            "rollouts": [pass_row],
            "trajectories": passed.trajectories,
            "attempts": passed.attempts,
            "examples": self.examples,
            "gold_audit": self.audit,
            "gold_features": feature_rows(self.examples),
        }
        made = {key: _filled(registry()[key], name, found) for key, found in rows.items()}
        made["evaluations"] = arm_metrics(name, **made)
        with report_connection(made) as connection:
            self.levels = run_report("report_hardness", connection, declared).to_pylist()
        hardness_blocks(self.levels)

    def by_level(self):
        of_hardness = [row for row in self.levels if row["slice"] == "hardness"]
        final = [row for row in of_hardness if row["metric"] == "final_example_execution_accuracy"]
        return [(row["level"], row["numerator"], row["denominator"]) for row in final]


def _filled(schema, name, rows):
    """Rows of a table, with something in the columns that a graph would fill and that nothing here reads."""
    given = {"experiment": name}
    blank = {"string": "x", "int64": 1, "double": 0.0, "bool": False}
    required = {c.name: blank.get(str(c.type)) for c in schema.columns if not c.nullable or c.key}
    return schema.to_arrow(required | given | dict(row) for row in rows)


def test_bird(tmp_path, verifier):
    answers = {
        "How many female patients are there?": "SELECT COUNT(*) FROM Patient WHERE SEX = 'F'",
        "Which patients had an abnormal GOT?": "SELECT ID FROM Laboratory WHERE GOT >= 60 ORDER BY ID DESC",
        "When did the youngest patient first come?": "SELECT Birthday FROM Patient",
    }
    dataset = DatasetConfig(kind="bird", root=str(write_bird(tmp_path / "bird")))
    arm = ArmConfig(model="script", match_rule="bird", prompt_style="finer", schema_style="mschema")
    walked = Walked(dataset, "bird", tmp_path / "data", verifier, arm, answers.__getitem__)
    assert walked.by_level() == [("simple", 1, 1), ("moderate", 1, 1), ("challenging", 0, 1)]
    assert [row["correct_bird"] for row in walked.attempts] == [True, True, False]
    assert [row["correct_official"] for row in walked.attempts] == [True, True, False]
    assert [(row["fails"], row["audited"]) for row in walked.audit] == [
        *[(False, True)] * 3, (True, False), (None, False)
    ]  # fmt: skip
    first = walked.prompts["How many female patients are there?"]
    assert first.endswith("Question: How many female patients are there?\n\nEvidence: female refers to SEX = 'F'")
    assert "SEX:TEXT, Sex; F: female M: male, Examples: ['F'" in first
    assert not [
        sql for row in walked.examples for sql in [row["gold"]] if any(sql in p for p in walked.prompts.values())
    ]
    assert "Evidence" not in walked.prompts["When did the youngest patient first come?"]


def test_wikisql(tmp_path, verifier):
    answers = {
        "Who drove in 1998?": 'SELECT "Driver\'s name" FROM table_1_100_1 WHERE "Year" = \'1998\'',
        "How many points has eddie o'hara with car 2?": "SELECT Points FROM table_1_100_1 WHERE Points > 99",
        "How many drivers are there?": "SELECT count(*) FROM table_1_100_1",
        "Which clubs come after the 1st?": "SELECT Club FROM table_2_7_12 WHERE Club = 'psv'",
        "Which club is called nobody?": "SELECT club FROM clubs",
    }
    dataset = DatasetConfig(kind="wikisql", root=str(write_wikisql(tmp_path / "wikisql")))
    arm = ArmConfig(model="script", schema_style="ddl")
    walked = Walked(dataset, "wikisql", tmp_path / "data", verifier, arm, answers.__getitem__)
    assert walked.by_level() == [("easy", 3, 4), ("medium", 0, 1)]
    assert [row["source_row"] for row in walked.rejected] == [4, 5, 6, 7]  # of these only the last has a gold
    assert [row["fails"] for row in walked.audit] == [False] * 5 + [None]
    assert [row["vacuous"] for row in walked.audit[:5]] == [False] * 4 + [True]
    assert "table_2_7_12" not in walked.prompts["Who drove in 1998?"]
