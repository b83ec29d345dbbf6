"""Thoughts into vectors: by their words, by a model's states, by sentence-transformers or a server."""
