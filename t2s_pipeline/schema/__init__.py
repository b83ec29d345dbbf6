"""What a database looks like: its catalogue, its text form for prompts, and which tables a question needs."""
