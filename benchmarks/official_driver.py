"""Runs the official evaluator's `eval_exec_match` on batches of cases, inside the checkout's own interpreter.

    python official_driver.py CHECKOUT SECONDS      # one JSON list a line in, one JSON object a line out

A batch is `[[database file, gold, prediction], ...]`; its answer holds one outcome a case (1, 0, or the error that
stops the official run, as text) with the wall and processor seconds that they took together. What the official
driver does to a prediction before (`value` becomes `1`) is done here; the schema and the parse trees that it makes
for exact match and hardness are not: execution accuracy does not depend on them, and leaving them out makes the
official side look faster than it is. A case that takes longer than SECONDS is given up as `timeout`.

Needs nothing of this project, since the interpreter need not know it. The evaluator opens databases for writing:
give it copies.
"""

import json
import os
import signal
import sqlite3
import sys
import time


class TookTooLong(BaseException):
    """Not an Exception: the evaluator catches those."""


def give_up(signal_number, frame):
    raise TookTooLong


def outcome(eval_exec_match, case, seconds):
    database, gold, prediction = case
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return eval_exec_match(
            db=database,
            p_str=prediction.replace("value", "1"),
            g_str=gold,
            plug_value=False,
            keep_distinct=False,
            progress_bar_for_each_datapoint=False,
        )
    except TookTooLong:
        return "timeout"
    except Exception as error:  # whatever stops the official run is its outcome
        return type(error).__name__ + ": " + str(error)[:200]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main(checkout, seconds):
    sys.path.insert(0, checkout)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # the evaluator prints
    from exec_eval import eval_exec_match

    signal.signal(signal.SIGALRM, give_up)
    for line in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        outcomes = [outcome(eval_exec_match, case, seconds) for case in json.loads(line)]
        answer = {
            "outcomes": outcomes,
            "seconds": time.perf_counter() - wall,
            "cpu_seconds": time.process_time() - cpu,
            "sqlite_version": sqlite3.sqlite_version,
            "python_version": sys.version.split()[0],
        }
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
