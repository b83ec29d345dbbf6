"""The extractor finds the statement in every shape of answer, and returns it as written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.prompts.extract import extract_sql

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
    "```sql\n{}\n```",
    "Sure:\n```\n{};\n```\nThat's all.",
    "SQL: {}",
    "<think>a 'thought' with SELECT x</think>\n\n{}\n",
    "{}\nExplanation: it's so",
)


@given(_queries, st.sampled_from(_WRAPPINGS))
def test_never_damages_the_statement(sql, wrapping):
    assert extract_sql(wrapping.format(sql)) == sql


@given(st.text())
def test_is_always_a_piece_of_the_answer(text):
    sql = extract_sql(text)
    assert sql is None or (sql and sql in text)
