"""Every house rule fails on a bad sample, and lets the good one beside it pass."""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg
import pyarrow as pa
import pytest

from t2s_pipeline.tables import TableColumn, output_table
from tests.house import rules


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("t2s_pipeline/rollouts/run.py", "import dagster as dg"),
        ("t2s_pipeline/rollouts/run.py", "def f():\n    from dagster import asset"),
        ("t2s_pipeline/rollouts/run.py", "from dagster_pipes import open_dagster_pipes"),
        ("t2s_pipeline/rollouts/run.py", "from assets.stage import stage"),
        ("t2s_pipeline/rollouts/run.py", "import resources"),
        ("t2s_pipeline/rollouts/run.py", "from .turn import turn"),
        ("t2s_pipeline/cli.py", "import dagster"),
        ("t2s_pipeline/generation/cached.py", "import torch"),
        ("t2s_pipeline/generation/cached.py", "try:\n    from transformers import AutoModel\nexcept ImportError: ..."),
        ("t2s_pipeline/generation/cached.py", "class A:\n    import torch.nn"),
        ("assets/adapters.py", "import trl"),
        ("resources/generator.py", "if True:\n    import vllm"),
    ],
)
def test_forbidden_imports_are_found(path, source):
    assert len(rules.forbidden_imports(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("t2s_pipeline/definitions.py", "import dagster as dg"),
        ("t2s_pipeline/cli.py", "def run():\n    import dagster"),
        ("t2s_pipeline/training/__main__.py", "from dagster_pipes import open_dagster_pipes"),
        ("t2s_pipeline/training/sft.py", "import torch"),
        ("t2s_pipeline/generation/hf.py", "import transformers"),
        ("t2s_pipeline/generation/cached.py", "def f():\n    import torch"),
        ("t2s_pipeline/generation/cached.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch"),
        ("assets/stage.py", "import dagster as dg"),
        ("t2s_pipeline/datasets/load.py", "from t2s_pipeline.datasets import source"),
    ],
)
def test_allowed_imports_pass(path, source):
    assert rules.forbidden_imports(path, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "import dagster as dg\n@dg.asset\ndef a(): ...",
        "import dagster as dg\n@dg.asset(key='a')\ndef a(): ...",
        "import dagster\nx = dagster.multi_asset(specs=[])",
        "from dagster import asset",
        "import dagster as dg\nx = dg.AssetSpec('a')",
    ],
)
def test_an_asset_not_made_by_stage_is_found(source):
    assert rules.assets_not_by_stage("assets/rogue.py", source)
    assert rules.assets_not_by_stage(rules.STAGE_FILE, source) == []


def test_other_uses_of_dagster_and_of_the_word_asset_pass():
    source = "import dagster as dg\nx = dg.define_asset_job('j')\ny = stage.asset\n"
    assert rules.assets_not_by_stage("assets/launching.py", source) == []


def test_a_bare_asset_is_found():
    good = dg.AssetSpec(
        "good", group_name="g", owners=["team:t"], kinds={"k"}, description="What it is.", code_version="1"
    )
    assert rules.asset_faults([good]) == []
    assert rules.asset_faults([dg.AssetSpec("bare")]) == [
        f"asset bare: no {what}" for what in ("group", "owner", "kinds", "description", "code version")
    ]


def test_a_group_out_of_the_flow_is_found():
    rows = dg.AssetSpec("rows", group_name="data")
    report = dg.AssetSpec("report", group_name="reports", deps=["rows"])
    late, odd = dg.AssetSpec("late", group_name="data", deps=["report"]), dg.AssetSpec("odd", group_name="misc")
    assert rules.group_faults([rows, report], ("data", "reports")) == []
    assert rules.group_faults([rows, report, late, odd], ("data", "reports")) == [
        "asset odd: group 'misc' has no place in the order of the flow",
        "asset late: reads report of a later group",
    ]


def test_a_check_without_description_is_found():
    told, bare = (
        dg.AssetCheckSpec(name, asset="rows", description=text) for name, text in (("a", "What."), ("b", None))
    )
    assert rules.check_faults([told, bare]) == ["check b of rows: no description"]


def test_a_column_without_description_is_found():
    def with_column(description: str):
        return output_table("songs", "One song.", [TableColumn("title", pa.string(), description)])

    assert rules.table_faults([with_column("The title.")]) == []
    assert len(rules.table_faults([with_column("")])) == 1
    assert len(rules.table_faults([with_column("title")])) == 1


@dataclass(frozen=True)
class _Parent:
    read: int = 0
    forgotten: int = 0


@dataclass(frozen=True)
class _Child(_Parent):
    alone: int = 0


def test_a_configuration_key_that_nothing_reads_is_found():
    read = rules.attributes_read("def f(config):\n    config.forgotten = 1\n    return config.read, 'alone'")
    assert rules.unread_keys([_Parent, _Child], read) == ["_Parent.forgotten", "_Child.alone"]


def test_a_sql_file_without_test_is_found():
    tests = ['"""report_method.sql and its Markdown."""']
    assert rules.sql_without_test(["report_method.sql"], tests) == []
    assert rules.sql_without_test(["method.sql", "report_routing.sql"], tests) == ["method.sql", "report_routing.sql"]


def test_a_long_file_needs_a_reason_and_a_short_one_has_none():
    assert rules.overlong({"a.py": 400}, {}) == []
    assert len(rules.overlong({"a.py": 401}, {})) == 1
    assert len(rules.overlong({"a.py": 401}, {"a.py": " "})) == 1
    assert rules.overlong({"a.py": 401}, {"a.py": "a table of declarations"}) == []
    assert len(rules.overlong({"a.py": 10}, {"a.py": "no longer true", "gone.py": "nor this"})) == 2


@pytest.mark.parametrize(
    "line",
    [
        "path = '" + "/" + "work/main'",
        "see " + "/" + "tmp/x.log",
        "cd " + "/" + "root",
        "export A=" + "/" + "home/someone/data",
        "--index-url https://" + "pypi" + ".org/simple",
        "https://files." + "pythonhosted" + ".org/packages/x.whl",
        "wheel @ file" + "://" + "localhost/x.whl",
    ],
)
def test_machine_traces_are_found(line):
    assert len(rules.machine_traces("file.txt", f"fine\n{line}\n")) == 1


@pytest.mark.parametrize(
    "line", ["the framework/work item", "$HOME/work", "data/tmp/x", "/workspace", "https://duckdb.org"]
)
def test_other_text_is_no_machine_trace(line):
    assert rules.machine_traces("file.txt", line) == []


def test_a_lock_with_addresses_or_without_a_requirement_is_found():
    assert rules.lock_faults("apsw==3.54.1.0\ntorch==2.13.0\n", ["torch==2.13.0", "apsw"]) == []
    assert len(rules.lock_faults("torch==2.13.0+cpu\n", [])) == 1
    assert len(rules.lock_faults("apsw @ https://example.org/apsw.whl\n", [])) == 1
    assert len(rules.lock_faults("apsw==3.54.1.0 --hash=sha256:00\n", [])) == 1
    assert len(rules.lock_faults("typer==0.26.1\n", ["typer<0.26", "duckdb"])) == 2
