"""Groups asked for as people do: "Count the books by genre", "the district with the most riders in total".

Over one table by a column, or over a parent and its children; counts, sums and averages shown, ordered by, or held
against a number. World patterns, as in `grammar_joins`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from t2s_pipeline.nano.conditions import filter_piece
from t2s_pipeline.nano.grammar_joins import join_of, linked_pair
from t2s_pipeline.nano.grammar_single import Question, how_many, most_textual, plural_name, table
from t2s_pipeline.nano.phrases import Piece, article, column, noun, nouns, number_value, said
from t2s_pipeline.nano.random_schema import Attribute, Entity, World
from t2s_pipeline.nano.vocabulary import say
from t2s_pipeline.schema.serialise import quote_identifier


@dataclass(frozen=True)
class Group:
    """Rows of `counted` gathered by `key`, and the query from FROM to GROUP BY.

    `name` is the key in English, `of` the phrase that says whose it is where that is another table.
    """

    key: Attribute
    key_sql: str
    name: str
    names: str
    of: str
    counted: Entity
    alias: str | None
    source: str
    by: str

    @property
    def parts(self) -> dict[str, str]:
        return {"name": self.name, "names": self.names, "many": nouns(self.counted), "one": noun(self.counted)}

    def query(self, select: str, where: str = "") -> str:
        return f"SELECT {select} FROM {self.source}{f' WHERE {where}' if where else ''} GROUP BY {self.by}"

    def numbers(self) -> list[Attribute]:
        """Columns that can be added up, the key itself left out."""
        return [c for c in self.counted.of_kind("int", "real") if c is not self.key]


def _group(rng: Random, world: World) -> Group | None:
    """Groups of one table by a column (half of them), of children by their parent, or by a column of their parent."""
    roll = rng.random()
    if roll < 0.5:
        entity = rng.choice(world.entities)
        keys = entity.of_kind("category", "category", "year", "name")
        if not keys:
            return None
        key = rng.choice(keys)
        name = said(key, entity, rng)
        return Group(key, column(key), name, plural_name(name), "", entity, None, table(entity), column(key))
    link = linked_pair(rng, world)
    if link is None:
        return None
    if roll < 0.85:
        label = most_textual(link.parent)
        if label is None:
            return None
        by = f"T1.{quote_identifier(link.parent_column)}"
        one, many = noun(link.parent), nouns(link.parent)
        source = join_of(link.parent, link)
        return Group(label, column(label, "T1"), one, many, said(label, link.parent, rng), link.child, "T2", source, by)
    keys = link.parent.of_kind("category", "year")
    if not keys:
        return None
    key = rng.choice(keys)
    name = said(key, link.parent, rng)
    name = rng.choice((f"{noun(link.parent)} {name}", f"{name} of the {noun(link.parent)}"))
    names = f"{plural_name(said(key, link.parent, rng))} of {nouns(link.parent)}"
    sql = column(key, "T2")
    return Group(key, sql, name, names, "", link.child, "T1", join_of(link.child, link), sql)


def _then(rng: Random, group: Group, also: str = "") -> str:
    """A second sentence that names what to show; always where the key is a table's noun and not a column."""
    what = f"{group.of or group.name}{f' and the {also}' if also else ''}"
    return f" {say(rng, 'then_show', what=what, one=group.name if group.of else '').replace('  ', ' ')}"


def _figure(rng: Random, group: Group) -> Piece | None:
    """A sum or an average of a column of the rows that are counted."""
    numbers = group.numbers()
    if not numbers:
        return None
    number = rng.choice(numbers)
    function = rng.choice(("sum", "sum", "avg", "avg", "max", "min"))
    name = said(number, group.counted, rng)
    return Piece(f"{say(rng, function)} {name}", f"{function}({column(number, group.alias)})")


def counts_by(rng: Random, world: World) -> Question | None:
    """How many rows each group has; at times of those alone that a condition holds for."""
    group = _group(rng, world)
    if group is None:
        return None
    select = f"{group.key_sql}, count(*)"
    where = filter_piece(rng, group.counted, group.alias) if rng.random() < 0.2 else None
    if where and where.sql.split()[0] != group.key_sql:
        text = say(rng, "counts_by_of_some", **group.parts, tail=where.english)
        return Question(text + (_then(rng, group, "number") if group.of else ""), group.query(select, where.sql))
    if group.of and rng.random() < 0.4:
        return Question(say(rng, "counts_by_named", **group.parts, label=group.of), group.query(select))
    return Question(say(rng, "counts_by", **group.parts), group.query(select))


def count_and_figure(rng: Random, world: World) -> Question | None:
    """Two figures a group: "for each city, how many shops are there and what is their average rent?"."""
    group = _group(rng, world)
    figure = _figure(rng, group) if group else None
    if group is None or figure is None:
        return None
    text = say(rng, "count_and_figure", **group.parts, figure=figure.english)
    return Question(text, group.query(f"{group.key_sql}, count(*), {figure.sql}"))


def figure_by(rng: Random, world: World) -> Question | None:
    """One figure a group."""
    group = _group(rng, world)
    figure = _figure(rng, group) if group else None
    if group is None or figure is None:
        return None
    if figure.sql.startswith("sum(") and rng.random() < 0.3:
        number = said(next(c for c in group.numbers() if figure.sql.endswith(f"{column(c)})")), group.counted, rng)
        text = say(rng, "summed_by", **group.parts, number=number)
    else:
        text = say(rng, "figure_by", **group.parts, figure=figure.english)
    return Question(text, group.query(f"{group.key_sql}, {figure.sql}"))


def top_by_figure(rng: Random, world: World) -> Question | None:
    """The group, or the few groups, with the highest or lowest sum or average."""
    group = _group(rng, world)
    numbers = group.numbers() if group else []
    if group is None or not numbers:
        return None
    number = rng.choice(numbers)
    total, most = rng.random() < 0.6, rng.random() < 0.75
    sql = f"{'sum' if total else 'avg'}({column(number, group.alias)})"
    parts = group.parts | {"number": said(number, group.counted, rng)}
    parts["end"] = rng.choice(("highest", "largest", "greatest") if most else ("lowest", "smallest"))
    if total:
        text = say(rng, "top_by_total" if most else "top_by_figure", **parts, figure="total")
    else:
        text = say(rng, "top_by_figure", **parts, figure=rng.choice(("average", "mean")))
    select, roll = group.key_sql, rng.random()
    if roll < 0.25:
        text, select = text + _then(rng, group, "total" if total else "average"), f"{select}, {sql}"
    elif group.of and roll < 0.7:
        text += _then(rng, group)
    return Question(text, f"{group.query(select)} ORDER BY {sql} {'DESC' if most else 'ASC'} LIMIT 1")


def top_by_count(rng: Random, world: World) -> Question | None:
    """The group with the most rows, with its number."""
    group = _group(rng, world)
    if group is None:
        return None
    most = rng.random() < 0.8
    bare = rng.random() < 0.4
    text = say(rng, "top_by_count" if bare else "top_with_count", **group.parts, most="most" if most else "fewest",
               greatest="greatest" if most else "smallest", label=f"{group.of} of the {group.name}" if group.of else group.name)  # fmt: skip
    select = group.key_sql if bare else f"{group.key_sql}, count(*)"
    return Question(text, f"{group.query(select)} ORDER BY count(*) {'DESC' if most else 'ASC'} LIMIT 1")


def groups_over(rng: Random, world: World) -> Question | None:
    """The groups whose count or figure is beyond a number (HAVING), at times with it."""
    group = _group(rng, world)
    if group is None:
        return None
    numbers, select = group.numbers(), group.key_sql
    if numbers and rng.random() < 0.5:
        number, more = rng.choice(numbers), rng.random() < 0.7
        function, word = rng.choice((("avg", "average"), ("avg", "mean"), ("sum", "total"), ("max", "highest")))
        figure = f"{function}({column(number, group.alias)})"
        text = say(rng, "groups_by_figure", **group.parts, figure=(figure_name := f"{word} {said(number, group.counted, rng)}"), a_figure=article(figure_name),
                   beyond=say(rng, "more" if more else "less"), value=(value := number_value(rng, number)))  # fmt: skip
        condition, also = f"{figure} {'>' if more else '<'} {value}", f"{word}"
    else:
        bound, figure, also = _several(rng), "count(*)", f"number of {nouns(group.counted)}"
        single = bound.sql == "> 1"
        parts = group.parts | {"many": noun(group.counted)} if single else group.parts
        text = say(rng, "groups_by_count", **parts, so_many=bound.english)
        condition = f"count(*) {bound.sql}"
        if group.of and rng.random() < 0.3:
            text = say(rng, "groups_by_count_shown", **parts, so_many=bound.english, label=group.of)
            return Question(text, f"{group.query(f'{select}, count(*)')} HAVING {condition}")
    roll = rng.random()
    if roll < 0.25:
        text, select = text + _then(rng, group, also), f"{select}, {figure}"
    elif group.of and roll < 0.6:
        text += _then(rng, group)
    return Question(text, f"{group.query(select)} HAVING {condition}")


def _several(rng: Random) -> Piece:
    """A bound on a count in more words than `how_many` has; "one" needs no plural here."""
    low = rng.randint(1, 12)
    word = {1: "one", 2: "two", 3: "three"}.get(low, str(low)) if rng.random() < 0.5 else str(low)
    forms = {f"over {low}": f"> {low}", f"more than {word}": f"> {low}", f"under {low + 1}": f"< {low + 1}",
             f"no fewer than {low + 1}": f">= {low + 1}", f"at most {low + 1}": f"<= {low + 1}"}  # fmt: skip
    return how_many(rng, 9) if rng.random() < 0.3 else Piece(*rng.choice(list(forms.items())))


PATTERNS: tuple[tuple[int, Callable[[Random, World], Question | None]], ...] = (
    (24, counts_by),
    (6, count_and_figure),
    (14, figure_by),
    (16, top_by_figure),
    (10, top_by_count),
    (20, groups_over),
)
"""(weight, pattern)."""
