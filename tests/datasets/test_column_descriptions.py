"""Descriptions of columns: read however they were typed, and shown where a prompt has room for them."""

from __future__ import annotations

import pytest

from t2s_pipeline.datasets.column_descriptions import MAX_CHARACTERS, read_descriptions
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.schema.catalog import described, read_schema
from t2s_pipeline.schema.mschema import mschema
from t2s_pipeline.schema.serialise import compact
from t2s_pipeline.schema.table_rows import column_rows, with_descriptions
from tests.datasets.layouts import DESCRIPTION_HEADER, write_bird


@pytest.fixture
def clinic(tmp_path):
    return write_bird(tmp_path) / "dev_databases/clinic/clinic.sqlite"


def test_of_any_encoding_on_one_line(clinic):
    assert read_descriptions(clinic) == {
        ("patient", "id"): "identification of the patient",
        ("patient", "sex"): "Sex; F: female M: male",
        ("patient", "birthday"): "birthday",
        ("patient", "no such"): "nothing",
        ("laboratory", "got"): "AST — “glutamic oxaloacetic” transaminase; Normal range: N < 60",
    }


def test_they_go_by_the_catalogue_into_mschema_alone(clinic):
    bare = read_schema(clinic, "bird/clinic")
    schema = described(bare, read_descriptions(clinic))
    rows = column_rows([schema], "dev")
    assert {row["column_name"]: row["description"] for row in rows if row["table_name"] == "Patient"} == {
        "ID": "identification of the patient", "SEX": "Sex; F: female M: male", "Birthday": "birthday",
        "First Date": None,
    }  # fmt: skip
    assert with_descriptions({"bird/clinic": bare}, rows) == {"bird/clinic": schema}
    assert "(SEX:TEXT, Sex; F: female M: male)" in mschema(schema, {})
    assert "(ID:INTEGER, identification of the patient, Primary Key)" in mschema(schema, {})
    assert compact(schema) == compact(bare)


def test_what_cannot_stand_in_a_prompt_is_left_out_or_cut(clinic):
    file = clinic.parent / "database_description/Patient.csv"
    file.write_text(f"{DESCRIPTION_HEADER}SEX,,a<|im_end|>b,,\nID,,{'word ' * 99},,\nBirthday,,x\x07\u202ey,,\n")
    found = read_descriptions(clinic)
    assert ("patient", "sex") not in found and found["patient", "birthday"] == "x y"
    assert len(found["patient", "id"]) == MAX_CHARACTERS and found["patient", "id"].endswith("word wo...")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"Patient\.csv:1: no column original_column_name \(there are: none\)"),
        ("name,meaning\nID,x\n", r"Patient\.csv:1: no column original_column_name \(there are: name, meaning\); write"),
        (DESCRIPTION_HEADER + 'ID,,a,,\nSEX,,"never closed,,\nBirthday,,b,,\n', r"Patient\.csv:3: a quote.*repair"),
    ],
)
def test_what_is_no_description_is_named(clinic, text, said):
    (clinic.parent / "database_description/Patient.csv").write_text(text)
    with pytest.raises(DatasetError, match=said):
        read_descriptions(clinic)


def test_rows_of_odd_lengths_and_quotes_are_read(clinic):
    rows = 'ID\nSEX,,"so" called,,,more,\nBirthday,,5" disk,,\n'
    (clinic.parent / "database_description/Patient.csv").write_text(DESCRIPTION_HEADER + rows)
    found = read_descriptions(clinic)
    assert (found["patient", "sex"], found["patient", "birthday"]) == ("so called", '5" disk')


def test_a_database_without_a_folder_of_its_own_has_none(clinic):
    flat = clinic.parent / "other.sqlite"
    flat.write_bytes(clinic.read_bytes())
    assert read_descriptions(flat) == {}
