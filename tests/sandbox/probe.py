"""Tasks for the pool's tests: what a worker looks like from inside, and workers that die."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time


class Probe:
    def __init__(self, policy, page):
        self.page = page

    def __call__(self, item):
        self.page.begin_phase(3)
        return getattr(self, item[0])(*item[1:])

    def echo(self, value):
        return [value]

    def inside(self):
        limits = {name: resource.getrlimit(getattr(resource, name))[0] for name in dir(resource) if "RLIMIT_" in name}
        return [sorted(limits.items()), sorted(os.environ), os.listdir("."), sorted(sys.modules)]

    def die(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def end_by(self, number, folder, times):
        """Dies so many times; a worker may not write, but an empty file counts an attempt."""
        attempts = len(os.listdir(folder))
        if attempts < times:
            open(os.path.join(folder, str(attempts)), "w").close()
            os.kill(os.getpid(), number)
        return ["lived"]

    def hang(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pass
        return ["done"]

    def wait(self, seconds):
        time.sleep(seconds)
        return ["waited"]

    def fail(self):
        raise RuntimeError("the task is broken")

    def grab(self, megabytes):
        return [len(bytearray(megabytes * 1024 * 1024))]

    def grow(self, megabytes):
        """A result that fits the worker's memory, but not as JSON: each control character takes six bytes there."""
        return ["\x01" * (megabytes * 1024 * 1024)]

    def write(self, path):
        try:
            with open(path, "w") as file:
                file.write("x" * 10)
        except OSError as error:
            return [type(error).__name__]
        return ["written"]
