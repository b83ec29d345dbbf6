"""Asking a model: back ends (hf, openai, replay), the engine process, and the completion store before them."""
