"""The small music database of the tests of rollouts, its questions, a verifier, and a model with written answers."""

from tests.rollouts.conftest import examples, model, paths, schema_texts, verifier

__all__ = ["examples", "model", "paths", "schema_texts", "verifier"]
