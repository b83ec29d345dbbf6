"""Is a SQL text right? Verdicts, match rules, hardness, error classes, statistics, scoring a file."""
