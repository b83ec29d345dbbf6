"""The embedded data set: databases and questions of our own, committed as text, built on first use."""
