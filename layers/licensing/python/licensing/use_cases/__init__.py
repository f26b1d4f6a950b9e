"""What somebody wants done: load what is needed, decide in pure code, commit in one write."""
