"""The extractor returns the SQL to the byte, whatever is around it, and in time that grows with the text alone."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.datasets import embedded
from t2s_pipeline.datasets.embedded.build import read_questions
from t2s_pipeline.prompts.extract import extract_sql

QUERIES = r"""
SELECT DISTINCT name FROM singer WHERE age > 3 ORDER BY name DESC LIMIT 1
select a b from c d
SELECT the, statement FROM only
SELECT "a;b", `c``d`, [e;f] FROM t /* end; */
SELECT 'one two three' FROM t\nWHERE y = 'It is so.\n\nThis is it;'
SELECT a\nFROM b\nUNION ALL -- and\nSELECT c\nFROM d
SELECT a FROM b\n\nWHERE c IN (\n  SELECT d FROM e\n)\n\nAND Is_it = 'In this query'
SELECT a FROM b WHERE c = '</think>' AND d LIKE '<think>%</answer>'
SELECT a\n-- Note: it is b\n-- SQL: SELECT 9\n-- Explanation\nFROM b
SELECT a /* <answer> */ FROM b WHERE c <> '</sql>```'
WITH /* a */ x AS (SELECT 1) SELECT * FROM x
WITH -- top\n x AS (SELECT 1) SELECT * FROM x
WITH x AS -- top\n (SELECT 1) SELECT * FROM x
WITH "a""b" AS (SELECT 1) SELECT * FROM "a""b"
WITH 'x' AS (SELECT 1) SELECT * FROM x
WITH[x y]AS(SELECT 1)SELECT * FROM [x y]
with recursive as (select 1) select * from recursive
WITH x(a /* ) */, "b)", 'c(' -- )\n) AS NOT MATERIALIZED (SELECT 1, 2, 3) SELECT * FROM x
WITH RECURSIVE/**/c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT n FROM c
WITH a AS (WITH b(c) AS (SELECT 1) SELECT c FROM b) SELECT * FROM a
WITH a AS (\n  SELECT 1\n),\nb AS (\n  SELECT 2\n)\n\nSELECT *\nFROM a\nJOIN b
""".strip().splitlines()


_text = st.text(st.sampled_from("ab1 ;-'\"`/*\n\t  ."), max_size=12)
_pieces = st.one_of(
    st.sampled_from(["a", "FROM t", "WHERE x > 1", "(SELECT 2)", ",", "JOIN u ON t.a = u.b", "\n", "\t", "  ", "*"]),
    st.sampled_from(["'</think>'", '"<answer>"', "/* <think> */", "'```sql'", "'\n\nThis is'"]),
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
    "So: {}",
    "The query is `{}`.",
    "The query is {}</s>",
    "It is <sql>{}</sql>, as I said",
    "<sql>\n{}\n</sql>",
    "{}<|eot_id|>",
    "{} <|end|>",
    "~~~sql\n{}\n~~~\nDone.",
    "{}\n\nIn this query, we list all.",
    "{}\nThis query lists all of them.",
    "{}\n\n### Explanation\nIt's",
    "{}\n\n**Explanation**\nThe",
    "Select all singers:\n```sql\n{}\n```",
    "Select the names of all singers.\n\n{}",
    "{}\n<think>Is it? SELECT 99 FROM x</think>\nI think so.",
    "<think>a</think>{}<think>it's b</think>",
    "<think>x</think>\n```sql\n{}\n```\n<think>SELECT 99",
)


@given(_queries, st.sampled_from(_WRAPPINGS))
def test_never_damages_the_statement(sql, wrapping):
    assert extract_sql(wrapping.format(sql)) == sql


@pytest.mark.parametrize("query", QUERIES)
def test_returns_these_to_the_byte(query):
    sql = query.replace("\\n", "\n")
    for wrapping in _WRAPPINGS:
        assert extract_sql(wrapping.format(sql)) == sql, wrapping
    for indent in (None, 1):
        answer = json.dumps({"thought": "SELECT 99", "sql": f" {sql};"}, indent=indent)
        assert [extract_sql(answer), extract_sql(f"```json\n{answer}\n```")] == [sql, sql]
    if '"' not in sql:
        assert extract_sql(f'The query is "{sql}".') == sql


def unharmed(golds: list[str]) -> None:
    """Every gold comes back as it is, but for the space and the semicolons around it, from five wrappings by turns."""
    assert len(golds) > 100
    for number, gold in enumerate(golds):
        sql = gold.strip().rstrip("; \t\n")
        for wrapping in (_WRAPPINGS * 2)[number * 5 % len(_WRAPPINGS) :][:5]:
            assert extract_sql(wrapping.format(sql)) == sql, wrapping
        assert extract_sql(gold) == sql


def test_every_embedded_gold_comes_back_from_every_shape():
    folder = Path(embedded.__file__).parent / "questions"
    unharmed(sorted({row["query"] for file in folder.glob("*.sql") for row in read_questions(file)}))


@pytest.mark.spider
def test_every_spider_gold_comes_back_from_every_shape(spider_root):
    files = [spider_root / name for name in ("dev.json", "train_spider.json", "train_others.json")]
    unharmed(sorted({row["query"] for file in files for row in json.loads(file.read_text())}))


STUCK = (
    "SQL: ",
    "SQL:\n",
    "<answer>",
    "SQL: ```\n",
    "<answer>SQL: ",
    "<think></think>",
    "```sql\n",
    "WITH ",
    "Select the x: ",
)


@pytest.mark.parametrize("stuck", STUCK)
def test_an_answer_that_is_stuck_is_read_all_the_same(stuck):
    assert extract_sql(stuck * 1500 + ": SELECT a FROM b") == "SELECT a FROM b"


ENDLESS = (
    "(",
    "-- a\n",
    "```--",
    "SQL:/*\n",
    "--WITH a(\nb,",
    "WITH/**/",
    "[",
    "'",
    "(\nSELECT",
    "<answer>SELECT /*",
    '{"a":',
)


@pytest.mark.parametrize("endless", ENDLESS)
def test_the_time_grows_with_the_text_alone(endless):
    """100 kB in tens of milliseconds; anything that reads a part of it again and again takes seconds or hours."""
    started = time.process_time()
    for start in ("So: ", "SELECT "):
        extract_sql(start + endless * (100_000 // len(endless)))
    assert time.process_time() - started < 1
