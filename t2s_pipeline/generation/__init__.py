"""Asking a model: back ends (hf, replay), the engine process, and the completion store between it and everyone."""
