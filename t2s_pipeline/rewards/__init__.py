"""What an attempt is worth: pure functions over verdicts. No model, no database."""
