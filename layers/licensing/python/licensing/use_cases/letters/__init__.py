"""Mails on their way: each claimed, sent once, and what became of it."""
