"""Mutants of the rules: small changes of domain/ that its unit tests must notice."""
