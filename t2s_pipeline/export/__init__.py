"""What is read out of the warehouse for others: files of rollouts and pairs, and the story of one question."""
