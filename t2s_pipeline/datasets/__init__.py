"""Data in: Spider, BIRD, WikiSQL, JSON, JSONL and the embedded data set: examples, or rejected rows with a reason."""
