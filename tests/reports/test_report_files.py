"""Reports over files, as their assets run them: a view has the columns that the SQL names, and these are enough."""

from __future__ import annotations

import pyarrow.dataset as ds

from t2s_pipeline.files import write_parquet
from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.reports.run import report_connection, report_text, run_report
from t2s_pipeline.tables import registry
from tests.reports.tables import Outcome, all_tables, config

ARMS = {
    "one_shot": [Outcome("wrong_result", ((False, True),)), Outcome("execution_correct", ((True, True),))],
    "repair": [Outcome("wrong_result", ((False, True), (True, True))), Outcome("execution_correct", ((True, True),))],
}


def test_every_report_is_the_same_over_files_as_over_tables(tmp_path):
    declared = config("one_shot", "repair", "never_run")
    tables = all_tables(ARMS)
    read = sorted({table for report in REPORTS.values() for table in report.reads})
    whole = {name: tables.get(name, registry()[name].arrow.empty_table()) for name in read}
    files = {
        name: ds.dataset([write_parquet(tmp_path / f"{name}.parquet", table)], table.schema)
        for name, table in whole.items()
    }
    with report_connection(whole) as connection:
        expected = {name: run_report(name, connection, declared) for name in REPORTS}
    for name, report in REPORTS.items():
        with report_connection({table: files[table] for table in report.reads}, report_text(name)) as connection:
            assert run_report(name, connection, declared).equals(expected[name]), name
