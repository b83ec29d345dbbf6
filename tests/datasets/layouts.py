"""Small data sets of our own in the layouts of BIRD and WikiSQL, with what is ugly in the real ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PATIENTS = """
CREATE TABLE Patient (ID INTEGER PRIMARY KEY, SEX TEXT, Birthday DATE, "First Date" DATE);
INSERT INTO Patient VALUES (1, 'F', '1950-01-02', '1990-03-04'), (2, 'M', '1960-05-06', NULL),
    (3, 'F', '1970-07-08', '1999-09-10');
CREATE TABLE Laboratory (ID INTEGER REFERENCES Patient (ID), GOT INTEGER);
INSERT INTO Laboratory VALUES (1, 70), (2, 20), (3, 65);
"""
SHOPS = "CREATE TABLE shop (name TEXT, size REAL); INSERT INTO shop VALUES ('Ada & Co', 1.5), ('Bo', 2.0);"

BIRD_DEV = [
    {
        "question_id": 0,
        "db_id": "clinic",
        "question": "How many female patients are there?",
        "evidence": "female refers to SEX = 'F'",
        "SQL": "SELECT COUNT(*) FROM Patient WHERE SEX = 'F'",
        "difficulty": "simple",
    },
    {
        "question_id": 1,
        "db_id": "clinic",
        "question": "Which patients had an abnormal GOT?",
        "evidence": "abnormal GOT refers to GOT >= 60",
        "SQL": "SELECT T1.ID FROM Patient AS T1 JOIN Laboratory AS T2 ON T1.ID = T2.ID WHERE T2.GOT >= 60",
        "difficulty": "moderate",
    },
    {
        "question_id": 2,
        "db_id": "clinic",
        "question": "When did the youngest patient first come?",
        "evidence": None,
        "SQL": "SELECT `First Date` FROM Patient ORDER BY Birthday DESC LIMIT 1",
        "difficulty": "challenging",
    },
    {
        "question_id": 3,
        "db_id": "clinic",
        "question": "How many doctors are there?",
        "evidence": "",
        "SQL": "SELECT COUNT(*) FROM Doctor",
        "difficulty": "simple",
    },
    {
        "question_id": 4,
        "db_id": "hospital",
        "question": "How many beds are there?",
        "evidence": "",
        "SQL": "SELECT COUNT(*) FROM bed",
        "difficulty": "simple",
    },
]
BIRD_TRAIN = [{"db_id": "mall", "question": "Which shops are large?", "evidence": "large: size > 1.8",
               "SQL": "SELECT name FROM shop WHERE size > 1.8"}]  # fmt: skip

DESCRIPTION_HEADER = "original_column_name,column_name,column_description,data_format,value_description\n"
PATIENT_CSV = (
    "\ufeff"
    + DESCRIPTION_HEADER
    + 'ID,,identification of the patient,integer,\n SEX ,Sex,,text,"F: female\nM: male"\n'
    + "Birthday,Birthday,birthday,date,not useful\n,,,,\nNo Such,,nothing,,\n"
)
LABORATORY_CSV = DESCRIPTION_HEADER + "GOT,AST,AST — “glutamic oxaloacetic” transaminase,integer,Commonsense evidence: "
LABORATORY_CSV += "Normal range: N < 60\n"


def write_bird(root: Path, dev: Iterable[Mapping[str, Any]] = BIRD_DEV) -> Path:
    """BIRD's folder: dev beside its databases, train in a folder of its own, as the archives unpack."""
    clinic = root / "dev_databases/clinic"
    _database(clinic / "clinic.sqlite", PATIENTS)
    descriptions = clinic / "database_description"
    descriptions.mkdir()
    (descriptions / "Patient.csv").write_text(PATIENT_CSV, encoding="utf-8")
    (descriptions / "laboratory.csv").write_bytes(LABORATORY_CSV.encode("cp1252"))
    _json(root / "dev.json", list(dev))
    (root / "dev_tables.json").write_text("[]")
    _database(root / "train/train_databases/mall/mall.sqlite", SHOPS)
    _json(root / "train/train.json", BIRD_TRAIN)
    return root


RACES = {
    "id": "1-100-1",
    "header": ["Year", "Driver's  name", 'Car "No."', "year", "", "Points"],
    "types": ["real", "text", "text", "text", "text", "real"],
    "rows": [
        [1998, "Mika Häkkinen", "8", "x", None, "100"],
        ["1,999", "Eddie O'Hara", "2", "y", "z", 76.5],
        [2000.0, "mika häkkinen", "8", 7, "", "n/a"],
    ],
    "page_title": "Races",
}
CLUBS = {"id": "2-7-12", "header": ["Order", "Club"], "types": ["real", "text"], "rows": [[1, "Ajax"], [2, "PSV"]]}


def asked(question: str | None, table_id: str, sel: Any, agg: Any, *conds: list[Any], **more: Any) -> dict[str, Any]:
    return {"phase": 1, "question": question, "table_id": table_id} | {
        "sql": {"sel": sel, "agg": agg, "conds": list(conds)}, **more}  # fmt: skip


WIKISQL_DEV = [
    asked("Who drove in 1998?", RACES["id"], 1, 0, [0, 0, "1998"]),
    asked("How many points has eddie o'hara with car 2?", RACES["id"], 5, 4, [1, 0, "eddie o'hara"], [2, 0, 2]),
    asked("How many drivers are there?", RACES["id"], 1, 3),
    asked("Which clubs come after the 1st?", CLUBS["id"], 1, 0, [0, 1, "the 1st"]),
    asked("Which column?", CLUBS["id"], 2, 0),
    asked("Which table?", "9-9-9", 0, 0),
    asked("What order has a number?", CLUBS["id"], 1, 0, [0, 0, "none"]),
    asked(None, CLUBS["id"], 1, 0),
    asked("Which club is called nobody?", CLUBS["id"], 1, 0, [1, 0, "nobody"]),
]


def write_wikisql(root: Path, dev: Iterable[Mapping[str, Any]] = WIKISQL_DEV) -> Path:
    """WikiSQL's folder, with a dev split alone."""
    write_lines(root / "dev.jsonl", dev)
    write_lines(root / "dev.tables.jsonl", [RACES, CLUBS])
    return root


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def _json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")


def _database(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
