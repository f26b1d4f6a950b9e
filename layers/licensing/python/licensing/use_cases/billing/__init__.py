"""Invoices as they are, as they will be, and as they get what they have to."""
