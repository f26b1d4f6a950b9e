"""The table in this process: the product's own store on it, for thousands of lives."""
