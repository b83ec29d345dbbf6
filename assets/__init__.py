"""The graph: Dagster assets, checks, jobs and schedules over `t2s_pipeline`. Thin; a file a stage."""
