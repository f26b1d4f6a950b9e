"""The outside world: the only place that knows AWS."""
