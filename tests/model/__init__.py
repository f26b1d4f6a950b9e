"""The product beside a model of it, through sequences that nobody thought of."""
