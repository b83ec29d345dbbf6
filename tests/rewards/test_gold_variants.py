"""Golds enriched: only what runs, is right, and does something else."""

from __future__ import annotations

from t2s_pipeline.rewards.gold_variants import with_variants


def test_verified_variants(verifier, row):
    rows = [
        row("SELECT name FROM singer ORDER BY age DESC LIMIT 1", example_id="a"),
        row("SELECT country FROM singer ORDER BY age LIMIT 1", example_id="b"),
        row(
            "SELECT country FROM singer WHERE age < 35 INTERSECT SELECT country FROM singer WHERE age > 35",
            example_id="c",
        ),
        row("SELECT id FROM singer WHERE id > 9 EXCEPT SELECT singer_id FROM song", example_id="d", gold_vacuous=True),
        row("SELECT name FROM singer WHERE age > 20", example_id="e"),
        row("SELECT name FROM singer WHERE age > 99", example_id="f"),  # nobody has said that it is vacuous
    ]
    others = {
        "e": [
            "SELECT s.name FROM singer AS s WHERE 20 < s.age",  # the same operations
            "SELECT name FROM singer WHERE id >= 2",
            "SELECT name FROM singer WHERE id > 2",  # wrong
            "SELECT nme FROM singer",
        ],
        "d": ["SELECT id FROM singer WHERE id > 8"],
        "f": ["SELECT name FROM singer WHERE id > 9"],
    }
    found = {enriched.example_id: enriched.golds[1:] for enriched in with_variants(rows, verifier, others)}
    assert found["a"] == ("SELECT name FROM singer WHERE age = (SELECT MAX(age) FROM singer)",)
    assert found["b"] == ("SELECT country FROM singer WHERE age = (SELECT MIN(age) FROM singer)",)
    assert len(found["c"]) == 2 and found["d"] == found["f"] == ()
    assert found["e"] == ("SELECT name FROM singer WHERE id >= 2",)
    assert [row.golds[0] for row in rows] == [enriched.golds[0] for enriched in with_variants(rows, verifier)]
