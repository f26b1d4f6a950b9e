"""What is asked for: requests found clause by clause, and put together."""
