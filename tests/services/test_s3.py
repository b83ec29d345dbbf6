"""A data folder on an S3-compatible server (moto's), started here: the same results as on a disk, from any machine, and
nothing torn or lost when writers are killed or come together."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path

import duckdb
import pytest

from t2s_pipeline.compaction import compact
from t2s_pipeline.files import store_parts
from t2s_pipeline.generation.store import read_prompts
from t2s_pipeline.storage.location import data_folder
from t2s_pipeline.storage.users import StoreInUse, hold_store, store_alone
from t2s_pipeline.table_definitions import PROMPTS, TRAINING_STEPS
from t2s_pipeline.training.adapters import MANIFEST, WEIGHTS, find_published, train_adapter, verify_adapter
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.generation.tiny_model import save_model
from tests.graph.conftest import SHOP
from tests.training import tiny

ROOT = Path(__file__).parents[2]
BUCKET = "text2sql"
REF = TableRef("training_steps", "mine", "sft")


class Fault(Enum):
    """What becomes of one conditional write: refused because another was under way, or done and its answer lost."""

    TOGETHER = "together"
    LOST = "lost"


FAULTS: dict[str, Fault] = {}
"""By the path of the request; each happens once."""
QUESTIONS = {
    "What is there?": ("SELECT name FROM item", "SELECT name FROM item"),
    "How many are there?": ("SELECT count(*) FROM item", "SELECT count(*) FROM items"),
    "What is the first?": ("SELECT min(name) FROM item", "SELECT max(name) FROM item"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of the server, with an empty bucket; the environment of this process and its children names it."""
    pytest.importorskip("s3fs")
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    application, one_at_a_time = DomainDispatcherApplication(create_backend_app), threading.Lock()

    def atomic(environ: dict, respond: Callable) -> list[bytes]:
        """S3 looks and writes in one step where a write is conditional; moto does so for one request at a time."""
        fault = FAULTS.pop(environ["PATH_INFO"], None) if "HTTP_IF_NONE_MATCH" in environ else None
        if fault is Fault.TOGETHER:
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            respond("409 Conflict", [("Content-Type", "application/xml")])
            return [b"<Error><Code>ConditionalRequestConflict</Code><Message>Two at once</Message></Error>"]
        with one_at_a_time:
            answer = list(application(environ, (lambda *_: None) if fault else respond))
        if fault is Fault.LOST:
            respond("503 Service Unavailable", [])
            return []
        return answer

    http = make_server("127.0.0.1", 0, atomic, threaded=True, request_handler=Quiet)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{http.server_port}"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT", "AWS_PROFILE"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_ENDPOINT_URL_S3", address)
        patch.setenv("AWS_ACCESS_KEY_ID", "anybody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        import fsspec

        fsspec.filesystem("s3").mkdir(BUCKET)
        yield address
    http.shutdown()


def machine(folder: Path, prefix: str) -> Warehouse:
    """A machine of its own, with nothing on it yet, that uses the storage."""
    return Warehouse(Path(data_folder(f"s3://{BUCKET}/{prefix}", folder)))


def make_project(folder: Path, data: str) -> Path:
    (folder / "experiments").mkdir(parents=True)
    (folder / "dagster_project.toml").write_text("")
    (folder / "experiments" / "mine.toml").write_text(f'[paths]\ndata = "{data}"\n{SHOP}')
    (folder / "shop" / "database").mkdir(parents=True)
    rows = [{"question": text, "query": gold, "db_id": "shop"} for text, (gold, _) in QUESTIONS.items()]
    (folder / "shop" / "dev.json").write_text(json.dumps(rows))
    with sqlite3.connect(folder / "shop" / "database" / "shop.sqlite") as connection:
        connection.executescript("CREATE TABLE item (name TEXT); INSERT INTO item VALUES ('pen'), ('ink');")
    connection.close()
    (folder / "answers.txt").write_text("".join(f"{answer}\n" for _, answer in QUESTIONS.values()))
    return folder


_RUNS = """
import json
import os
import sys
from t2s_pipeline.cli import app
for project, *words in json.loads(sys.argv[1]):
    os.environ |= {"T2S_PROJECT": project, "DAGSTER_HOME": f"{project}/dagster_home"}
    app(["run", "-e", "mine", *words], standalone_mode=False)
"""


def run(*calls: tuple[Path, *tuple[str, ...]]) -> list[str]:
    """`t2s run` in each project with these words, one after the other in one process; how each call ended."""
    written = json.dumps([[str(project), *words] for project, *words in calls])
    done = subprocess.run([sys.executable, "-c", _RUNS, written], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return [line for line in done.stderr.splitlines() if " steps ran, " in line]


def digests(warehouse: Warehouse) -> dict[TableRef, str]:
    return {ref: warehouse.footer(ref).digest for ref in warehouse.live_refs()}


def test_a_graph_gives_on_s3_what_it_gives_on_a_disk(server: str, tmp_path: Path) -> None:
    url = f"s3://{BUCKET}/graph"
    projects = {
        name: make_project(tmp_path / name, data) for name, data in (("disk", "data"), ("here", url), ("second", url))
    }
    # The second machine makes nothing again of what the first has made.
    said = run(*((project, "evaluations[published]") for project in projects.values()))
    assert said[0].split(",")[:2] == said[1].split(",")[:2] and said[2].startswith("0 of "), said
    there = machine(tmp_path / "there", "graph")
    found = digests(there)
    assert len(found) > 8 and found == digests(Warehouse(tmp_path / "disk" / "data"))
    outcomes = "SELECT example_id, final_correct FROM trajectories ORDER BY example_id"
    with there.connect() as connection:
        assert [right for _, right in connection.execute(outcomes).fetchall()] == [True, False, False]
    assert not list((projects["here"] / "data").glob("**/tables"))


def wrong_bucket(patch: pytest.MonkeyPatch) -> str:
    return "nobody-made-it"


def wrong_server(patch: pytest.MonkeyPatch) -> str:
    patch.setenv("AWS_ENDPOINT_URL_S3", "not-an-address")
    return BUCKET


def no_key(patch: pytest.MonkeyPatch) -> str:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.delenv(name)
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return BUCKET


@pytest.mark.parametrize(
    ("mistake", "said"),
    [(wrong_bucket, "bucket does not exist"), (wrong_server, "Invalid endpoint"), (no_key, "Unable to locate cred")],
)
def test_a_storage_that_cannot_be_used_is_told_in_a_line(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistake: Callable, said: str
) -> None:
    project = make_project(tmp_path / "project", f"s3://{mistake(monkeypatch)}/told-{mistake.__name__}")
    told = subprocess.run(
        [sys.executable, "-m", "t2s_pipeline.cli", "store", "-e", "mine"],
        env={**os.environ, "T2S_PROJECT": str(project)},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1 and len(told.stderr.splitlines()) == 1, told
    assert said in told.stderr and "docs/storage.md" in told.stderr


_PUBLISHER = """
import sys
from pathlib import Path
from tests.services.test_s3 import REF, steps
from t2s_pipeline.warehouse import Warehouse
warehouse = Warehouse(Path(sys.argv[1]))
for number in range(10_000):
    warehouse.publish(REF, steps(number), f"{number:032d}", {"number": number})
    print(number, flush=True)
"""


def steps(value: int, count: int = 2_000) -> object:
    row = {"experiment": "mine", "adapter": "sft", "metric": "loss", "epoch": 0.0, "value": float(value)}
    return TRAINING_STEPS.to_arrow(row | {"step": step} for step in range(count))


def test_a_publication_that_is_killed_leaves_nothing_torn(server: str, tmp_path: Path) -> None:
    reader = machine(tmp_path / "reader", "killed")
    for turn, wait in enumerate((0.0, 0.05)):
        data = machine(tmp_path / f"writer{turn}", "killed").data
        argv = [sys.executable, "-c", _PUBLISHER, str(data)]
        with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
            published = int(writer.stdout.readline())
            time.sleep(wait)
            writer.kill()
            published = max([published, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        footer, table = reader.footer(REF), reader.read(REF)
        assert footer.digest == REF.schema.digest(table.cast(TRAINING_STEPS.arrow)) and table.num_rows == 2_000
        assert footer.parts["number"] in (published, published + 1)
        assert table["value"][0].as_py() == footer.parts["number"]
    with reader.connect() as connection:
        assert connection.execute("SELECT count(*), min(value) = max(value) FROM training_steps").fetchone() == (
            2_000,
            True,
        )


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tests.services.test_s3 import steps
from t2s_pipeline.files import append_part
from t2s_pipeline.table_definitions import PROMPTS
from t2s_pipeline.warehouse import TableRef, Warehouse
data, name = Path(sys.argv[1]), sys.argv[2]
warehouse = Warehouse(data)
for number in range(8):
    row = {"prompt_id": f"{name}-{number}", "messages": "[]", "templates": [], "created_at": datetime.now(UTC)}
    append_part(data, PROMPTS, PROMPTS.to_arrow([row, row | {"prompt_id": f"both-{number}"}]))
for number in range(3):
    with warehouse.lock():
        for partition in (name, "both"):
            ref = TableRef("training_steps", "mine", partition)
            warehouse.publish(ref, steps(number, 10), "f" * 32, {"by": name, "number": number})
"""


def test_two_writers_at_once_lose_nothing(server: str, tmp_path: Path) -> None:
    names = ("one", "other")
    writers = []
    for name in names:
        argv = [sys.executable, "-c", _WRITER, str(machine(tmp_path / name, "together").data), name]
        writers.append(subprocess.Popen(argv, cwd=ROOT))
    assert [writer.wait() for writer in writers] == [0, 0]
    third = machine(tmp_path / "third", "together")
    assert {ref.partition for ref in third.live_refs()} == {"one", "other", "both"}
    assert [third.footer(TableRef("training_steps", "mine", n)).parts["number"] for n in (*names, "both")] == [2, 2, 2]
    wanted = {f"{name}-{number}" for name in (*names, "both") for number in range(8)}
    assert read_prompts(third.data, wanted).keys() == wanted
    assert len(store_parts(third.data, PROMPTS)) == 16

    # Merged on one machine, they are one on the others, and nobody is asked to look twice.
    done = compact(machine(tmp_path / "one", "together").data, PROMPTS)
    assert (done.merged, done.into, done.rows, done.removed, done.waiting) == (16, 1, 24, 16, 0)
    assert read_prompts(third.data, wanted).keys() == wanted
    assert len(store_parts(third.data, PROMPTS)) == 1
    with third.connect() as connection:
        assert connection.execute("SELECT count(*) FROM prompts").fetchone() == (24,)
    with duckdb.connect() as plain:
        import fsspec

        plain.register_filesystem(fsspec.filesystem("s3"))
        rows = plain.execute(f"SELECT count(*) FROM read_parquet('s3://{BUCKET}/together/tables/*/*/*.parquet')")
        assert rows.fetchone() == (30,)


@pytest.mark.parametrize("fault", Fault)
def test_a_turn_and_an_object_are_made_whatever_the_server_says_at_first(
    server: str, tmp_path: Path, fault: Fault
) -> None:
    prefix = f"fault_{fault.value}"
    one = machine(tmp_path / "one", prefix)
    object_name = one.object_name(REF.schema.digest(steps(1)), "f" * 32)
    faulty = [f"/{BUCKET}/{prefix}/{name}" for name in ("locks/publish/00000001", object_name)]
    FAULTS.update(dict.fromkeys(faulty, fault))
    began = time.monotonic()
    with one.lock():
        one.publish(REF, steps(1), "f" * 32, {})
    assert time.monotonic() - began < 20, "it waited for its own turn to be given up"
    assert not FAULTS, "the faults were not met"
    assert machine(tmp_path / "other", prefix).read(REF).num_rows == 2_000


def test_an_adapter_trained_on_one_machine_is_anothers(server: str, tmp_path: Path) -> None:
    """By its content, the manifest last: without that it is nobody's, and who has it all puts it there again."""
    model = save_model(tmp_path / "tiny", hidden=64)
    one, other, third = (machine(tmp_path / name, "adapters") for name in ("one", "other", "third"))
    job = tiny.job(model, one.data, tiny.sft_rows(4))
    made = tiny.trained(job, one.data)
    manifest = f"adapters/{made.manifest.digest}/{MANIFEST}"
    one.storage._files.rm_file(one.storage._at(manifest))  # as where the machine died while it uploaded
    assert find_published(other.data, job.identity) is None
    assert train_adapter(tiny.job(model, one.data, tiny.sft_rows(4)), one.data, never).reused

    found = train_adapter(tiny.job(model, other.data, tiny.sft_rows(4)), other.data, never)
    assert found.reused and found.manifest == made.manifest and other.data in found.folder.parents
    folder = third.data / "adapters" / made.manifest.digest
    assert verify_adapter(folder, made.manifest.digest) == made.manifest
    (folder / WEIGHTS).unlink()  # as where it died while it brought them
    assert verify_adapter(folder, made.manifest.digest) == made.manifest
    assert {file.name for file in folder.iterdir()} == {file.name for file in made.folder.iterdir()}


def never(argv: list[str]) -> None:
    raise AssertionError("a training was launched")


_USER = """
import os
import sys
from pathlib import Path
from t2s_pipeline.storage.users import hold_store
held = hold_store(Path(sys.argv[1]))
if sys.argv[2] == "killed":
    os.kill(os.getpid(), 9)
"""


def test_nothing_is_removed_while_another_machine_is_at_work(server: str, tmp_path: Path) -> None:
    one, other = (machine(tmp_path / name, "users").data for name in ("one", "other"))
    with hold_store(one), hold_store(other):
        pass
    with hold_store(one), pytest.raises(StoreInUse, match="1 at work with the stores"), store_alone(other):
        pass
    with store_alone(other), pytest.raises(StoreInUse, match="another machine removes"), store_alone(one):
        pass
    for how in ("ended", "killed"):
        subprocess.run([sys.executable, "-c", _USER, str(one), how], cwd=ROOT, check=how == "ended")
        left = list(machine(tmp_path / "other", "users").storage.listed("locks/users"))
        assert len(left) == (how == "killed")
    with pytest.raises(StoreInUse, match="remove the files of those that are dead"), store_alone(other):
        pass
