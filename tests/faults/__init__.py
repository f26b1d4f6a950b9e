"""A fault at every AWS call of every operation, and what must hold all the same."""
