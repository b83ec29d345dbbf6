"""Reports: SQL over the tables, and their rendering.

`metrics.py` counts what one arm achieved (table `evaluations`); `run.py` runs `report_*.sql`, each of which makes
the table of its name; `render.py` turns those tables into Markdown.
"""
