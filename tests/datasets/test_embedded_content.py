"""What the embedded data set promises about its databases, questions and gold SQL."""

import itertools
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import apsw
import pytest
import sqlglot
from sqlglot import exp

import t2s_pipeline.datasets.embedded.build as build_module
from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded

ALLOWED_FUNCTIONS = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.And, exp.Or, exp.Cast)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build_embedded(tmp_path_factory.mktemp("embedded") / "set")


@pytest.fixture(scope="module")
def questions(folder):
    """Rows of both splits, each with its split."""
    return [
        row | {"split": split}
        for split, name in SPLIT_FILES.items()
        for row in json.loads((folder / name).read_text(encoding="utf-8"))
    ]


@pytest.fixture(scope="module")
def golds(questions):
    """(db_id, query) of every distinct gold with the questions that ask it."""
    found = defaultdict(list)
    for row in questions:
        found[row["db_id"], row["query"]].append(row["question"])
    return found


@pytest.fixture(scope="module")
def connections(folder):
    opened = {
        path.stem: apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        for path in sorted(folder.glob("database/*/*.sqlite"))
    }
    yield opened
    for connection in opened.values():
        connection.close()


def table_columns(connection):
    sql = "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'"
    columns = defaultdict(list)
    for table, column in connection.execute(sql):
        columns[table].append(column)
    return columns


def test_counts(questions, connections):
    count = Counter(row["split"] for row in questions)
    assert len(connections) >= 14
    assert count["train"] >= 600 and count["dev"] >= 200
    assert min(Counter(row["db_id"] for row in questions).values()) >= 50


def test_no_database_and_no_question_is_in_both_splits(questions, connections):
    databases, texts = defaultdict(set), defaultdict(set)
    for row in questions:
        databases[row["split"]].add(row["db_id"])
        texts[row["split"]].add(row["question"].lower())
    assert not databases["train"] & databases["dev"]
    assert databases["train"] | databases["dev"] == set(connections)
    assert not texts["train"] & texts["dev"]


def test_no_two_databases_have_a_table_alike(connections):
    seen = {}
    for name, connection in connections.items():
        for table, columns in table_columns(connection).items():
            alike = seen.setdefault((table, tuple(columns)), name)
            assert alike == name, f"table {table} of {name} is that of {alike}"


def test_databases_have_keys_rows_and_names_that_tables_share(connections):
    for name, connection in connections.items():
        tables = table_columns(connection)
        assert len(tables) >= 4
        keys = sum(len(list(connection.execute(f"PRAGMA foreign_key_list({table})"))) for table in tables)
        assert keys >= len(tables) - 2, name
        counts = {table: connection.execute(f"SELECT count(*) FROM {table}").get for table in tables}
        assert min(counts.values()) >= 5 and sum(count >= 15 for count in counts.values()) >= 2, (name, counts)
        shared = [c for c, n in Counter(c for cs in tables.values() for c in cs).items() if n > 1]
        assert [column for column in shared if not column.endswith("_id")], f"{name} offers no ownership error"
    assert max(len(table_columns(connection)) for connection in connections.values()) > 8


def test_values_look_real(connections):
    for name, connection in connections.items():
        for table, columns in table_columns(connection).items():
            for row in connection.execute(f"SELECT * FROM {table}"):
                for column, value in zip(columns, row, strict=True):
                    if isinstance(value, str):
                        assert value == value.strip() and not re.search(r"[a-z]_\d+$", value), (name, table, row)
                    if column.endswith("_date"):
                        assert re.fullmatch(r"\d{4}-\d\d-\d\d", value), (name, table, row)


def test_no_question_is_asked_twice_of_a_database(questions):
    asked = Counter((row["db_id"], row["question"].lower()) for row in questions)
    assert [key for key, count in asked.items() if count > 1] == []


def test_most_golds_have_a_second_phrasing(golds):
    assert sum(len(texts) > 1 for texts in golds.values()) >= 0.6 * len(golds)


def test_questions_read_as_sentences(questions):
    for row in questions:
        assert re.fullmatch(r"[A-Z].*[.?]", row["question"]), row
        assert "  " not in row["question"] and len(row["question"].split()) >= 3, row


def test_every_literal_is_in_its_question(golds):
    for (_, query), texts in golds.items():
        for literal in re.findall(r"'([^']*)'", query):
            for text in texts:
                assert literal.strip("%").lower() in text.lower(), (query, text)


def test_every_gold_runs_and_nearly_all_return_rows(golds, connections):
    empty = []
    for name, query in golds:
        rows = connections[name].execute(query).fetchall()
        if not rows or all(value is None for row in rows for value in row) or rows == [(0,)]:
            empty.append(query)
    assert len(empty) <= 0.05 * len(golds), empty


def test_golds_keep_to_spiders_sql(golds):
    """What the official evaluator's grammar cannot read: see its list of constructs that raise."""
    for _, query in golds:
        tree = sqlglot.parse_one(query, dialect="sqlite")
        assert "<>" not in query and ";" not in query and '"' not in query and "  " not in query, query
        assert not list(tree.find_all(exp.Is, exp.Case, exp.CTE, exp.Exists)), query
        assert all(join.args.get("on") and not join.side for join in tree.find_all(exp.Join)), query
        assert all(isinstance(call, ALLOWED_FUNCTIONS) for call in tree.find_all(exp.Func)), query
        assert all(isinstance(paren.parent, exp.In) for paren in tree.find_all(exp.Paren)), query
        assert len(list(tree.find_all(exp.SetOperation))) <= 1, query
        aliases = [table.alias for table in tree.find_all(exp.Table) if table.alias]
        assert len(aliases) == len(re.findall(r" AS ", query)), f"alias without AS: {query}"


def test_no_name_holds_the_word_that_the_official_evaluator_rewrites(folder, golds):
    """It turns every "value" of a prediction into "1", in names too."""
    assert not re.search("value", (folder / "tables.json").read_text(encoding="utf-8"))
    assert not [query for _, query in golds if "value" in query]


def tied(connection, query):
    """'cut' where LIMIT cuts between rows of equal sort keys, 'order' where equal keys leave an order open."""
    found = []
    for select in sqlglot.parse_one(query, dialect="sqlite").find_all(exp.Select):
        if not select.args.get("order"):
            continue
        width, limit = len(select.expressions), select.args.get("limit")
        probe = select.copy()
        probe.set("limit", None)
        for key in select.args["order"].expressions:
            probe.append("expressions", key.this.copy())
        rows = connection.execute(probe.sql("sqlite")).fetchall()
        kept = int(limit.expression.this) if limit else len(rows)
        if len(rows) > kept and rows[kept - 1][width:] == rows[kept][width:]:
            found.append("cut")
        pairs = itertools.pairwise(rows[:kept])
        if any(one[width:] == two[width:] and one[:width] != two[:width] for one, two in pairs):
            found.append("order")
    return found


def test_no_gold_depends_on_how_ties_fall(golds, connections):
    assert [query for name, query in golds if tied(connections[name], query)] == []


def test_the_check_for_ties_sees_ties():
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 1), (2, 1), (3, 2)")
    assert tied(connection, "SELECT a FROM t ORDER BY b LIMIT 1") == ["cut"]
    assert tied(connection, "SELECT a FROM t ORDER BY b") == ["order"]
    assert tied(connection, "SELECT a FROM t ORDER BY b DESC LIMIT 1") == []
    assert tied(connection, "SELECT a FROM t WHERE a IN (SELECT a FROM t ORDER BY b LIMIT 1)") == ["cut"]


def constructs(query):
    tree = sqlglot.parse_one(query, dialect="sqlite")
    kinds = {
        "group": exp.Group, "having": exp.Having, "limit": exp.Limit, "like": exp.Like, "between": exp.Between,
        "distinct": exp.Distinct, "intersect": exp.Intersect, "except": exp.Except, "union": exp.Union,
        "order": exp.Order, "or": exp.Or, "avg": exp.Avg, "sum": exp.Sum, "min": exp.Min, "max": exp.Max,
        "count": exp.Count, "in": exp.In,
    }  # fmt: skip
    found = {name for name, kind in kinds.items() if any(type(node) is kind for node in tree.find_all(kind))}
    joins = max(len(select.args.get("joins") or []) for select in tree.find_all(exp.Select))
    if any(isinstance(node.parent, exp.Binary) for node in tree.find_all(exp.Subquery)):
        found.add("compared_subquery")
    return found | {f"joins_{joins}"}


def test_train_teaches_every_construct_that_dev_asks_for(golds, questions):
    split_of = {row["db_id"]: row["split"] for row in questions}
    used = defaultdict(Counter)
    for name, query in golds:
        used[split_of[name]].update(constructs(query))
    wanted = {"group", "having", "like", "between", "distinct", "intersect", "except", "in", "compared_subquery"}
    assert wanted | {"joins_1", "joins_2"} <= set(used["dev"])
    assert set(used["dev"]) <= {name for name, count in used["train"].items() if count >= 2}
    assert {"union", "or", "joins_3"} <= set(used["train"])


def percent(count, total):
    return f"{100 * count / total:.1f}"


def test_the_data_card_states_the_figures_of_the_data(questions, golds, connections):
    card = (Path(build_module.__file__).parent / "DATA_CARD.md").read_text(encoding="utf-8")
    for split in SPLIT_FILES:
        rows = [row for row in questions if row["split"] == split]
        names = {row["db_id"] for row in rows}
        tables = [(connections[name], table, columns) for name in names
                  for table, columns in table_columns(connections[name]).items()]  # fmt: skip
        row_count = sum(connection.execute(f"SELECT count(*) FROM {table}").get for connection, table, _ in tables)
        phrasings = [len(texts) for (name, _), texts in golds.items() if name in names]
        sizes = [len(names), len(tables), sum(len(columns) for *_, columns in tables), row_count, len(rows)]
        sizes += [len(phrasings), sum(count > 1 for count in phrasings)]
        assert f"| {split} | {' | '.join(map(str, sizes))} |\n" in card

        used = Counter(name for row in rows for name in constructs(row["query"]))
        several = used["joins_2"] + used["joins_3"]
        shares = [used["joins_1"] + several, several, used["group"], used["having"], used["order"], used["limit"]]
        shares += [used["intersect"] + used["union"] + used["except"], used["in"], used["like"], used["between"]]
        assert f"| {split} | {' | '.join(percent(share, len(rows)) for share in shares)} |\n" in card
