"""Execution-guided Text-to-SQL post-training and verification: the domain, without Dagster."""

__version__ = "0.1.0"
