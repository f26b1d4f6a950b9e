"""Seeded defects: the tests must notice each of them."""
