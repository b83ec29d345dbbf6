"""What the embedded data set promises about its databases and questions."""

import re
from collections import Counter, defaultdict

from t2s_pipeline.datasets.embedded.build import SPLIT_FILES

COUNTS = {"train": (16, 1500), "dev": (8, 1000)}
"""Databases and questions of each split."""
NAMING = {
    "snake_case": r"[a-z]+(_[a-z]+)*",
    "camelCase": r"[a-z]+([A-Z][a-z]+)+",
    "CamelCase": r"([A-Z][a-z]+)+(ID)?",
    "UPPER_CASE": r"[A-Z]+(_[A-Z]+)*",
    "Capital_Snake": r"[A-Z][A-Za-z]*(_[A-Z][A-Za-z]*)+",
}


def row_counts(connection, tables):
    return {table: connection.execute(f"SELECT count(*) FROM {table}").get for table in tables}


def test_counts(questions, schemas):
    for split, (databases, rows) in COUNTS.items():
        names = [row["db_id"] for row in questions if row["split"] == split]
        assert (len(set(names)), len(names)) == (databases, rows)
    assert min(Counter(row["db_id"] for row in questions).values()) >= 70
    assert {row["db_id"] for row in questions} == set(schemas)


def test_no_database_and_no_question_is_in_both_splits(questions):
    databases, texts = defaultdict(set), defaultdict(set)
    for row in questions:
        databases[row["split"]].add(row["db_id"])
        texts[row["split"]].add(row["question"].lower().strip(" ?."))
    assert not databases["train"] & databases["dev"]
    assert not texts["train"] & texts["dev"]


def test_no_two_databases_have_a_table_alike(schemas):
    seen = {}
    for name, tables in schemas.items():
        for table, columns in tables.items():
            shape = (table.lower(), tuple(column.lower() for column in columns))
            alike = seen.setdefault(shape, name)
            assert alike == name, f"table {table} of {name} is that of {alike}"


def test_databases_have_keys_rows_and_names_that_tables_share(schemas, connections):
    for name, tables in schemas.items():
        assert len(tables) >= 4
        keys = sum(len(list(connections[name].execute(f"PRAGMA foreign_key_list({table})"))) for table in tables)
        assert keys >= len(tables) - 2, name
        counts = row_counts(connections[name], tables)
        assert min(counts.values()) >= 5 and sum(count >= 15 for count in counts.values()) >= 2, (name, counts)
        columns = Counter(column.lower() for columns in tables.values() for column in columns)
        shared = [column for column, count in columns.items() if count > 1 and not column.endswith("id")]
        assert shared, f"{name} offers no ownership error"


def test_some_databases_are_large(schemas, split_of):
    large = Counter(split_of[name] for name, tables in schemas.items() if len(tables) > 8)
    assert large["train"] >= 2 and large["dev"] >= 1


def test_names_are_written_in_several_ways(schemas, split_of):
    """A database's way is the first that all its columns of several words fit, or, where there is none, `mixed`."""
    ways = defaultdict(Counter)
    for name, tables in schemas.items():
        columns = {column for columns in tables.values() for column in columns}
        several = [column for column in columns if re.search(r"_|[a-z][A-Z]", column)]
        fitting = (way for way, form in NAMING.items() if all(re.fullmatch(form, column) for column in several))
        ways[split_of[name]][next(fitting, "mixed")] += 1
    assert set(ways["train"]) == {*NAMING, "mixed"}
    assert len(ways["dev"]) >= 4 and ways["dev"]["snake_case"] <= 4, ways


def test_texts_look_real(schemas, connections):
    for name, tables in schemas.items():
        for table, columns in tables.items():
            for row in connections[name].execute(f"SELECT * FROM {table}"):
                for column, cell in zip(columns, row, strict=True):
                    if isinstance(cell, str):
                        assert cell and cell == cell.strip(), (name, table, column)
                        assert not re.search(r"[A-Za-z]_\d+$|(?i:lorem|foo|test)\b", cell), (name, table, cell)


def test_dates_are_dates(schemas, connections):
    found = 0
    for name, tables in schemas.items():
        for table in tables:
            for column, declared in connections[name].execute("SELECT name, type FROM pragma_table_info(?)", (table,)):
                if declared == "DATE":
                    found += 1
                    wrong = f"SELECT count(*) FROM {table} WHERE {column} IS NOT date({column})"
                    assert connections[name].execute(wrong).get == 0, (name, table, column)
    assert found >= 30


def test_columns_tell_rows_apart(schemas, connections):
    """A column of one value only would make conditions on it, and counts by it, right by chance."""
    for name, tables in schemas.items():
        for table, columns in tables.items():
            for column in columns:
                assert connections[name].execute(f"SELECT count(DISTINCT {column}) FROM {table}").get > 1, (
                    name,
                    column,
                )


def test_no_question_is_asked_twice_of_a_database(questions):
    asked = Counter((row["db_id"], row["question"].lower()) for row in questions)
    assert [key for key, count in asked.items() if count > 1] == []


def test_most_golds_have_a_second_phrasing(golds, split_of):
    for split in SPLIT_FILES:
        phrasings = [len(texts) for (name, _), texts in golds.items() if split_of[name] == split]
        assert sum(count > 1 for count in phrasings) >= 0.7 * len(phrasings)
        assert max(phrasings) <= 3


def test_questions_read_as_sentences(questions):
    for row in questions:
        assert re.fullmatch(r"[A-Z].*[.?]", row["question"]), row
        assert "  " not in row["question"] and len(row["question"].split()) >= 3, row


def test_dev_questions_are_phrased_in_many_ways(questions):
    texts = [re.sub(r"[^a-z ]", "", row["question"].lower()).split() for row in questions if row["split"] == "dev"]
    openings = Counter(tuple(words[:2]) for words in texts)
    assert len(openings) >= 300 and max(openings.values()) <= 0.1 * len(texts), openings.most_common(5)
    assert len({word for words in texts for word in words}) >= 850


def test_every_literal_is_in_its_question(golds):
    """Of a date, the year is enough: '2022-01-01' and '2022-12-31' may be asked for as 2022."""
    for (_, query), texts in golds.items():
        for literal in re.findall(r"'([^']*)'", query):
            wanted = literal[:4] if re.fullmatch(r"\d{4}-\d\d-\d\d", literal) else literal.strip("%")
            for text in texts:
                assert wanted.lower() in text.lower(), (query, text)
