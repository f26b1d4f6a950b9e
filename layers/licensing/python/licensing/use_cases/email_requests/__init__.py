"""Requests by mail: from the mail as it arrived to its answer."""
