"""A user's rule is found, checked and made: by its configuration, from its file; what goes wrong names the rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from t2s_pipeline.config import VerifierConfig
from t2s_pipeline.evaluation.custom_verifier import Evidence, OpenRule, RuleError, open_rule, rule_file
from t2s_pipeline.evaluation.verdict import PREVIEW_ROWS, PREVIEW_TEXT

ROOT = Path(__file__).parents[2]


def configured(object_, **options):
    return VerifierConfig(object_, options=options)


def test_a_rule_is_found_in_the_projects_folder_and_follows_its_file(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.path", ["", *__import__("sys").path])
    text = "class Rule:\n    knows_gold = {}\n    def __init__(self, limit=1):\n        self.limit = limit\n"
    text += "    def judge(self, items):\n        return []\n"
    file = tmp_path / "rules_of_mine.py"
    file.write_text(text.format(False))
    config = configured("rules_of_mine:Rule", limit=7)
    assert rule_file("mine", config, tmp_path) == file
    rule = open_rule("mine", config, tmp_path)
    assert (rule.rule.limit, rule.knows_gold) == (7, False)
    file.write_text(text.format(True) + "# longer\n")
    assert open_rule("mine", config, tmp_path).knows_gold  # not what was imported first


@pytest.mark.parametrize(
    ("object_", "options", "message"),
    [
        ("no_such_module_of_mine:Rule", {}, "verifiers.mine.object = 'no_such_module_of_mine:Rule': no such module"),
        ("examples.no.such:Rule", {}, "verifiers.mine.object = 'examples.no.such:Rule': No module named"),
        ("examples.verifiers.row_count_rule:Other", {}, "verifiers.mine.object = .*row_count_rule.py has no Other"),
        ("examples.verifiers.row_count_rule:RowCountRule", {"rows": 1}, "options .*TypeError.*rows"),
        ("examples.verifiers.row_count_rule:ONE_NUMBER", {}, "TypeError"),
        ("t2s_pipeline.rollouts.decide:GoldDecider", {}, r"has no method judge\(items\)"),
    ],
)
def test_a_rule_that_cannot_be_made_is_named(object_, options, message):
    with pytest.raises(RuleError, match=message):
        open_rule("mine", configured(object_, **options), ROOT)


def test_the_rule_of_the_document_runs_and_its_numbers_are_the_codes(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.path", ["", *__import__("sys").path])
    text = (ROOT / "docs" / "verifiers.md").read_text(encoding="utf-8")
    (tmp_path / "documented_rules.py").write_text(text.partition("```python\n")[2].partition("```")[0])
    rule = open_rule("mine", configured("documented_rules:MyRule", limit=1), tmp_path)
    few, many = (Evidence("e", "d", "q", "", "SELECT 1", "ok", None, n, ("1",), ((1,),) * n) for n in (1, 2))
    failed = Evidence("e", "d", "q", "", "SELECT x", "error", "no such column: x", None, (), ())
    assert [found.answer for found in rule.judge([few, many, failed])] == ["accepted", "rejected", "rejected"]
    assert f"first {PREVIEW_ROWS} rows" in text and f"{PREVIEW_TEXT} characters" in text


def test_a_missing_class_and_a_text_that_is_no_python_are_found_without_running_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.path", ["", *__import__("sys").path])
    file = tmp_path / "unrun_rules.py"
    file.write_text("raise SystemExit\nfrom somewhere import Imported\nAssigned = 1\n")
    for found in ("Imported", "Assigned"):
        assert rule_file("mine", configured(f"unrun_rules:{found}"), tmp_path) == file
    with pytest.raises(RuleError, match=r"verifiers.mine.object = 'unrun_rules:Rule': .*unrun_rules.py has no Rule"):
        rule_file("mine", configured("unrun_rules:Rule"), tmp_path)
    file.write_text("class Rule\n")
    with pytest.raises(RuleError, match=r"verifiers.mine.object = .*unrun_rules.py, line 1"):
        rule_file("mine", configured("unrun_rules:Rule"), tmp_path)


def test_the_last_word_on_a_rule_that_raises_is_ours_and_says_where(tmp_path):
    """Who runs a step gives the innermost cause as the reason: it has the rule's name and the example."""

    class Raises:
        def judge(self, items):
            return [][7]

    rule = OpenRule("mine", Raises(), knows_gold=False, batch_size=64, timeout_seconds=5.0)
    with pytest.raises(
        RuleError, match=rf"verifier mine: IndexError: .*{Path(__file__).name}:\d+\), on e; mend"
    ) as seen:
        rule.judge([Evidence("e", "d", "q", "", "SELECT 1", "ok", None, 1, ("1",), ((1,),))])
    assert seen.value.__cause__ is None and isinstance(seen.value.__context__, IndexError)
    with pytest.raises(RuleError, match="verifiers.mine: .*RowCountRule with options .*TypeError") as seen:
        open_rule("mine", configured("examples.verifiers.row_count_rule:RowCountRule", rows=1), ROOT)
    assert seen.value.__cause__ is None and isinstance(seen.value.__context__, TypeError)
