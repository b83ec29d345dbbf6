"""What an attempt or a completion is worth: functions over verdicts, parsed SQL and thoughts, and a scorer."""
