"""A code version changes with what it stands for: a step whose code makes other rows has to run again.

A step runs again where its fingerprint differs, and of its code the fingerprint holds a constant alone
(`MINING_CODE_VERSION`, ...). Whoever changes what a stage makes of the same input, and forgets the constant, leaves old
rows standing as current. So every stage runs here on a small fixture (`golden_stages.py`) and is compared with
`code_versions.json`. After a bump: `python -m tests.test_code_versions --write`, which refuses where none was made.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.golden_stages import CONSTANTS, StageRun, run_stages

ROOT = Path(__file__).parents[1]
TABLE = Path(__file__).with_name("code_versions.json")
COMMAND = "python -m tests.test_code_versions --write"

#: Versions that no stage of the golden has, and what they are of.
OTHER_VERSIONS = {
    "GRPO_VERSION": "of trainings by GRPO, which are too slow to be a stage of the golden",
    "_FORMAT_VERSION": "of the files of data sets that are built, kept beside them",
}


def faults(stored: Mapping[str, StageRun], now: Mapping[str, StageRun]) -> dict[str, str]:
    """What has to be done, by stage: a constant to bump first, or the table to be written again."""
    found = {}
    for name in sorted(stored.keys() | now.keys()):
        old, new = stored.get(name), now.get(name)
        if old == new:
            continue
        found[name] = f"{name}: {TABLE.name} is out of date; run `{COMMAND}`"
        if must_bump(old, new):
            changed = [output for output in new.outputs if new.outputs[output] != old.outputs.get(output)]
            places = " or ".join(f"{constant} ({_path(constant)})" for constant in new.constants)
            found[name] = (
                f"{name}: makes other {', '.join(changed)} of the same input; bump {places}, then run `{COMMAND}`"
            )
    return found


def must_bump(old: StageRun | None, new: StageRun | None) -> bool:
    """Whether the same constants made something else of the same input."""
    if old is None or new is None:
        return False
    return (old.constants, old.inputs) == (new.constants, new.inputs) and old.outputs != new.outputs


def stored_table() -> dict[str, StageRun]:
    return {name: StageRun(**row) for name, row in json.loads(TABLE.read_text(encoding="utf-8")).items()}


def _path(constant: str) -> str:
    return Path(CONSTANTS[constant].__file__).relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StageRun]:
    return run_stages(tmp_path_factory.mktemp("golden"))


def test_a_stage_that_makes_other_rows_has_another_version(now: dict[str, StageRun]) -> None:
    found = faults(stored_table(), now)
    assert not found, "\n" + "\n".join(found.values())


def test_every_constant_is_watched(now: dict[str, StageRun]) -> None:
    declared = set()
    for path in (ROOT / "t2s_pipeline").rglob("*.py"):
        declared |= set(re.findall(r"^(\w*VERSION) = [\"'\d]", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert declared - OTHER_VERSIONS.keys() == set(CONSTANTS)
    assert {constant for run in now.values() for constant in run.constants} == set(CONSTANTS)


RUN = StageRun({"MINING_CODE_VERSION": "1"}, "given", {"pairs": "made"})


@pytest.mark.parametrize(
    ("now_run", "message"),
    [
        (RUN, None),
        (replace(RUN, outputs={"pairs": "other"}), "bump MINING_CODE_VERSION (t2s_pipeline/preferences/mining.py)"),
        (replace(RUN, outputs={"pairs": "other"}, constants={"MINING_CODE_VERSION": "2"}), "is out of date"),
        (replace(RUN, constants={"MINING_CODE_VERSION": "2"}), "is out of date"),
        (replace(RUN, outputs={"pairs": "other"}, inputs="other"), "is out of date"),
        (None, "is out of date"),
    ],
)
def test_the_comparison_goes_red(now_run: StageRun | None, message: str | None) -> None:
    found = faults({"mining": RUN}, {"mining": now_run} if now_run else {})
    assert bool(found) is (message is not None)
    assert message is None or message in found["mining"]


def main(words: list[str]) -> int:
    if words != ["--write"]:
        print(f"usage: {COMMAND}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        now = run_stages(Path(folder))
    stored = stored_table() if TABLE.is_file() else {}
    forgotten = [text for name, text in faults(stored, now).items() if must_bump(stored.get(name), now.get(name))]
    if forgotten:
        print("\n".join(forgotten), file=sys.stderr)
        return 1
    TABLE.write_text(json.dumps({name: asdict(run) for name, run in now.items()}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
