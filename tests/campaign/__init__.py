"""`make faults`: the long runs, with progress, resumable, and one table of figures in the end."""
