"""The wording of every prompt style, to the byte: models are trained on these texts."""

import pytest

from t2s_pipeline.prompts.render import initial_prompt, question_text, repair_prompt
from t2s_pipeline.prompts.templates import PromptStyle, templates_fingerprint
from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table
from t2s_pipeline.schema.styles import schema_text

SCHEMA = DatabaseSchema(
    "toy/concert",
    (
        Table("singer", (Column("singer_id", "INTEGER", True), Column("birth year", "INTEGER"))),
        Table("song", (Column("song_id", "INTEGER", True), Column("singer_id", "INTEGER"), Column("title", ""))),
    ),
    (ForeignKey("song", "singer_id", "singer", "singer_id"),),
)
QUESTION = " How many singers were born after 1990? "

# The embedded model is pre-trained on these very bytes: a change here makes it worthless.
DEFAULT_SYSTEM = (
    "Translate the question into one valid SQLite query. Use only the given schema. Answer with the query alone."
)
DEFAULT_SCHEMA = (
    'Table singer: singer_id INTEGER primary_key, "birth year" INTEGER\n'
    "Table song: song_id INTEGER primary_key, singer_id INTEGER, title TEXT\n"
    "Foreign key: song.singer_id -> singer.singer_id"
)
DEFAULT_REPAIR_SYSTEM = (
    "Correct a wrong SQLite query by the schema and the execution feedback. Use only the given schema. Answer with the "
    "one corrected query alone."
)
MINIMAL_RULES = (
    "\nColumn-minimal repair:\n"
    "1. If a column belongs to another table or a join is not needed, do not just patch aliases.\n"
    "2. Write the smallest query anew, over only the tables it needs.\n"
    "3. Drop joins where one table has all the columns."
)
# The public code's wording, of the model's card as well.
FINER_SYSTEM = (
    "You are a meticulous SQL expert. Generate a single, correct SQL query for the user question and the provided "
    "database schema.\n"
    "Follow this exact response format:\n"
    "\n"
    "Rules:\n"
    "- Output exactly one SQL statement.\n"
    "- The SQL must be executable on SQLite.\n"
    "- Do not include any explanatory text.\n"
    "- Output one SQL statement only. Do not include any extra text, tags, or code fences."
)
FINER_HINT = (
    "\n- When using GROUP BY, list aggregate functions (COUNT, SUM, AVG, MIN, MAX) in the SELECT clause BEFORE the "
    "grouping column(s)."
)


def test_the_default_prompt_is_the_one_that_the_embedded_model_was_trained_on():
    prompt = initial_prompt(schema_text("compact", SCHEMA, {}), QUESTION)
    user = f"Schema:\n{DEFAULT_SCHEMA}\n\nQuestion: How many singers were born after 1990?"
    assert prompt.messages == (("system", DEFAULT_SYSTEM), ("user", user))


@pytest.mark.parametrize(("detail", "rules"), [("basic", ""), ("minimal", MINIMAL_RULES)])
def test_the_default_repair_is_the_one_that_the_embedded_model_was_trained_on(detail, rules):
    prompt = repair_prompt(schema_text("compact", SCHEMA, {}), QUESTION, "SELECT 1", "It's {wrong}.", 2, detail)
    user = (
        f"Schema:\n{DEFAULT_SCHEMA}\n\nQuestion: How many singers were born after 1990?\n\nPrevious SQL: SELECT 1\n\n"
        "Execution feedback at turn 2: It's {wrong}."
    )
    assert prompt.messages == (("system", DEFAULT_REPAIR_SYSTEM + rules), ("user", user))


@pytest.mark.parametrize(("style", "hint"), [("finer", ""), ("finer_hint", FINER_HINT)])
def test_a_finer_prompt_has_the_wording_of_its_authors(style, hint):
    prompt = initial_prompt("the schema", QUESTION, style)
    user = "Database Schema:\nthe schema\n\nQuestion: How many singers were born after 1990?"
    assert prompt.messages == (("system", FINER_SYSTEM + hint), ("user", user))
    repair = repair_prompt("the schema", QUESTION, None, "It is wrong.", 1, "minimal", style)
    assert repair.messages[0].content == FINER_SYSTEM + hint + MINIMAL_RULES
    assert repair.messages[1].content.startswith(user + "\n\nPrevious SQL: (no query was found")


def test_a_model_that_was_not_trained_to_think_is_told_how():
    prompt = initial_prompt("the schema", QUESTION, "finer_think")
    assert prompt.messages[1] == initial_prompt("the schema", QUESTION, "finer").messages[1]
    system = prompt.messages[0].content
    assert system.startswith(FINER_SYSTEM.split("\n")[0])
    assert "<think>" in system and "</think>\nthe SQL statement" in system
    assert "```" not in system and "Do not include any extra text, tags" not in system


def test_evidence_goes_behind_the_question():
    example = {"question": QUESTION, "evidence": " born after 1990: {birth year} > 1990 "}
    shown = "Question: How many singers were born after 1990?\n\nEvidence: born after 1990: {birth year} > 1990"
    for style in PromptStyle:
        user = initial_prompt("the schema", question_text(example), style).messages[1].content
        assert user.endswith(shown)
        repair = repair_prompt("the schema", question_text(example), "SELECT 1", "f", 1, "basic", style)
        assert repair.messages[1].content.startswith(user + "\n\nPrevious SQL: SELECT 1")


@pytest.mark.parametrize("evidence", [{}, {"evidence": None}, {"evidence": "  "}])
def test_no_evidence_leaves_no_trace(evidence):
    assert question_text({"question": QUESTION, **evidence}) == QUESTION.strip()


def test_every_style_has_templates_and_a_hash_of_its_own():
    prompts = [initial_prompt("s", "q", style) for style in PromptStyle]
    prompts += [repair_prompt("s", "q", "SELECT 1", "f", 1, "basic", style) for style in PromptStyle]
    assert len({prompt.hash for prompt in prompts}) == len({templates_fingerprint(p.templates) for p in prompts}) == 8
