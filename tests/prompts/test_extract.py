"""The extractor finds the statement in every shape of answer, and returns it as written."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.datasets import embedded
from t2s_pipeline.datasets.embedded.build import read_questions
from t2s_pipeline.prompts.extract import Thought, extract_sql, extract_thought
from t2s_pipeline.prompts.render import completion_text

ANSWERS = {
    "plain": ("SELECT a FROM b", "SELECT a FROM b"),
    "semicolon": ("SELECT a FROM b;", "SELECT a FROM b"),
    "fence": ("Here it is:\n```sql\nSELECT a\nFROM b;\n```\nIt lists a.", "SELECT a\nFROM b"),
    "fence without language": ("```\nSELECT a FROM b\n```", "SELECT a FROM b"),
    "fence in a line": ("```sql SELECT a FROM b```", "SELECT a FROM b"),
    "fence never closed": ("```sql\nSELECT a FROM b", "SELECT a FROM b"),
    "fence closed only": ("SELECT a FROM b\n```", "SELECT a FROM b"),
    "second fence is the query": ("```python\nx = 1\n```\n```sql\nSELECT a FROM b\n```", "SELECT a FROM b"),
    "label": ("SQL: SELECT a FROM b\nExplanation: all of a", "SELECT a FROM b"),
    "label twice": ("SQL:SQL: SELECT a FROM b", "SELECT a FROM b"),
    "bold label": ("**SQL:** SELECT a FROM b", "SELECT a FROM b"),
    "label and fence": ("Corrected SQL:\n```sql\nSELECT a FROM b\n```", "SELECT a FROM b"),
    "thought": ("<think>SELECT wrong FROM x</think>\nSELECT a FROM b", "SELECT a FROM b"),
    "thought without its start": ("I could use x.\n</think>\n\nSELECT a FROM b", "SELECT a FROM b"),
    "answer tags": ("<think>SELECT x</think>\n<answer>\nSELECT a FROM b;\n</answer>", "SELECT a FROM b"),
    "answer after a draft": ("Not SELECT x FROM y.\n<answer>SELECT a FROM b</answer>", "SELECT a FROM b"),
    "fence in an answer": ("<answer>\n```sql\nSELECT a FROM b\n```\n</answer>", "SELECT a FROM b"),
    "answer without SQL": ("<answer>none</answer>", None),
    "first of two fences": ("```sql\nSELECT a FROM b\n```\nor\n```sql\nSELECT 2\n```", "SELECT a FROM b"),
    "sqlite fence": ("```SQLite\nSELECT a FROM b\n```", "SELECT a FROM b"),
    "fence of any case in a line": ("It is ```Sql SELECT a FROM b```.", "SELECT a FROM b"),
    "draft before a fence": ("First select x.\n\n```sql\nSELECT a FROM b\n```", "SELECT a FROM b"),
    "cte of a quoted name": ("With [x y] AS (SELECT 1) SELECT * FROM [x y]; 2", "With [x y] AS (SELECT 1) SELECT * FROM [x y]"),
    "thought cut off": ("<think>maybe SELECT a FROM b", None),
    "cte": ("WITH x AS (SELECT 1 AS a) SELECT a FROM x; -- done", "WITH x AS (SELECT 1 AS a) SELECT a FROM x"),
    "recursive cte": ("WITH RECURSIVE c(n) AS (SELECT 1) SELECT n FROM c", "WITH RECURSIVE c(n) AS (SELECT 1) SELECT n FROM c"),
    "english with": ("With these tables, as asked: SELECT a FROM b", "SELECT a FROM b"),
    "english create": ("Create a list like this:\nSELECT a FROM b", "SELECT a FROM b"),
    "inside a line": ("The query is SELECT a FROM b", "SELECT a FROM b"),
    "english select before": ("I select the names. SELECT name FROM b", "SELECT name FROM b"),
    "trailing prose": ("SELECT a FROM b\n\nThis query lists a.", "SELECT a FROM b"),
    "semicolon in a literal": ("SELECT a FROM b WHERE c = 'x;y' ; SELECT 2", "SELECT a FROM b WHERE c = 'x;y'"),
    "fence in a literal": ("SELECT a FROM b WHERE c = '```'; x", "SELECT a FROM b WHERE c = '```'"),
    "doubled quote": ("SELECT a FROM b WHERE c = 'don''t; no'; x", "SELECT a FROM b WHERE c = 'don''t; no'"),
    "semicolon in a name": ('SELECT "a;b" FROM `c;d` JOIN [e;f]; x', 'SELECT "a;b" FROM `c;d` JOIN [e;f]'),
    "comment": ("SELECT a -- not b; c\nFROM t;", "SELECT a -- not b; c\nFROM t"),
    "block comment": ("/* ; */ SELECT a /* ';' */ FROM t; x", "/* ; */ SELECT a /* ';' */ FROM t"),
    "spaces in a literal": ("SELECT a FROM b WHERE c = 'two  spaces'", "SELECT a FROM b WHERE c = 'two  spaces'"),
    "parenthesis": ("(SELECT 1) UNION SELECT 2", "(SELECT 1) UNION SELECT 2"),
    "open quote": ("SELECT a FROM b WHERE c = 'x; y", "SELECT a FROM b WHERE c = 'x; y"),
    "no query": ("DELETE FROM b; SELECT 1", "DELETE FROM b"),
    "turn end": ("SELECT a FROM b<|im_end|>\nmore", "SELECT a FROM b"),
    "nothing": ("I do not know.", None),
    "empty": ("", None),
    "only a semicolon": (";", None),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS)
def test_finds_the_statement(case):
    answer, sql = ANSWERS[case]
    assert extract_sql(answer) == sql


@pytest.mark.parametrize("stuck", ["SQL: ", "SQL:\n", "<answer>", "SQL: ```\n", "<answer>SQL: "])
def test_an_answer_that_is_stuck_is_read_all_the_same(stuck):
    assert extract_sql(stuck * 1500) is None
    assert extract_sql(stuck * 1500 + "SELECT a FROM b") == "SELECT a FROM b"


_text = st.text(st.sampled_from("ab1 ;-'\"`/*\n\t  ."), max_size=12)
_pieces = st.one_of(
    st.sampled_from(["a", "FROM t", "WHERE x > 1", "(SELECT 2)", ",", "JOIN u ON t.a = u.b", "\n", "\t", "  ", "*"]),
    _text.map(lambda t: "'" + t.replace("'", "''") + "'"),
    _text.map(lambda t: '"' + t.replace('"', '""') + '"'),
    _text.map(lambda t: "/*" + t.replace("*", "") + "*/"),
    _text.map(lambda t: "-- " + t.replace("\n", "").replace("\t", "") + "\n"),
)
_queries = st.lists(_pieces, max_size=8).map(lambda parts: " ".join(["SELECT 1", *parts, "LIMIT 1"]))
_WRAPPINGS = (
    "{}",
    "{};",
    "{} ; SELECT 99",
    "{}<|im_end|>",
    "{}\nExplanation: it's so",
    "I select the rows with these tables.\n\n{}",
    "```sql\n{}\n```",
    "```sqlite\n{};\n```\nIt's short.",
    "Sure:\n```\n{};\n```\nThat's all.",
    "Here you are:\n```SQL\n{}",
    "```python\nx = 'a'\n```\n```sql\n{}\n```",
    "```sql\n{}\n```\nor else\n```sql\nSELECT 99\n```",
    "SQL: {}",
    "**Final SQL query:**\n{}\n\nIt's what was asked.",
    "SQL:\n```sql\n{}\n```",
    "<think>a 'thought' with SELECT x</think>\n\n{}\n",
    "it's\n```sql\nSELECT 99\n```\n</think>\n{}",
    "<think>x</think>\n<answer>\n{}\n</answer>",
    "So I don't use SELECT 99 FROM t.\n<answer>{};</answer>",
)


@given(_queries, st.sampled_from(_WRAPPINGS))
def test_never_damages_the_statement(sql, wrapping):
    assert extract_sql(wrapping.format(sql)) == sql


def unharmed(golds: list[str]) -> None:
    """Every gold comes back from every wrapping as it is, but for the space and the semicolons around it."""
    assert len(golds) > 100
    for gold in golds:
        sql = gold.strip().rstrip("; \t\n")
        assert [extract_sql(wrapping.format(sql)) for wrapping in _WRAPPINGS] == [sql] * len(_WRAPPINGS)
        assert extract_sql(gold) == sql


def test_every_embedded_gold_comes_back_from_every_shape():
    folder = Path(embedded.__file__).parent / "questions"
    unharmed(sorted({row["query"] for file in folder.glob("*.sql") for row in read_questions(file)}))


@pytest.mark.spider
def test_every_spider_gold_comes_back_from_every_shape(spider_root):
    files = [spider_root / name for name in ("dev.json", "train_spider.json", "train_others.json")]
    unharmed(sorted({row["query"] for file in files for row in json.loads(file.read_text())}))


@given(st.text())
def test_is_always_a_piece_of_the_answer(text):
    sql = extract_sql(text)
    assert sql is None or (sql and sql in text)


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        ("SELECT a FROM b", None),
        ("<think>\nFirst b.\n</think>\nSELECT a FROM b", Thought("First b.", True)),
        ("First b.</think>SELECT a FROM b", Thought("First b.", True)),
        (" <thinking>First b.</thinking> SELECT a FROM b", Thought("First b.", True)),
        ("<think></think>\nSELECT a FROM b", Thought("", True)),
        ("<think>one</think>two</think>SELECT a FROM b", Thought("one</think>two", True)),
        ("<think>First b. SELECT a FROM b", Thought("First b. SELECT a FROM b", False)),
        ("SELECT '<think>' FROM b", None),
        ("", None),
    ],
)
def test_the_thought_stands_before_the_answer(text, thought):
    assert extract_thought(text) == thought


@given(st.text(), st.text(min_size=1))
def test_thought_and_answer_are_told_apart_again(thought, answer):
    """What stands behind the last closing tag is no thought, whatever the model thinks of tags."""
    thought, answer = thought.replace("</think", ""), answer.replace("</think", "")
    written = completion_text(answer, thought.strip() or "x")
    found = extract_thought(written)
    assert found == Thought(thought.strip() or "x", True)
    assert extract_sql(written) == extract_sql(f"</think>{answer}")
