"""Scans the template and the code for weaknesses (`make scan`)."""
