"""The commands of `t2s` that work with the base installation; `cli.py` puts them together with those of the graph."""
