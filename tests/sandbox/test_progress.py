"""The page between worker and parent: the parent may look at any moment."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

import pytest

from t2s_pipeline.sandbox.progress import IDLE, ProgressPage

WRITER = """
import sys
from t2s_pipeline.sandbox.progress import ProgressPage
page = ProgressPage(int(sys.argv[1]))
sequence = 0
while True:
    sequence += 1
    page.begin_item(sequence)
    page.begin_phase(sequence % 4)
    page.idle()
"""


@pytest.fixture
def page():
    with tempfile.TemporaryFile() as file:
        file.truncate(ProgressPage.SIZE)
        yield ProgressPage(file.fileno()), file.fileno()


def test_what_was_written_is_read(page) -> None:
    page[0].begin_item(7)
    page[0].begin_phase(3)
    found = page[0].read()
    assert (found.sequence, found.phase) == (7, 3)
    assert 0 <= time.monotonic() - found.started < 5
    page[0].idle()
    assert page[0].read().sequence == IDLE


def test_half_a_record_is_never_read(page) -> None:
    """A torn copy falls back to the other; a start of 0 would be taken for an execution that never ends."""
    ours, descriptor = page
    ours.begin_item(7)
    ours.begin_phase(3)
    before = ours.read()
    for cut in range(0, 36):
        os.pwrite(descriptor, bytes(36 - cut), cut)
        assert ours.read() == before


def test_a_reader_beside_a_busy_writer_sees_only_whole_records(page) -> None:
    ours, descriptor = page
    ours.idle()
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(descriptor)], pass_fds=(descriptor,))
    try:
        began, last, seen = time.monotonic(), 0, 0
        while seen < 20_000 and time.monotonic() < began + 20:
            found = ours.read()
            if found.sequence != IDLE:
                seen += 1
                assert found.phase == found.sequence % 4
                assert began - 1 < found.started <= time.monotonic()
                assert found.sequence >= last - 1
                last = found.sequence
        assert seen > 100
    finally:
        writer.kill()
        writer.wait()
