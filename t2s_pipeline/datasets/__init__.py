"""Data in: Spider, BIRD, WikiSQL, JSON, JSONL and the embedded data set, as examples or as rejected rows with a reason."""
