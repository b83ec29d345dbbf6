"""From verified SQL and preference pairs to adapters: rows, one training in a child process, publication."""
