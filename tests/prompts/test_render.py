"""Prompts hold what they should, and training sees exactly the tokens that generation is given."""

import os
from pathlib import Path

import pytest

from t2s_pipeline.nano import MODEL_DIR
from t2s_pipeline.prompts.feedback import (
    FeedbackFacts,
    FeedbackMode,
    feedback_templates,
    render_feedback,
)
from t2s_pipeline.prompts.render import (
    NO_QUERY,
    completion_text,
    end_of_turn_id,
    initial_prompt,
    repair_prompt,
    token_ids,
    training_ids,
)
from t2s_pipeline.prompts.templates import (
    TEMPLATES_DIR,
    Detail,
    PromptStyle,
    initial_templates,
    repair_templates,
    template,
    templates_fingerprint,
)
from t2s_pipeline.star.questions import HINT

SCHEMA = 'Table singer: singer_id INTEGER primary_key, "birth year" INTEGER, {odd} TEXT'
QUESTION = "How many singers were born after 1990?"
SQL = "SELECT count(*) FROM singer\nWHERE \"birth year\" > 1990 AND name != '  two  spaces; ' -- {x}"


def prompts():
    facts = FeedbackFacts(False, "no such column: T1.birth", None)
    feedback = render_feedback(facts, FeedbackMode.RESULT_STATUS, Detail.MINIMAL)
    return [
        initial_prompt(SCHEMA, QUESTION),
        repair_prompt(SCHEMA, QUESTION, SQL, feedback, 1, Detail.BASIC),
        repair_prompt(SCHEMA, QUESTION, SQL, feedback, 2, Detail.MINIMAL),
    ]


def every_prompt():
    """The same in every wording."""
    facts = FeedbackFacts(True, None, 3)
    feedback = render_feedback(facts, FeedbackMode.RESULT_STATUS, Detail.BASIC)
    for style in PromptStyle:
        yield initial_prompt(SCHEMA, QUESTION, style)
        for detail in Detail:
            yield repair_prompt(SCHEMA, QUESTION, SQL, feedback, 1, detail, style)


def qwen_tokenizer():
    root = os.environ.get("SPIDER_ROOT")
    folder = Path(root).parent / "qwen2_tokenizer" if root else None
    if folder is None or not (folder / "vocab.json").is_file():
        pytest.skip("needs Qwen2.5's vocab.json and merges.txt in qwen2_tokenizer beside SPIDER_ROOT")
    import json

    import trl
    from transformers import Qwen2Tokenizer

    tokenizer = Qwen2Tokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    added = json.loads((folder / "added_tokens.json").read_text())
    tokenizer.add_special_tokens({"additional_special_tokens": sorted(added, key=added.get)})
    tokenizer.eos_token = "<|im_end|>"
    templates = Path(trl.__file__).parent / "chat_templates"
    tokenizer.chat_template = (templates / "qwen2_5.jinja").read_text()
    return tokenizer


def nano_tokenizer():
    from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

    return load_chat_tokenizer(MODEL_DIR)


@pytest.mark.parametrize("make", [nano_tokenizer, qwen_tokenizer])
def test_training_tokens_are_prompt_then_completion_then_end(make):
    tokenizer = make()
    for prompt in (*prompts(), *every_prompt()):
        given = token_ids(prompt, tokenizer)
        prompt_ids, completion_ids = training_ids(prompt, SQL, tokenizer)
        assert prompt_ids == given
        assert completion_ids[-1] == end_of_turn_id(tokenizer)
        assert tokenizer.decode(completion_ids[:-1]) == completion_text(SQL)
        # The whole conversation through the chat template, as a trainer would render it, is the same tokens.
        chat = [*prompt.chat(), {"role": "assistant", "content": completion_text(SQL)}]
        whole = tokenizer.encode(tokenizer.apply_chat_template(chat, tokenize=False), add_special_tokens=False)
        assert whole[: len(given) + len(completion_ids)] == given + completion_ids
        assert tokenizer.decode(whole[len(given) + len(completion_ids) :]).strip() == ""


def test_the_prompt_ends_where_the_answer_starts_and_nobody_labels_it():
    for prompt in (*prompts(), *every_prompt()):
        assert [m.role for m in prompt.messages] == ["system", "user"]
        assert not prompt.messages[-1].content.rstrip().endswith("SQL:")
    assert completion_text("  SELECT 1\n") == "SELECT 1"


def test_a_repair_shows_schema_question_query_and_feedback_as_they_are():
    _, basic, minimal = prompts()
    text = basic.messages[1].content
    for part in (SCHEMA, QUESTION, SQL, "Execution feedback at turn 1: SQLite error: no such column: T1.birth"):
        assert part in text
    assert template("repair_minimal_rules") in minimal.messages[0].content
    assert template("repair_minimal_rules") not in basic.messages[0].content
    assert NO_QUERY in repair_prompt(SCHEMA, QUESTION, None, "x", 1, "basic").messages[1].content


def test_hash_is_of_the_messages():
    first, again = initial_prompt(SCHEMA, QUESTION), initial_prompt(SCHEMA, QUESTION + " ")
    assert first.hash == again.hash
    assert len({prompt.hash for prompt in prompts()}) == 3


def test_every_template_belongs_to_a_step_and_is_named_by_it():
    named = {n for style in PromptStyle for n in (*initial_templates(style), *repair_templates("minimal", style))}
    for mode in FeedbackMode:
        named.update(name for detail in Detail for name in feedback_templates(mode, detail, reasons=True))
    named.add(HINT)  # asked by self-training alone
    assert named == {path.stem for path in TEMPLATES_DIR.glob("*.txt")}
    for prompt in (*prompts(), *every_prompt()):
        assert set(prompt.templates) <= named


def test_one_shot_passes_do_not_depend_on_repair_texts():
    initial = initial_templates()
    assert not set(initial) & set(repair_templates(Detail.MINIMAL))
    assert templates_fingerprint(initial) == templates_fingerprint(reversed(initial))
    assert templates_fingerprint(initial) != templates_fingerprint(repair_templates("basic"))
    only_repairs = {name for style in PromptStyle for name in initial_templates(style) if "repair" in name}
    assert not only_repairs


def test_an_unknown_template_is_named_with_those_that_exist():
    with pytest.raises(ValueError, match="no such prompt template; there are: .*initial_user"):
        template("initial")


@pytest.mark.parametrize(
    ("facts", "mode", "detail", "text"),
    [
        (FeedbackFacts(False, "near \"FORM\": syntax error", None), "error_only", "basic", 'SQLite error: near "FORM": syntax error'),
        (FeedbackFacts(False, "no such table: x y", None), "result_status", "basic", "SQLite error: no such table: x y"),
        (FeedbackFacts(False, "no such table: x y", None), "error_only", "minimal",
         "SQLite error: no such table: x y"),
        (FeedbackFacts(True, None, 3), "error_only", "basic", "The query ran, but it failed a hidden check."),
        (FeedbackFacts(True, None, 3), "result_status", "minimal", "The query ran, but its result is wrong. Rows returned: 3."),
        (FeedbackFacts(True, None, 0), "result_status", "basic", "The query ran, but its result is wrong: it returned no rows."),
        (FeedbackFacts(True, None, None), "result_status", "basic", "The query ran, but it failed a hidden check."),
        (FeedbackFacts(False, "x", None, has_query=False), "result_status", "minimal", "The answer holds no SQL query."),
    ],
)  # fmt: skip
def test_feedback_says_what_the_executor_shows(facts, mode, detail, text):
    assert render_feedback(facts, mode, detail) == text


@pytest.mark.parametrize("error", [None, ""])
def test_a_failure_without_a_message_stops_nothing(error):
    assert render_feedback(FeedbackFacts(False, error, None), "error_only", "basic") == "SQLite error: unknown error"
