"""Nothing of the evaluation split in training data."""

import pytest

from t2s_pipeline.preferences.leakage import LeakageError, check_databases_disjoint, check_no_leakage

EXAMPLES = [
    {"example_id": "toy/train/00000", "database_id": "toy/a", "split": "train"},
    {"example_id": "toy/train/00001", "database_id": "toy/b", "split": "train"},
    {"example_id": "toy/dev/00000", "database_id": "toy/b", "split": "dev"},
]


def test_training_rows_on_training_databases_pass():
    assert check_no_leakage([{"example_id": "toy/train/00000", "database_id": "toy/a"}] * 2, EXAMPLES) == 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"example_id": "toy/dev/00000", "database_id": "toy/a"}, "toy/dev/00000 is of split dev"),
        ({"example_id": "toy/train/00001", "database_id": "toy/b"}, "database toy/b is read by split dev"),
        ({"example_id": "toy/train/77777", "database_id": "toy/a"}, "toy/train/77777 is in no split"),
        (
            {
                "example_id": "toy/train/00000",
                "database_id": "toy/a",
                "pair_id": "12ab",
                "not_for_training": "split dev",
            },
            "pair 12ab is marked not for training: split dev",
        ),
    ],
)
def test_a_leak_is_named(row, message):
    with pytest.raises(LeakageError, match=message):
        check_no_leakage([{"example_id": "toy/train/00000", "database_id": "toy/a"}, row], EXAMPLES)


def test_one_database_under_two_names_is_one_database() -> None:
    rows = [
        {"database_id": "a/shop", "split": "train", "fingerprint": "1"},
        {"database_id": "b/store", "split": "dev", "fingerprint": "1"},
        {"database_id": "b/zoo", "split": "dev", "fingerprint": "2"},
    ]
    with pytest.raises(LeakageError, match=r"a/shop \(train\) = b/store \(dev\)"):
        check_databases_disjoint(rows)
    assert check_databases_disjoint(rows[1:]) == 2
