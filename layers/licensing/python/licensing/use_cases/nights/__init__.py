"""The nightly reconciliation: begun, checked and repaired, told."""
