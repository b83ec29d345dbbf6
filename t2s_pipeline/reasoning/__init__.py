"""Reasoning data: thoughts with the SQL they led to, from teachers, verified by execution."""
