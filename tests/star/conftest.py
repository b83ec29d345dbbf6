"""The music database, its questions, and the model whose answers are written down, of the tests of rollouts."""

from tests.rollouts.conftest import examples, model, paths, schema_texts, verifier

__all__ = ["examples", "model", "paths", "schema_texts", "verifier"]
