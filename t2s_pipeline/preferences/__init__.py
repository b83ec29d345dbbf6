"""Preference pairs: mined from attempts, made from edited gold, filtered and capped by recipes."""
