"""Self-training (STaR): which questions are asked, what of the answers is learnt, and when the loop ends."""
