"""Licenses of clinics: the code that every function shares. docs/architecture.md has its map."""

import gc

# Nearly all that a function imports stays, so that looking through it for garbage every 700
# allocations finds next to nothing and costs 2 % of a cold start.
gc.set_threshold(50_000, 10, 10)
