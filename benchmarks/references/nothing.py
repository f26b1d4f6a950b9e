"""An interpreter that starts and ends: taken off every cold measurement."""
