"""Nothing of a data set is in the corpus: no table, question or query, and no phrase of the embedded set's code."""

import ast
import json
import re
from itertools import islice
from pathlib import Path

import pytest

import t2s_pipeline.datasets.embedded as embedded
from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded
from t2s_pipeline.nano.corpus import example_groups
from t2s_pipeline.nano.measure import HELD_OUT_SEEDS, held_out
from t2s_pipeline.nano.plain import is_plain
from t2s_pipeline.nano.vocabulary import phrasings


def plain_text(text):
    return re.sub(r"\W+", " ", text.lower()).strip()


@pytest.fixture(scope="module")
def corpus():
    """Conversations of the committed model's seed and of every held-out kind."""
    drawn = [c for group in islice(example_groups(7_000_021), 500) for c in group]
    return drawn + [c for kind in HELD_OUT_SEEDS for c in held_out(60, kind)]


@pytest.fixture(scope="module")
def embedded_folder(tmp_path_factory):
    return build_embedded(tmp_path_factory.mktemp("data") / "embedded")


def assert_nothing_of_it(corpus, folder):
    rows = [row for file in SPLIT_FILES.values() for row in json.loads((folder / file).read_text())]
    asked = {plain_text(c.prompt.messages[1].content.split("Question: ")[1].split("\n")[0]) for c in corpus}
    written = {plain_text(c.sql) for c in corpus}
    assert len(rows) > 500
    assert len(asked) > 3000
    assert not asked & {plain_text(row["question"]) for row in rows}
    assert not written & {plain_text(row["query"]) for row in rows}

    worlds = {id(c.world): c.world for c in corpus}.values()
    tables = {table_shape(t.name, [c.name for c in t.columns]) for world in worlds for t in world.schema.tables}
    known = set()
    for entry in json.loads((folder / "tables.json").read_text()):
        for place, name in enumerate(entry["table_names_original"]):
            known.add(table_shape(name, [c for t, c in entry["column_names_original"] if t == place]))
    assert len(tables) > 1000
    assert not {shape for shape in tables if len(shape[1]) > 2} & known


def table_shape(name, columns):
    return name.lower(), frozenset(column.lower() for column in columns)


def test_nothing_of_the_embedded_data_set_is_in_the_corpus(corpus, embedded_folder):
    assert_nothing_of_it(corpus, embedded_folder)


@pytest.mark.spider
def test_nothing_of_spider_is_in_the_corpus(corpus, spider_root):
    assert_nothing_of_it(corpus, spider_root)


@pytest.mark.parametrize(
    ("question", "sql", "plain"),
    [
        ("How many players are there?", "SELECT count(*) FROM tbl_xyz_plumovar", True),
        ("Tell me, if you would, the number of our plumovar players.", "SELECT count(*) FROM player", True),
        ("How many plumovars are there?", "SELECT count(*) FROM plumovar", False),
        ("How many players are there from France?", "SELECT count(*) FROM player WHERE country = 'France'", False),
    ],
)
def test_what_anybody_could_have_asked_is_left_out(question, sql, plain):
    assert is_plain(question, sql) is plain


def test_no_phrase_is_shared_with_the_code_of_the_embedded_set():
    sources = [p.read_text(encoding="utf-8") for p in Path(embedded.__file__).parent.rglob("*.py")]
    constants = {
        plain_text(node.value)
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    forms = {plain_text(form) for place in phrasings().values() for form in place}
    assert not {form for form in forms if len(form.split()) > 1} & constants
