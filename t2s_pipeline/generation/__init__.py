"""Asking a model: back ends (hf, vllm, openai, replay), the engine process, and the completion store before them."""
