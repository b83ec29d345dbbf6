"""The extractor finds the statement in every shape of answer, and returns it as written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    "prose before a fence": ("Select all singers:\n```sql\nSELECT a FROM b\n```", "SELECT a FROM b"),
    "prose of SQL's words before a fence": ("Select names and ages of b\n```\nSELECT a FROM b\n```", "SELECT a FROM b"),
    "prose before a label": ("Select names and ages.\nSQL: SELECT a FROM b", "SELECT a FROM b"),
    "prose before a statement": ("Select the oldest of b: SELECT a FROM b", "SELECT a FROM b"),
    "prose alone": ("Select the name from singer", "Select the name from singer"),
    "words and a query in brackets": ("SELECT a a a a = (SELECT b FROM c)", "SELECT a a a a = (SELECT b FROM c)"),
    "a query in brackets alone": ("It is (SELECT a FROM b", "SELECT a FROM b"),
    "fence behind a statement": ("SELECT a FROM b\n```\nor\n```sql\nSELECT 9\n```", "SELECT a FROM b"),
    "thought behind": ("SELECT a FROM b\n<think>Is SELECT 9 better?</think>\nI think not.", "SELECT a FROM b"),
    "thought behind cut off": ("SELECT a FROM b\n<think>Is SELECT 9", "SELECT a FROM b"),
    "thought behind, and another answer": ("SELECT 9<think>no</think>SELECT a FROM b", "SELECT a FROM b"),
    "thought between": ("Well. <think>SELECT 9</think> SELECT a FROM b", "SELECT a FROM b"),
    "thought alone": ("<think>SELECT 9</think>", None),
    "thought alone, without its start": ("SELECT 9</think>", None),
    "closed twice": ("<think>x</think>SELECT a FROM b</think>", "SELECT a FROM b"),
    "draft in a thought with a quote": ("I'd SELECT x, it's 'it\n</think>\nSELECT a, 'x' FROM b", "SELECT a, 'x' FROM b"),
    "tag in a literal": ("SELECT a FROM b WHERE c = '</think>'; x", "SELECT a FROM b WHERE c = '</think>'"),
    "tag in a comment": ("SELECT a -- <answer>\nFROM b; x", "SELECT a -- <answer>\nFROM b"),
    "answer before more": ("<answer>none</answer> SELECT a FROM b", "SELECT a FROM b"),
    "JSON": ('{"why": "SELECT 9", "sql": "SELECT a\\nFROM \\"b c\\";"}', 'SELECT a\nFROM "b c"'),
    "JSON in a fence": ('```json\n{"n": [1, "{"], "query": "SELECT a FROM b"}\n```', "SELECT a FROM b"),
    "JSON behind a thought": ('<think>x</think>{"SQL": "SELECT \'<think>\'"}', "SELECT '<think>'"),
    "JSON without SQL": ('{"sql": null, "query": "How many?"}', None),
    "JSON of half a character": ('{"sql": "SELECT \'\\ud83d\'"}', "SELECT '\\ud83d'"),
    "JSON in prose": ('It is {"sql": "SELECT a FROM b WHERE c = 1"}.', "SELECT a FROM b WHERE c = 1"),
    "JSON cut off": ('{"sql": "SELECT a FROM b', "SELECT a FROM b"),
    "nothing": ("I do not know.", None),
    "empty": ("", None),
    "only a semicolon": (";", None),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS)
def test_finds_the_statement(case):
    answer, sql = ANSWERS[case]
    assert extract_sql(answer) == sql


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
        ("SELECT '</think>' FROM b", None),
        ("SELECT a FROM b <think>c</think>", None),
        ("<think>one</think>SELECT a FROM b<think>two</think>", Thought("one", True)),
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
