"""Parsed SQL: what a statement reads, by sqlglot's syntax tree and SQLite's rules for names."""
