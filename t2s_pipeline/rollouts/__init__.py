"""Asking a policy: the turn loop, feedback, repair, and which attempt is the answer."""
