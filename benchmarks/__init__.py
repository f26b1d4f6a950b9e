"""What the product costs, as ratios to small programs of our own in ``references/``.

`make bench` runs all of it: no network, CPU time and instruction counts instead of wall time,
fresh processes in random order, so that a busy machine disturbs both sides alike.
"""
