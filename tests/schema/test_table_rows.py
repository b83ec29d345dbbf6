"""Rows of the catalogue's tables, and recall with its two denominators."""

from __future__ import annotations

import sqlite3

import pytest

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.column_values import DatabaseValues
from t2s_pipeline.schema.table_rows import (
    budget_figures,
    check_databases_unchanged,
    column_rows,
    database_rows,
    retrieval_recall,
    retrieved_schema_rows,
)
from t2s_pipeline.table_definitions import COLUMNS, DATABASES, RETRIEVED_SCHEMAS


@pytest.fixture
def schemas(tmp_path):
    script = """
        CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE song (singer INTEGER REFERENCES singer, title);
    """
    found = {}
    for name, more in (("small", ""), ("large", "CREATE TABLE city (town); CREATE TABLE river (length);")):
        path = tmp_path / f"{name}.sqlite"
        connection = sqlite3.connect(path)
        connection.executescript(script + more)
        connection.close()
        found[f"toy/{name}"] = read_schema(path, f"toy/{name}")
    return found


def settings(mode: str, top_k: int) -> RolloutConfig:
    return RolloutConfig(retrieval_mode=mode, top_k_tables=top_k)


def example(number: int, database: str, question: str, gold: str) -> dict:
    return {
        "example_id": f"toy/dev/{number:05d}",
        "database_id": f"toy/{database}",
        "split": "dev",
        "question": question,
        "gold": gold,
    }


EXAMPLES = [
    example(0, "small", "river", "SELECT * FROM SONG"),
    example(1, "large", "title of each song", "SELECT title FROM Song JOIN singer"),
    example(2, "large", "length of the river", "SELECT length FROM river"),
    example(3, "large", "town", "this is no SQL"),
]


def test_rows_fit_their_tables(schemas, tmp_path):
    paths = {database_id: tmp_path / f"{database_id.partition('/')[2]}.sqlite" for database_id in schemas}
    for schema, rows in (
        (DATABASES, database_rows(schemas.values(), paths, "dev")),
        (COLUMNS, column_rows(schemas.values(), "dev")),
        (RETRIEVED_SCHEMAS, retrieved_schema_rows(EXAMPLES, schemas, settings("bm25", 2))),
    ):
        table = schema.to_arrow([{"experiment": "toy", **row} for row in rows])
        schema.check(table)
        assert table.num_rows == len(rows) > 0


def test_columns_carry_their_foreign_key(schemas):
    found = column_rows(schemas.values(), "dev")
    rows = {(row["database_id"], row["table_name"], row["column_name"]): row for row in found}
    assert rows["toy/small", "song", "singer"]["referenced_table"] == "singer"
    assert rows["toy/small", "song", "singer"]["referenced_column"] == "id"
    assert rows["toy/small", "song", "title"]["referenced_table"] is None
    assert rows["toy/small", "song", "title"]["position"] == 1


def test_schema_text_shows_the_chosen_tables_in_the_databases_order(schemas):
    row = retrieved_schema_rows(EXAMPLES[1:2], schemas, settings("retrieved", 2))[0]
    assert row["tables"] == ["song"]
    assert row["schema_text"].startswith("Table song:")
    assert "singer INTEGER" in row["schema_text"] and "Table singer" not in row["schema_text"]
    full = retrieved_schema_rows(EXAMPLES[1:2], schemas, settings("full", 2))[0]["schema_text"]
    assert [line.split(":")[0] for line in full.splitlines()[:4]] == [
        "Table city", "Table river", "Table singer", "Table song",
    ]  # fmt: skip


def test_recall_tells_a_real_choice_from_a_vacuous_one(schemas):
    done = []
    rows = retrieved_schema_rows(EXAMPLES, schemas, settings("retrieved", 2), progress=lambda *n: done.append(n))
    assert [row["had_choice"] for row in rows] == [False, True, True, True]
    assert [row["gold_tables"] for row in rows] == [["song"], ["song", "singer"], ["river"], None]
    report = retrieval_recall(rows)
    recall = report.by_retrieval["retrieved_k2"]
    assert (recall.overall.found, recall.overall.gold_tables) == (3, 4)
    assert (recall.with_choice.found, recall.with_choice.gold_tables) == (2, 3)
    assert (recall.with_choice.complete_examples, recall.with_choice.examples) == (1, 2)
    assert recall.unparsed == 1
    assert report.as_metadata() == {
        "retrieved_k2: gold tables found": "3 of 4; all of them in 2 of 3 examples",
        "retrieved_k2: gold tables found where there was a choice": "2 of 3; all of them in 1 of 2 examples",
        "retrieved_k2: golds not parsed": "1",
    }
    assert done == [(4, 4)]


def test_retrievals_are_counted_apart(schemas):
    rows = [
        row for mode in ("full", "retrieved") for row in retrieved_schema_rows(EXAMPLES, schemas, settings(mode, 1))
    ]
    by_retrieval = retrieval_recall(rows).by_retrieval
    assert {name: r.overall.found for name, r in by_retrieval.items()} == {"full": 4, "retrieved_k1": 2}


def test_a_changed_database_is_noticed(schemas, tmp_path):
    paths = {database_id: tmp_path / f"{database_id.partition('/')[2]}.sqlite" for database_id in schemas}
    rows = database_rows(schemas.values(), paths, "dev")
    check_databases_unchanged(rows, paths)
    connection = sqlite3.connect(paths["toy/small"])
    connection.execute("CREATE TABLE more (x)")
    connection.close()
    with pytest.raises(InvariantError, match=r"small\.sqlite.*toy/small"):
        check_databases_unchanged(rows, paths)


def test_a_file_more_or_less_in_a_databases_folder_is_noticed(schemas, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    paths = {"toy/small": (tmp_path / "small.sqlite").rename(folder / "small.sqlite")}
    before = database_rows([schemas["toy/small"]], paths, "dev")
    assert before[0]["further_files"] is None
    (folder / "small_2.sqlite").write_bytes(b"one")
    with pytest.raises(InvariantError, match="other files beside it"):
        check_databases_unchanged(before, paths)
    one = database_rows([schemas["toy/small"]], paths, "dev")
    check_databases_unchanged(one, paths)
    (folder / "small_2.sqlite").write_bytes(b"two")
    two = database_rows([schemas["toy/small"]], paths, "dev")
    assert len({before[0]["further_files"], one[0]["further_files"], two[0]["further_files"]}) == 3
    (folder / "small_2.sqlite").rename(folder / "small_3.sqlite")
    with pytest.raises(InvariantError):
        check_databases_unchanged(two, paths)


def test_full_has_no_choice_and_full_recall(schemas):
    recall = retrieval_recall(retrieved_schema_rows(EXAMPLES, schemas, settings("full", 1))).by_retrieval["full"]
    assert recall.overall.found == recall.overall.gold_tables
    assert recall.with_choice.examples == 0


def test_evidence_has_its_say_in_which_tables_and_values_are_shown(schemas):
    asked = example(0, "large", "How long is it?", "SELECT length FROM river")
    knowing = asked | {"evidence": "refers to the length of 'the Rhine', a river"}
    modes = {mode: settings(mode, 1) for mode in ("retrieved", "bm25")}
    for mode in modes.values():
        bare, told = retrieved_schema_rows([asked, knowing], schemas, mode)
        assert bare["tables"] != ["river"] and told["tables"] == ["river"]
    style = RolloutConfig(retrieval_mode="full", schema_style="mschema")
    values = {key: DatabaseValues({("river", "length"): ["a", "b", "c", "d", "the Rhine"]}) for key in schemas}
    bare, told = retrieved_schema_rows([asked, knowing], schemas, style, values=values)
    assert "the Rhine" in told["schema_text"] and "the Rhine" not in bare["schema_text"]


def test_the_gold_changes_nothing_that_a_prompt_shows(schemas):
    other = [row | {"gold": "SELECT * FROM city"} for row in EXAMPLES]
    shown = ("tables", "schema_text", "had_choice")
    for mode in ("retrieved", "bm25", "bm25_fk"):
        before = retrieved_schema_rows(EXAMPLES, schemas, settings(mode, 1))
        after = retrieved_schema_rows(other, schemas, settings(mode, 1))
        assert [[row[k] for k in shown] for row in before] == [[row[k] for k in shown] for row in after]


def in_lines(text: str, example: dict) -> int:
    """Stands for a tokenizer: a token a line."""
    return len(text.splitlines())


def test_a_style_is_part_of_the_key_and_shapes_the_text(schemas):
    values = {"toy/large": DatabaseValues({("river", "length"): ("long", "short")}), "toy/small": DatabaseValues({})}
    compact, mschema = (
        retrieved_schema_rows(EXAMPLES[2:3], schemas, RolloutConfig(schema_style=style), values=values)[0]
        for style in ("compact", "mschema")
    )
    assert [row["schema_style"] for row in (compact, mschema)] == ["compact", "mschema"]
    assert "Table river: length TEXT\n" in compact["schema_text"]
    assert "(length:TEXT, Examples: ['long', 'short'])" in mschema["schema_text"]
    with pytest.raises(ValueError, match="'mschema' needs the values"):
        retrieved_schema_rows(EXAMPLES, schemas, RolloutConfig(schema_style="mschema"))


def test_a_budget_drops_tables_and_says_which(schemas):
    budget = RolloutConfig(retrieval_mode="full", max_prompt_tokens=2)
    rows = retrieved_schema_rows(EXAMPLES, schemas, budget, model="tiny", count_tokens=in_lines)
    assert {row["token_budget"] for row in rows} == {"2_plain_tiny"}
    assert [row["prompt_tokens"] for row in rows] == [1, 2, 2, 2]  # two tables and a key are three lines
    # By relevance, though `full` itself has no ranking; the text keeps the database's order.
    assert rows[1]["tables"] == ["song", "city"] and rows[1]["dropped_tables"] == ["singer", "river"]
    assert rows[1]["schema_text"].startswith("Table city") and not rows[1]["schema_text"].count("Foreign key")
    assert (rows[1]["had_choice"], rows[1]["gold_tables_found"]) == (True, 1)
    assert rows[2]["tables"][0] == "river"
    figures = budget_figures(rows, budget)
    assert set(retrieval_recall(rows).by_retrieval) == {"full compact 2_plain_tiny"}
    assert figures["full compact, 2 tokens of a prompt: tables left out"] == "7 in 4 of 4 examples"
    RETRIEVED_SCHEMAS.check(RETRIEVED_SCHEMAS.to_arrow([{"experiment": "toy", **row} for row in rows]))


def test_one_table_stays_and_its_length_tells_that_it_is_too_long(schemas):
    budget = RolloutConfig(max_prompt_tokens=1)
    rows = retrieved_schema_rows(EXAMPLES[:1], schemas, budget, model="m", count_tokens=lambda *_: 9)
    assert (len(rows[0]["tables"]), rows[0]["prompt_tokens"]) == (1, 9)
    assert budget_figures(rows, budget)["retrieved_k6 compact, 1 tokens of a prompt: too long with one table"] == (
        "1 of 1 examples"
    )
    with pytest.raises(ValueError, match="max_prompt_tokens = 1 needs a tokenizer"):
        retrieved_schema_rows(EXAMPLES, schemas, budget)


def test_without_a_budget_nothing_is_dropped(schemas):
    row = retrieved_schema_rows(EXAMPLES[:1], schemas, RolloutConfig())[0]
    assert (row["token_budget"], row["dropped_tables"], row["prompt_tokens"]) == ("none", [], None)
    assert budget_figures([row], RolloutConfig()) == {}
