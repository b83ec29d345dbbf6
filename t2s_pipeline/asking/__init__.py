"""Questions of a user: asking a policy about a database of one's own, at the terminal and over HTTP."""
